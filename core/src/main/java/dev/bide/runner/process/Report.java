package dev.bide.runner.process;

import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.runner.Exit;
import dev.bide.runner.Remaining;
import dev.bide.runner.Runner.Listener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listener how attempts begin and end: each once, the end when its log is on disk and,
 * where it was stopped, when all of its processes have been hunted. Whoever calls holds the lock of
 * the attempt, except for {@link #started} and {@link #record}, which take it.
 */
final class Report {
  private static final Logger LOG = LoggerFactory.getLogger(Report.class);

  static final String NOBODY_WAITS =
      "it runs, but the launcher that waited for it is gone: its exit code will not be known";

  static final String STOPPED_BEFORE = "stopped before it started";

  private final String bootId;
  private final Listener listener;
  private final Stopping stopping;
  private final Cgroups cgroups;
  private final Executor threads;
  private final Consumer<IOException> disk;
  private final Consumer<OpenAttempt> closed;
  private final Clock clock;

  /**
   * @param threads where what takes longer may be done
   * @param disk told what the disk said when something could not be looked at
   * @param closed told an attempt whose end is about to be told
   */
  Report(
      String bootId,
      Listener listener,
      Stopping stopping,
      Cgroups cgroups,
      Executor threads,
      Consumer<IOException> disk,
      Consumer<OpenAttempt> closed,
      Clock clock) {
    this.bootId = bootId;
    this.listener = listener;
    this.stopping = stopping;
    this.cgroups = cgroups;
    this.threads = threads;
    this.disk = disk;
    this.closed = closed;
    this.clock = clock;
  }

  /** A launcher says that its process is there. */
  void started(OpenAttempt attempt) {
    synchronized (attempt) {
      if (attempt.stage != OpenAttempt.Stage.SENT) {
        return;
      }
      try {
        ProcessRecord record = attempt.directory().record();
        ProcessRecord.Runs announced = attempt.announced;
        if (record instanceof ProcessRecord.Runs runs) {
          tellStarted(attempt, runs);
        } else if (announced != null) {
          tellStarted(attempt, announced); // the command has removed its record, or spoilt it
        }
      } catch (IOException e) {
        later(attempt, e);
      }
    }
  }

  /** Its process and its launcher, if it is known to exist. */
  ProcessRecord.@Nullable Runs record(OpenAttempt attempt) {
    synchronized (attempt) {
      started(attempt);
      return attempt.done() ? null : attempt.record;
    }
  }

  /** Who remained in the session of a process that ended. */
  enum Left {
    NONE,
    SOME,
    UNKNOWN
  }

  void tellStarted(OpenAttempt attempt, ProcessRecord.Runs runs) {
    if (attempt.stage != OpenAttempt.Stage.SENT) {
      return;
    }
    Instant recorded = attempt.directory().recordedAt().orElse(clock.instant());
    Instant at = recorded.isBefore(attempt.notBefore) ? attempt.notBefore : recorded;
    attempt.stage = OpenAttempt.Stage.STARTED;
    attempt.record = runs;
    attempt.notBefore = at;
    listener.started(attempt.id(), runs.process(), at);
    if (attempt.grace != null) {
      hunt(attempt, runs, attempt.grace);
    }
  }

  void tellEnded(OpenAttempt attempt, RunDirectory.RecordedExit exit, Left left) {
    if (attempt.grace != null && !attempt.hunted) {
      started(attempt);
      if (attempt.record != null) {
        // its slot is free when the last of its processes has ended, and not before
        boolean first = attempt.exit == null;
        attempt.exit = exit;
        if (first) {
          hunt(attempt, attempt.record, attempt.grace);
        }
        return;
      }
    }
    // the slow part first: so both news find the engine in the same turn
    LogTail log;
    try {
      log = LogTail.sync(attempt.directory().log());
    } catch (Shortage e) {
      later(attempt, e); // an ending that is told a little later is still true
      return;
    }
    started(attempt); // it may have come and gone between two looks
    close(attempt);
    Instant at = exit.at().isBefore(attempt.notBefore) ? attempt.notBefore : exit.at();
    List<ProcessIdentity> remaining;
    if (attempt.grace != null) {
      remaining = attempt.survivors.stream().filter(Report::runs).toList();
    } else if (left == Left.NONE || attempt.record == null) {
      remaining = List.of();
    } else {
      remaining = remaining(attempt.record.process());
    }
    listener.exited(
        attempt.id(), new Exit(exit.code(), null, at, log.size(), log.lastLine(), remaining));
  }

  void hunt(OpenAttempt attempt, ProcessRecord.Runs record, Duration grace) {
    stopping.end(record, attempt.id(), grace, left -> threads.execute(() -> hunted(attempt, left)));
  }

  private void hunted(OpenAttempt attempt, List<ProcessIdentity> survivors) {
    synchronized (attempt) {
      attempt.hunted = true;
      attempt.survivors = survivors;
      if (attempt.done()) {
        return;
      }
      if (attempt.exit != null) {
        tellEnded(attempt, attempt.exit, Left.UNKNOWN);
      } else if (!survivors.isEmpty()) {
        listener.unreachable(attempt.id(), Remaining.doNotEnd(survivors), clock.instant());
      }
    }
  }

  private static boolean runs(ProcessIdentity process) {
    return ProcessTable.runs(process.pid(), process.startTicks());
  }

  /** What is told of an exit; the log is on disk when this returns. */
  static Exit read(RunDirectory directory, RunDirectory.RecordedExit exit) throws Shortage {
    LogTail log = LogTail.sync(directory.log());
    return new Exit(exit.code(), null, exit.at(), log.size(), log.lastLine(), List.of());
  }

  private List<ProcessIdentity> remaining(ProcessIdentity leader) {
    try {
      return ProcessTable.snapshot().session(leader.pid()).stream()
          .filter(stat -> stat.startTicks() >= leader.startTicks())
          .map(stat -> new ProcessIdentity(stat.pid(), stat.startTicks(), bootId))
          .toList();
    } catch (IOException e) {
      LOG.warn("cannot look what is left of process {}: {}", leader.pid(), e.toString());
      return List.of();
    }
  }

  /** It runs, and nobody waits for it. */
  void tellAbandoned(OpenAttempt attempt) {
    listener.unreachable(attempt.id(), NOBODY_WAITS, attempt.lastSeen);
  }

  void tellNotStarted(OpenAttempt attempt, String why) {
    close(attempt);
    listener.notStarted(attempt.id(), false, attempt.grace == null ? why : STOPPED_BEFORE);
  }

  void tellCannotStart(OpenAttempt attempt, String why) {
    close(attempt);
    listener.notStarted(attempt.id(), true, why);
  }

  void tellLost(OpenAttempt attempt, String evidence) {
    close(attempt);
    listener.lost(attempt.id(), Reason.UNKNOWN_EXIT, evidence, attempt.lastSeen);
  }

  private void close(OpenAttempt attempt) {
    attempt.stage = OpenAttempt.Stage.DONE;
    closed.accept(attempt);
    if (attempt.record != null && attempt.record.launcher() != null) {
      cgroups.ended(attempt.record.launcher());
    }
  }

  void later(OpenAttempt attempt, IOException e) {
    disk.accept(e);
    LOG.warn("cannot look at attempt {} now, and look again: {}", attempt.id(), e.toString());
  }
}
