package dev.bide.runner.process;

import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.runner.Exit;
import dev.bide.runner.Runner.Listener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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
  private final Listener listener;
  private final LauncherPool launchers;
  private final Stopping stopping;
  private final Cgroups cgroups;
  private final Executor threads;
  private final Consumer<IOException> disk;
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
    this.listener = listener;
    this.launchers = launchers;
    this.stopping = stopping;
    this.cgroups = cgroups;
    this.threads = threads;
    this.disk = disk;
    this.clock = clock;
  }

  /** False when the attempt is watched already. */
  boolean add(OpenAttempt attempt) {
    return open.putIfAbsent(attempt.directory().name(), attempt) == null;
  }

  @Nullable OpenAttempt find(String name) {
    return open.get(name);
  }

  Collection<OpenAttempt> all() {
    return open.values();
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

  /** A launcher says how it ended. */
  void ended(OpenAttempt attempt, int code, boolean left) {
    String name = attempt.directory().name();
    synchronized (attempt) {
      if (attempt.done()) {
        launchers.free(name);
        return;
      }
      try {
        Optional<RunDirectory.RecordedExit> exit = attempt.directory().recordedExit();
        if (exit.isPresent()) {
          launchers.free(name);
          tellEnded(attempt, exit.get(), left ? Left.SOME : Left.NONE);
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
      started(attempt);
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
      tellEnded(
          attempt,
          new RunDirectory.RecordedExit(code, clock.instant()),
          left ? Left.SOME : Left.NONE);
    }
  }

  /** A launcher says that it did not run it: somebody else made the record, or it could not. */
  void refused(OpenAttempt attempt) {
    launchers.free(attempt.directory().name());
    synchronized (attempt) {
      if (attempt.done()) {
        return;
      }
      attempt.attended = false;
      started(attempt);
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
        tellNotStarted(attempt, whyNot);
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
          attempt.attended = launchers.send(attempt.directory().name());
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
      if (attempt.done() || attempt.stage == OpenAttempt.Stage.PREPARING || attempt.exit != null) {
        return;
      }
      if (!attempt.attended) {
        decide(attempt, "the server that should have started it ended before", false);
        return;
      }
      started(attempt);
      if (attempt.record != null) {
        stopping.wakeLauncher(attempt.record);
      }
      try {
        Optional<RunDirectory.RecordedExit> exit = attempt.directory().recordedExit();
        if (exit.isPresent()) {
          // its launcher is about to say so, or did and was not heard: it is ready either way
          launchers.free(attempt.directory().name());
          tellEnded(attempt, exit.get(), Left.UNKNOWN);
        } else if (attempt.record != null
            && !attempt.record.commandAlive()
            && ++attempt.overdue == PATIENT_LOOKS) {
          // its launcher was not heard, and cannot or could not record: it finishes and leaves, and
          // then there is evidence
          launchers.sendAway(attempt.directory().name());
        }
      } catch (IOException e) {
        later(attempt, e);
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
      started(attempt);
      if (exit.isPresent()) {
        tellEnded(attempt, exit.get(), Left.UNKNOWN);
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
          tellNotStarted(attempt, whyNot);
        } else if (!ProcessTable.someoneHolds(directory.fence())) {
          // whoever was writing it may have finished, run and ended while it was looked for
          decide(attempt, whyNot, true);
        }
      } else if (record instanceof ProcessRecord.NeverRuns || directory.takeFence(bootId)) {
        tellNotStarted(attempt, whyNot);
      }
    } catch (IOException e) {
      later(attempt, e);
    }
  }

  /** Lost needs both dead, and the exit read again and still blank. */
  private void decideByProcess(OpenAttempt attempt, ProcessRecord.Runs runs) throws IOException {
    if (runs.anyAlive()) {
      attempt.lastSeen = clock.instant();
      stopping.wakeLauncher(runs);
      if (!attempt.abandoned && runs.launcher() != null && !runs.launcherAlive()) {
        attempt.abandoned = true;
        listener.unreachable(attempt.id(), NOBODY_WAITS, attempt.lastSeen);
      }
      return;
    }
    Optional<RunDirectory.RecordedExit> exit = attempt.directory().recordedExit();
    if (exit.isPresent()) {
      tellEnded(attempt, exit.get(), Left.UNKNOWN);
      return;
    }
    tellLost(
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
        tellNotStarted(attempt, why); // no launcher was told, and none will be
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
      try {
        if (attempt.announced != null) {
          started(attempt); // its fence may be gone
        }
        if (attempt.stage == OpenAttempt.Stage.PREPARING
            || (attempt.stage == OpenAttempt.Stage.SENT && attempt.directory().takeFence(bootId))) {
          tellNotStarted(attempt, STOPPED_BEFORE);
          return;
        }
        started(attempt);
      } catch (IOException e) {
        LOG.warn("cannot stop attempt {} yet: {}", attempt.id(), e.toString());
      }
      if (attempt.record != null) {
        hunt(attempt, attempt.record.process(), grace);
      }
    }
  }

  /** Its process, if it is known to exist. */
  @Nullable ProcessIdentity process(OpenAttempt attempt) {
    synchronized (attempt) {
      started(attempt);
      return attempt.record == null || attempt.done() ? null : attempt.record.process();
    }
  }

  static final String NOBODY_WAITS =
      "it runs, but the launcher that waited for it is gone: its exit code will not be known";

  static final String STOPPED_BEFORE = "stopped before it started";

  /** Who remained in the session of a process that ended. */
  private enum Left {
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
      hunt(attempt, runs.process(), attempt.grace);
    }
  }

  private void tellEnded(OpenAttempt attempt, RunDirectory.RecordedExit exit, Left left) {
    if (attempt.grace != null && !attempt.hunted) {
      started(attempt);
      if (attempt.record != null) {
        // its slot is free when the last of its processes has ended, and not before
        boolean first = attempt.exit == null;
        attempt.exit = exit;
        if (first) {
          hunt(attempt, attempt.record.process(), attempt.grace);
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
      remaining = attempt.survivors.stream().filter(Watch::runs).toList();
    } else if (left == Left.NONE || attempt.record == null) {
      remaining = List.of();
    } else {
      remaining = remaining(attempt.record.process());
    }
    listener.exited(
        attempt.id(), new Exit(exit.code(), null, at, log.size(), log.lastLine(), remaining));
  }

  private void hunt(OpenAttempt attempt, ProcessIdentity process, Duration grace) {
    stopping.end(
        process, attempt.id(), grace, left -> threads.execute(() -> hunted(attempt, left)));
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
        listener.unreachable(attempt.id(), Exit.doNotEnd(survivors), clock.instant());
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

  void tellNotStarted(OpenAttempt attempt, String why) {
    close(attempt);
    listener.notStarted(attempt.id(), false, attempt.grace == null ? why : STOPPED_BEFORE);
  }

  void tellCannotStart(OpenAttempt attempt, String why) {
    close(attempt);
    listener.notStarted(attempt.id(), true, why);
  }

  private void tellLost(OpenAttempt attempt, String evidence) {
    close(attempt);
    listener.lost(attempt.id(), Reason.UNKNOWN_EXIT, evidence, attempt.lastSeen);
  }

  private void close(OpenAttempt attempt) {
    attempt.stage = OpenAttempt.Stage.DONE;
    open.remove(attempt.directory().name(), attempt);
    cgroups.forget(attempt.id());
  }

  private void later(OpenAttempt attempt, IOException e) {
    disk.accept(e);
    LOG.warn("cannot look at attempt {} now, and look again: {}", attempt.id(), e.toString());
  }
}
