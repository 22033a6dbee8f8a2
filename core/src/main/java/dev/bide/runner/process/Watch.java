package dev.bide.runner.process;

import dev.bide.runner.Runner.Listener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks what became of open attempts, and tells the listener: what a launcher says, a launcher's
 * death and the passing of time only make it look; the files in a run directory and the process
 * table decide. Thread-safe: news of one attempt are told in order, under its lock.
 */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  /** Looks, a second apart, at a command that is gone, before its launcher is sent away. */
  private static final int PATIENT_LOOKS = 3;

  private final String bootId;
  private final LauncherPool launchers;
  private final Stopping stopping;
  private final Report report;
  private final Clock clock;
  private final Map<String, OpenAttempt> open = new ConcurrentHashMap<>();

  /**
   * @param threads where what takes longer may be done
   * @param disk told what the disk said when something could not be looked at
   */
  Watch(
      String bootId,
      Listener listener,
      LauncherPool launchers,
      Stopping stopping,
      Cgroups cgroups,
      Executor threads,
      Consumer<IOException> disk,
      Clock clock) {
    this.bootId = bootId;
    this.launchers = launchers;
    this.stopping = stopping;
    this.report =
        new Report(
            bootId,
            listener,
            stopping,
            cgroups,
            threads,
            disk,
            attempt -> open.remove(attempt.directory().name(), attempt),
            clock);
    this.clock = clock;
  }

  /** Tells what is certain already. */
  Report report() {
    return report;
  }

  /** False when the attempt is watched already. */
  boolean add(OpenAttempt attempt) {
    return open.putIfAbsent(attempt.directory().name(), attempt) == null;
  }

  @Nullable OpenAttempt find(String name) {
    return open.get(name);
  }

  /** What becomes of it is not to be seen from here. */
  void forget(String name) {
    open.remove(name);
  }

  Collection<OpenAttempt> all() {
    return open.values();
  }

  /** A launcher says how it ended. */
  void ended(OpenAttempt attempt, int code, boolean left) {
    String name = attempt.directory().name();
    synchronized (attempt) {
      if (attempt.done()) {
        free(attempt);
        return;
      }
      try {
        Optional<RunDirectory.RecordedExit> exit = attempt.directory().recordedExit();
        if (exit.isPresent()) {
          free(attempt);
          report.tellEnded(attempt, exit.get(), left ? Report.Left.SOME : Report.Left.NONE);
          return;
        }
      } catch (IOException e) {
        LOG.warn("cannot read how attempt {} ended: {}", attempt.id(), e.toString());
      }
      if (attempt.sentAgain > 0 && attempt.directory().exists()) {
        refused(attempt); // what the code is of, its own process or that of another launcher?
        return;
      }
      launchers.retire(name);
      report.started(attempt);
      if (attempt.record == null) {
        attempt.attended = false;
        leftWithoutRecord(
            attempt,
            attempt.directory().exists()
                ? cannotWrite(attempt)
                : "its run directory is gone: " + attempt.directory().path());
        return;
      }
      // its directory is gone, spoilt, or cannot be written: what the launcher saw is still true
      report.tellEnded(
          attempt,
          new RunDirectory.RecordedExit(code, clock.instant()),
          left ? Report.Left.SOME : Report.Left.NONE);
    }
  }

  /** Its launcher has done with it. */
  private void free(OpenAttempt attempt) {
    launchers.free(attempt.directory().name(), attempt.grace == null);
  }

  /** A launcher says that it did not run it: somebody else made the record, or it could not. */
  void refused(OpenAttempt attempt) {
    free(attempt);
    synchronized (attempt) {
      if (attempt.done()) {
        return;
      }
      attempt.attended = false;
      report.started(attempt);
      if (attempt.record != null) {
        // it started, and its launcher has done with it, but found no record any more
        attempt.record = new ProcessRecord.Runs(attempt.record.process(), null);
      }
      if (attempt.sentAgain == 0) {
        leftWithoutRecord(attempt, cannotWrite(attempt));
      } else {
        decide(attempt, cannotWrite(attempt), false);
      }
    }
  }

  /**
   * The only launcher it was ever given to has done with it. Where there is no record it has not
   * started and never will, and no fence is needed, for which a full disk may have no room.
   */
  private void leftWithoutRecord(OpenAttempt attempt, String whyNot) {
    try {
      if (attempt.record == null
          && attempt.directory().recordedExit().isEmpty()
          && attempt.directory().record() instanceof ProcessRecord.Absent) {
        report.tellNotStarted(attempt, whyNot);
        return;
      }
    } catch (IOException e) {
      LOG.debug("cannot look at attempt {}", attempt.id(), e);
    }
    decide(attempt, whyNot, true);
  }

  private static String cannotWrite(OpenAttempt attempt) {
    return "its launcher could not write into "
        + attempt.directory().path()
        + " (is the disk full?)";
  }

  /** The launcher that should have waited for it ended. */
  void launcherDied(OpenAttempt attempt, int code) {
    synchronized (attempt) {
      if (attempt.done()) {
        return;
      }
      attempt.attended = false;
      try {
        boolean killed = code > 128;
        if (killed
            && attempt.announced == null
            && attempt.sentAgain < 3
            && attempt.grace == null
            && attempt.directory().record() instanceof ProcessRecord.Absent
            && attempt.directory().exists()) {
          attempt.sentAgain++;
          attempt.attended = launchers.send(attempt.id());
          return;
        }
      } catch (IOException e) {
        LOG.warn("cannot start attempt {} again: {}", attempt.id(), e.toString());
      }
      decide(
          attempt,
          "its launcher ended with code " + code + " before it could start it (no more processes?)",
          false);
    }
  }

  /** Time has passed: whatever was missed is noticed here. */
  void check(OpenAttempt attempt) {
    synchronized (attempt) {
      if (attempt.done() || attempt.stage == OpenAttempt.Stage.PREPARING) {
        return;
      }
      if (attempt.unread != null) {
        attempt.unread.run();
        return;
      }
      if (attempt.exit != null) {
        if (attempt.hunted) { // it could not be told when the last of its processes had ended
          report.tellEnded(attempt, attempt.exit, Report.Left.UNKNOWN);
        }
        return;
      }
      if (!attempt.attended) {
        decide(attempt, "the server that should have started it ended before", false);
        return;
      }
      report.started(attempt);
      if (attempt.record != null) {
        stopping.wakeLauncher(attempt.record);
      }
      try {
        Optional<RunDirectory.RecordedExit> exit = attempt.directory().recordedExit();
        if (exit.isPresent()) {
          // its launcher is about to say so, or did and was not heard: it is ready either way
          free(attempt);
          report.tellEnded(attempt, exit.get(), Report.Left.UNKNOWN);
        } else if (attempt.record != null
            && !attempt.record.commandAlive()
            && ++attempt.overdue == PATIENT_LOOKS) {
          // its launcher was not heard, and cannot or could not record: it finishes and leaves, and
          // then there is evidence
          launchers.sendAway(attempt.directory().name());
        }
      } catch (IOException e) {
        report.later(attempt, e);
      }
    }
  }

  /**
   * Decides by evidence alone what becomes of an attempt that no launcher of this server waits for.
   * Nothing is said while the evidence is not complete; {@link #check} comes again.
   *
   * @param whyNot why it did not start, if it turns out that it did not
   * @param writerGone true: an unfinished record will stay so, its writer has ended
   */
  private void decide(OpenAttempt attempt, String whyNot, boolean writerGone) {
    RunDirectory directory = attempt.directory();
    try {
      Optional<RunDirectory.RecordedExit> exit = directory.recordedExit();
      report.started(attempt);
      if (exit.isPresent()) {
        report.tellEnded(attempt, exit.get(), Report.Left.UNKNOWN);
        return;
      }
      if (attempt.record != null) {
        // also when its directory is gone by now: the process is known
        decideByProcess(attempt, attempt.record);
        return;
      }
      ProcessRecord record = directory.record();
      if (record instanceof ProcessRecord.Unfinished) {
        if (writerGone) {
          report.tellNotStarted(attempt, whyNot);
        } else if (!ProcessTable.someoneHolds(directory.fence())) {
          // whoever was writing it may have finished, run and ended while it was looked for
          decide(attempt, whyNot, true);
        }
      } else if (record instanceof ProcessRecord.NeverRuns || directory.takeFence(bootId)) {
        report.tellNotStarted(attempt, whyNot);
      }
    } catch (IOException e) {
      report.later(attempt, e);
    }
  }

  /** Lost needs both dead, and the exit read again and still blank. */
  private void decideByProcess(OpenAttempt attempt, ProcessRecord.Runs runs) throws IOException {
    if (runs.anyAlive()) {
      attempt.lastSeen = clock.instant();
      stopping.wakeLauncher(runs);
      if (!attempt.abandoned && runs.launcher() != null && !runs.launcherAlive()) {
        attempt.abandoned = true;
        report.tellAbandoned(attempt);
      }
      return;
    }
    Optional<RunDirectory.RecordedExit> exit = attempt.directory().recordedExit();
    if (exit.isPresent()) {
      report.tellEnded(attempt, exit.get(), Report.Left.UNKNOWN);
      return;
    }
    report.tellLost(
        attempt,
        attempt.directory().exists()
            ? "its process "
                + runs.process().pid()
                + " and the launcher that waited for it are gone, and no exit code is recorded"
            : "run directory missing: "
                + attempt.directory().path()
                + ", and its process "
                + runs.process().pid()
                + " is gone");
  }

  /** This server could not start it: that is told once it is certain that nobody did. */
  void abandon(OpenAttempt attempt, String why) {
    synchronized (attempt) {
      if (attempt.done()) {
        return;
      }
      attempt.attended = false;
      if (attempt.stage == OpenAttempt.Stage.PREPARING) {
        report.tellNotStarted(attempt, why); // no launcher was told, and none will be
      } else {
        decide(attempt, why, true);
      }
    }
  }

  /** Sees to it that it ends: never starts, or is hunted. */
  void stop(OpenAttempt attempt, Duration grace) {
    synchronized (attempt) {
      if (attempt.done()) {
        return;
      }
      boolean shorter = attempt.grace == null || grace.compareTo(attempt.grace) < 0;
      attempt.grace = shorter ? grace : attempt.grace;
      if (attempt.unread != null) {
        return; // it may run: it is ended once that is known
      }
      try {
        if (attempt.announced != null) {
          report.started(attempt); // its fence may be gone
        }
        if (attempt.stage == OpenAttempt.Stage.PREPARING
            || (attempt.stage == OpenAttempt.Stage.SENT && attempt.directory().takeFence(bootId))) {
          report.tellNotStarted(attempt, Report.STOPPED_BEFORE);
          return;
        }
        report.started(attempt);
      } catch (IOException e) {
        LOG.warn("cannot stop attempt {} yet: {}", attempt.id(), e.toString());
      }
      if (attempt.record != null) {
        report.hunt(attempt, attempt.record, grace);
      }
    }
  }
}
