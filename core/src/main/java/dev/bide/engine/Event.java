package dev.bide.engine;

import dev.bide.job.Job;
import dev.bide.queue.QueueSettings;
import dev.bide.schedule.Schedule;

/** Something that is committed and that others may want to know. */
public sealed interface Event {
  /** A job is new or has changed. */
  record JobChanged(Job job) implements Event {}

  /** A job is gone. */
  record JobRemoved(long number) implements Event {}

  /** A queue's settings or counts have changed. */
  record QueueChanged(QueueState queue) implements Event {}

  /**
   * A schedule is new or has changed, or something was decided about a run of it.
   *
   * @param schedule its template without an environment, which is never told and may be large
   */
  record ScheduleChanged(Schedule schedule) implements Event {}

  /** A schedule is gone. */
  record ScheduleRemoved(String name) implements Event {}

  /**
   * How far notices are has changed.
   *
   * @param failed how many were given up and not sent again
   */
  record NoticesChanged(int failed) implements Event {}

  /**
   * The store could not write and can again. What a commit has kept that was never answered is told
   * to nobody: whoever knows something by listening has to read it again.
   */
  record StoreBack() implements Event {}

  /** A queue with what it holds now. */
  record QueueState(QueueSettings settings, int running, int pending) {}
}
