package dev.bide.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about one planned run.
 *
 * @param schedule name of the schedule
 * @param key what tells it from all others of its schedule, see {@link Occurrence#key}
 * @param instant when it was due
 * @param decision what became of it
 * @param job number of the job that it became, or null
 * @param note why, for people; null where nothing needs saying
 * @param decidedAt when
 */
public record PlannedRun(
    String schedule,
    String key,
    Instant instant,
    Decision decision,
    @Nullable Long job,
    @Nullable String note,
    Instant decidedAt) {

  /** What became of a planned run. */
  public enum Decision {
    /** It became a job. */
    ADDED,
    /** It becomes a job once earlier ones of its schedule have ended. */
    WAITING,
    /** It was left out, since an earlier one had not ended. */
    SKIPPED,
    /** Its time passed while nobody could decide, and it is not made up for. */
    MISSED
  }

  /** The same decided otherwise. */
  public PlannedRun decided(
      Decision other, @Nullable Long newJob, @Nullable String newNote, Instant at) {
    return new PlannedRun(schedule, key, instant, other, newJob, newNote, at);
  }
}
