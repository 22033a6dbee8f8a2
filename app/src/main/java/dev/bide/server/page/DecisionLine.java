package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.schedule.PlannedRun;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  /** Several with how their jobs stand, which are read at once. */
  static List<DecisionLine> withStates(Bide bide, List<PlannedRun> runs, ZoneId zone, Instant now) {
    List<Long> numbers =
        runs.stream().map(PlannedRun::job).flatMap(job -> Stream.ofNullable(job)).toList();
    Map<Long, StateLook> looks = new HashMap<>();
    bide.jobs(numbers).forEach(job -> looks.put(job.number(), StateLook.of(job, now)));
    return runs.stream()
        .map(run -> of(run, zone, now, run.job() == null ? null : looks.get(run.job())))
        .toList();
  }
}
