package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.engine.Refused;
import dev.bide.schedule.PlannedRun;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about a run.
 *
 * @param key what tells it from the others of its schedule
 * @param planned when it was due, by the clock of the schedule's zone
 * @param word what became of it
 * @param job number of the job it became; 0 for none
 * @param look how that job stands; null where there is none, or none any more
 * @param reason why, or null
 */
public record DecisionLine(
    String key,
    Instant instant,
    String planned,
    String word,
    long job,
    @Nullable StateLook look,
    @Nullable String reason) {

  static DecisionLine of(PlannedRun run, ZoneId zone, Instant now, @Nullable StateLook look) {
    Long job = run.job();
    return new DecisionLine(
        run.key(),
        run.instant(),
        WallClock.of(run.instant(), zone, now),
        ScheduleWords.decision(run),
        job == null ? 0 : job,
        look,
        ScheduleWords.reason(run));
  }

  /** The same with how its job stands. */
  static DecisionLine withState(Bide bide, PlannedRun run, ZoneId zone, Instant now) {
    return of(run, zone, now, look(bide, run.job(), now));
  }

  private static @Nullable StateLook look(Bide bide, @Nullable Long job, Instant now) {
    try {
      return job == null ? null : StateLook.of(bide.find(job), now);
    } catch (Refused e) {
      return null; // it was removed
    }
  }
}
