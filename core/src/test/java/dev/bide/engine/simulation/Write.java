package dev.bide.engine.simulation;

import dev.bide.job.AttemptId;
import dev.bide.notice.Notice;
import dev.bide.queue.QueueSettings;
import dev.bide.retention.Swept;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import org.jspecify.annotations.Nullable;

/** One thing that a transaction wrote; all of them in order tell what came to pass in it. */
sealed interface Write {
  /** A job is new, or has changed. */
  record JobKept(@Nullable ModelJob before, ModelJob after) implements Write {}

  /** A job is gone, as it was then. */
  record JobRemoved(ModelJob job) implements Write {}

  /** A queue is new, or has changed. */
  record QueueKept(QueueSettings queue) implements Write {}

  /** A schedule is new, or has changed. */
  record ScheduleKept(@Nullable Schedule before, Schedule after) implements Write {}

  /** A schedule is gone, and what was decided of it. */
  record ScheduleRemoved(String name) implements Write {}

  /** A run was decided about, for the first time or after it had waited. */
  record RunDecided(@Nullable PlannedRun before, PlannedRun after) implements Write {}

  /** Somebody is to be told. */
  record Told(Notice notice) implements Write {}

  /** A notice is further on. */
  record Delivered(Notice before, Notice after) implements Write {}

  /** A notice is forgotten. */
  record Forgotten(Notice notice) implements Write {}

  /** The log of an attempt was cut. */
  record LogCut(AttemptId attempt, long size, long leftOut) implements Write {}

  /** More was removed. */
  record Counted(Swept more) implements Write {}
}
