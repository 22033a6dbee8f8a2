package dev.bide.engine.simulation;

import dev.bide.job.Outcome;
import dev.bide.notice.NoticeEvent;
import dev.bide.schedule.PlannedRun;
import java.util.EnumMap;
import java.util.Map;

/** How much was tried. */
final class Coverage {
  long seeds;
  long steps;
  long turns;
  long servers;
  long crashes;
  long storeFaults;
  long machineFaults;
  long jobs;
  long processes;
  long answers;

  /** How many attempts ended how, and how many jobs without any. */
  final Map<Outcome, Long> attempts = new EnumMap<>(Outcome.class);

  long withoutAttempt;

  /** What was decided about planned runs, and how often. */
  final Map<PlannedRun.Decision, Long> planned = new EnumMap<>(PlannedRun.Decision.class);

  /** How many notices were written of what, and how often one was taken. */
  final Map<NoticeEvent, Long> notices = new EnumMap<>(NoticeEvent.class);

  long notesTaken;
  long swept;
  long logsCut;

  /** Counts what a commit wrote. */
  void wrote(Write write) {
    if (write instanceof Write.RunDecided run) {
      planned.merge(run.after().decision(), 1L, Long::sum);
    } else if (write instanceof Write.Told told) {
      notices.merge(told.notice().event(), 1L, Long::sum);
    } else if (write instanceof Write.Counted more) {
      swept += more.more().removed().jobs();
      logsCut += more.more().cut();
    }
  }

  void ended(Outcome outcome) {
    attempts.merge(outcome, 1L, Long::sum);
  }

  @Override
  public String toString() {
    return String.format(
        "%,d seeds: %,d steps, %,d turns, %,d servers, %,d crashes, %,d faults of the store,"
            + " %,d of the machine, %,d jobs, %,d processes, %,d answers; attempts ended %s, and %,d jobs"
            + " were cancelled without one; planned runs %s; notices"
            + " %s, taken %,d times; %,d old jobs went, %,d logs were cut",
        seeds,
        steps,
        turns,
        servers,
        crashes,
        storeFaults,
        machineFaults,
        jobs,
        processes,
        answers,
        attempts,
        withoutAttempt,
        planned,
        notices,
        notesTaken,
        swept,
        logsCut);
  }
}
