package dev.bide.store;

import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import java.util.List;
import java.util.Optional;

/** What was true of schedules at one instant. */
public interface ScheduleSnapshot {
  /** All schedules, by name; their templates without an environment. */
  List<Schedule> schedules();

  /** One of them, with the environment of its template. */
  Optional<Schedule> schedule(String name);

  /**
   * What was decided about the runs of a schedule, newest first.
   *
   * @param limit at most so many
   */
  List<PlannedRun> plannedRuns(String schedule, int limit);

  /** What was decided last about each schedule: the first of its {@link #plannedRuns}. */
  List<PlannedRun> latestRuns();

  /** Every run that waits until earlier ones of its schedule have ended, oldest first. */
  List<PlannedRun> waitingRuns();
}
