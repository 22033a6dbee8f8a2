package dev.bide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices when the clock is set by more than a day: then nobody can tell how old anything is, nor
 * what is due. It is right again once it agrees with the time that has passed, or the program is
 * started anew. Thread-safe.
 */
public final class ClockWatch {
  /** Less is taken for a correction. */
  public static final Duration LARGEST_CORRECTION = Duration.ofDays(1);

  private static final Path UPTIME = Path.of("/proc/uptime");

  private final Clock clock;
  private final Supplier<Duration> passing;
  private final Instant base;
  private final Duration baseOfPassing;

  /**
   * Takes the clock as right now.
   *
   * @param passing grows evenly, whatever the clock is set to
   */
  public ClockWatch(Clock clock, Supplier<Duration> passing) {
    this.clock = clock;
    this.passing = passing;
    this.base = clock.instant();
    this.baseOfPassing = passing.get();
  }

  /** Watches a clock of this machine. */
  public static ClockWatch of(Clock clock) {
    return new ClockWatch(clock, new SinceBoot());
  }

  /** How far the clock was set, forwards or back, if it is more than a correction; else null. */
  public @Nullable Duration jump() {
    Instant expected = base.plus(passing.get().minus(baseOfPassing));
    Duration jump = Duration.between(expected, clock.instant());
    return jump.abs().compareTo(LARGEST_CORRECTION) > 0 ? jump : null;
  }

  /** The same in words for people; null when the clock is right. */
  public @Nullable String trouble() {
    Duration jump = jump();
    if (jump == null) {
      return null;
    }
    long days = Math.round(jump.abs().toHours() / 24.0);
    return "the clock was set "
        + (jump.isNegative() ? "back" : "forward")
        + " by "
        + (days == 1 ? "1 day" : days + " days")
        + ": nothing is planned and nothing old removed until it is right again, or the server is"
        + " started again";
  }

  /**
   * CLOCK_BOOTTIME, which goes on while the machine sleeps, as {@link System#nanoTime} does not.
   */
  private static final class SinceBoot implements Supplier<Duration> {
    private volatile @Nullable Duration last;

    @Override
    public Duration get() {
      try {
        String text = Files.readString(UPTIME);
        Duration now = Duration.ofMillis(Math.round(1000 * Double.parseDouble(first(text))));
        last = now;
        return now;
      } catch (IOException | NumberFormatException e) {
        Duration known = last; // out of file descriptors, perhaps: looked at again soon
        return known == null ? Duration.ofNanos(System.nanoTime()) : known;
      }
    }

    private static String first(String text) {
      int blank = text.indexOf(' ');
      return blank < 0 ? text.strip() : text.substring(0, blank);
    }
  }
}
