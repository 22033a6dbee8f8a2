package dev.bide.store;

import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;

/** What can change about schedules, within one {@link Transaction}. */
public interface ScheduleTransaction extends ScheduleSnapshot {
  /** How many decided runs of a schedule are remembered at least; older ones may be forgotten. */
  int REMEMBERED = 1_000;

  /** Adds a schedule, or changes all of it. */
  void save(Schedule schedule);

  /** Changes how far a schedule is, and nothing else; false when there is none of this name. */
  boolean stand(String schedule, Schedule.Standing standing);

  /** Removes a schedule with what was decided of it; its jobs stay. False when there is none. */
  boolean removeSchedule(String name);

  /**
   * Remembers what was decided about a run; false, and nothing changed, when its key is remembered.
   */
  boolean plan(PlannedRun run);

  /** Changes what was decided about a run that waits; false when it does not wait. */
  boolean decide(PlannedRun run);
}
