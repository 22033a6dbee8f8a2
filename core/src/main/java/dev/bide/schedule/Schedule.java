package dev.bide.schedule;

import dev.bide.job.JobSpec;
import dev.bide.job.Terms;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job that is added again and again. Its instants and times are whole milliseconds.
 *
 * @param name what people call it; no other schedule has it
 * @param template what each run is; its terms are not used
 * @param timetable when
 * @param overlap what becomes of a run while an earlier one has not ended
 * @param jitter each run begins up to this much later, by a time that depends on nothing but the
 *     schedule's name and the run; zero for punctual
 * @param pauseAfter it is paused after so many failures in a row; 0 for never
 * @param createdAt when it was made
 * @param standing how far it is
 */
public record Schedule(
    String name,
    JobSpec template,
    Timetable timetable,
    OverlapPolicy overlap,
    Duration jitter,
    int pauseAfter,
    Instant createdAt,
    Standing standing) {

  /** The longest name, in characters. */
  public static final int LONGEST_NAME = 100;

  /** The longest jitter. */
  public static final Duration LONGEST_JITTER = Duration.ofDays(1);

  /** The most failures in a row that {@code pauseAfter} may wait for. */
  public static final int MOST_FAILURES = 1_000;

  /**
   * How far a schedule is.
   *
   * @param decided everything planned up to here has been decided
   * @param paused nothing is planned
   * @param why it is paused, where nobody asked for it; else null
   * @param failures how many runs have failed in a row
   */
  public record Standing(Instant decided, boolean paused, @Nullable String why, int failures) {
    public Standing {
      decided = decided.truncatedTo(ChronoUnit.MILLIS);
    }

    /** A new schedule: whatever comes after now is planned. */
    public static Standing from(Instant now) {
      return new Standing(now, false, null, 0);
    }

    /** The same with everything decided up to an instant. */
    public Standing decidedUpTo(Instant instant) {
      return new Standing(instant, paused, why, failures);
    }

    /** The same, paused because somebody asked for it or for a reason of its own. */
    public Standing pausedFor(@Nullable String reason) {
      return new Standing(decided, true, reason, failures);
    }

    /** The same at work from an instant on: what passed meanwhile is not made up for. */
    public Standing resumed(Instant now) {
      return new Standing(now, false, null, 0);
    }

    /** The same with another count. */
    public Standing failed(int inARow) {
      return new Standing(decided, paused, why, inARow);
    }
  }

  /**
   * @throws IllegalArgumentException when the name, the jitter or the number of failures is out of
   *     bounds
   */
  public Schedule {
    if (!isName(name)) {
      throw new IllegalArgumentException("no name of a schedule: " + name);
    }
    if (jitter.isNegative() || jitter.compareTo(LONGEST_JITTER) > 0) {
      throw new IllegalArgumentException("the jitter is not between 0 and a day");
    }
    if (pauseAfter < 0 || pauseAfter > MOST_FAILURES) {
      throw new IllegalArgumentException("the failures are not between 0 and " + MOST_FAILURES);
    }
    template = template.on(Terms.NONE);
    jitter = jitter.truncatedTo(ChronoUnit.MILLIS);
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Letters, digits, dot, dash and underline, beginning with a letter or digit. */
  public static boolean isName(String text) {
    return text.length() <= LONGEST_NAME && text.matches("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]*");
  }

  /** The same, further on. */
  public Schedule at(Standing newStanding) {
    return new Schedule(
        name, template, timetable, overlap, jitter, pauseAfter, createdAt, newStanding);
  }

  /** The same without the environment of its jobs, which may be large. */
  public Schedule withoutEnvironment() {
    return new Schedule(
        name, template.with(Map.of()), timetable, overlap, jitter, pauseAfter, createdAt, standing);
  }

  /** The first run that is still to be decided, or null when it is paused or none follows. */
  public @Nullable Occurrence next() {
    return standing.paused() ? null : timetable.next(standing.decided());
  }

  /** When the job of a run begins; the same whoever asks. */
  public Instant beginOf(Occurrence run) {
    if (jitter.isZero()) {
      return run.instant();
    }
    long spread = Integer.toUnsignedLong((name + '\n' + run.key()).hashCode() * 0x9E3779B9);
    return run.instant().plusMillis(spread % (jitter.toMillis() + 1));
  }
}
