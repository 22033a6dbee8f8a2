package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import dev.bide.job.JobSignal;
import dev.bide.job.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends all processes of an attempt: asks them (TERM), makes them after the grace (KILL), and looks
 * again until none is left. Signals go to processes, never to numbers: a handle is taken first,
 * then its start is compared. Only what is stopped needs a fork, to be woken; all else works when
 * forking does not. One thread of its own does all of it, and hunts that are due together share one
 * look at the process table.
 */
final class Stopping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);

  private static final Duration FIRST_LOOK = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** How long KILL is repeated: what forks while it is hunted, and what hangs in the kernel. */
  private static final Duration KILLING = Duration.ofSeconds(5);

  /** How long is watched whether another one appears, of those that keep appearing. */
  private static final Duration AMBUSH = Duration.ofMillis(50);

  private static final Duration AMBUSH_STEP = Duration.ofNanos(500_000);

  /** Looks after which members must have been seen that were forked during the first. */
  private static final int THOROUGH_LOOKS = 3;

  private final Cgroups cgroups;
  private final ScheduledExecutorService thread;

  // only touched by the thread
  private final Map<AttemptId, Hunt> hunts = new HashMap<>();
  private ProcessTable.Snapshot table = new ProcessTable.Snapshot(Map.of());
  private long tableNanos;
  private boolean tableRead;

  /**
   * @param cgroups where attempts may have left what carries no sign of them any more
   */
  Stopping(Cgroups cgroups) {
    this.cgroups = cgroups;
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "bide-stopping");
              made.setDaemon(true);
              return made;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.prestartCoreThread(); // later there may be no more threads
    this.thread = executor;
  }

  /**
   * Ends them; returns at once. Asked again, the shorter grace counts.
   *
   * @param record the attempt's own process, alive or not, and its launcher
   * @param over told when none is left, or which are left since they do not end; must not block
   */
  void end(
      ProcessRecord.Runs record,
      AttemptId attempt,
      Duration grace,
      Consumer<List<ProcessIdentity>> over) {
    execute(
        () -> {
          long deadline = System.nanoTime() + grace.toNanos();
          Hunt known = hunts.get(attempt);
          if (known != null) {
            known.over.add(over);
            if (!known.killing && deadline - known.deadline < 0) {
              known.deadline = deadline;
              step(known);
            }
            return;
          }
          Hunt hunt = new Hunt(record, attempt, deadline);
          hunt.over.add(over);
          hunts.put(attempt, hunt);
          step(hunt);
        });
  }

  private void step(Hunt hunt) {
    long step = ++hunt.step;
    try {
      Duration pause = hunt.killing ? kill(hunt) : ask(hunt);
      if (pause.isNegative()) {
        over(hunt, hunt.known);
      } else {
        again(hunt, step, pause);
      }
    } catch (IOException e) {
      // such as: too many open files; whoever is left cannot be told from nobody
      LOG.warn("cannot look for the processes of {} now: {}", hunt.attempt, e.toString());
      again(hunt, step, LONGEST_PAUSE);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed: the next server goes on with {}", hunt.attempt);
    } catch (RuntimeException e) {
      LOG.error("a fault while ending the processes of {}; trying again", hunt.attempt, e);
      again(hunt, step, LONGEST_PAUSE);
    }
  }

  private void again(Hunt hunt, long step, Duration pause) {
    var unused =
        thread.schedule(
            () -> {
              if (hunt.step == step) {
                step(hunt);
              }
            },
            pause.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  private void execute(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed: the next server goes on");
    }
  }

  private void over(Hunt hunt, List<ProcessTable.Stat> left) {
    hunts.remove(hunt.attempt);
    List<ProcessIdentity> survivors =
        left.stream()
            .map(
                stat ->
                    new ProcessIdentity(
                        stat.pid(), stat.startTicks(), hunt.record.process().bootId()))
            .toList();
    hunt.over.forEach(told -> told.accept(survivors));
  }

  private static final Duration DONE = Duration.ofSeconds(-1);

  private Duration ask(Hunt hunt) throws IOException {
    long left = hunt.deadline - System.nanoTime();
    if (left <= 0) {
      hunt.killing = true;
      hunt.deadline = System.nanoTime() + KILLING.toNanos();
      hunt.pause = FIRST_LOOK;
      return kill(hunt);
    }
    boolean known = hunt.looks >= THOROUGH_LOOKS && hunt.someKnownRunInEachSession();
    if (!known) {
      List<ProcessTable.Stat> members = look(hunt);
      if (members.isEmpty() && !(hunt.fleeing && someoneAppears(hunt))) {
        return DONE;
      }
      for (ProcessTable.Stat member : members) {
        if (hunt.asked.add(member.pid() + ":" + member.startTicks())) {
          signal(hunt, member, false);
        }
      }
      wake(hunt, members);
    }
    return hunt.nextPause(LONGEST_PAUSE, Duration.ofNanos(left));
  }

  private Duration kill(Hunt hunt) throws IOException {
    List<ProcessTable.Stat> members = look(hunt);
    members.forEach(member -> signal(hunt, member, true));
    boolean appeared = hunt.fleeing && someoneAppears(hunt);
    if (members.isEmpty() && !appeared) {
      return DONE;
    }
    if (hunt.deadline - System.nanoTime() < 0) {
      LOG.warn("processes of attempt {} do not end, even by SIGKILL: {}", hunt.attempt, members);
      return DONE;
    }
    return hunt.nextPause(Duration.ofMillis(200), KILLING);
  }

  private List<ProcessTable.Stat> look(Hunt hunt) throws IOException {
    if (!tableRead || tableNanos - hunt.signalled <= 0) {
      tableNanos = System.nanoTime();
      table = ProcessTable.snapshot();
      tableRead = true;
      thread.execute(() -> tableRead = false); // what is due now shares it, nothing later
    }
    hunt.looks++;
    hunt.known = members(table, hunt, hunt.sessions.numbers());
    hunt.sessions.look(table);
    for (ProcessTable.Stat member : hunt.known) {
      hunt.fleeing |= hunt.seen.add(member.pid() + ":" + member.startTicks()) && hunt.looks > 1;
    }
    return hunt.known;
  }

  /**
   * What forks and ends faster than a look takes is met only by who waits for it: watches for a
   * moment whether there is such a one, and kills it where the grace is over.
   */
  private boolean someoneAppears(Hunt hunt) throws IOException {
    boolean found = false;
    Set<Long> seen = table.pids();
    long until = System.nanoTime() + AMBUSH.toNanos();
    while (System.nanoTime() - until < 0) {
      Set<Long> sessions =
          new HashSet<>(hunt.sessions.numbers()); // newcomers alone say nothing of leaders
      for (ProcessTable.Stat member : members(ProcessTable.newcomers(seen), hunt, sessions)) {
        found = true;
        if (hunt.killing) {
          signal(hunt, member, true);
        }
      }
      LockSupport.parkNanos(AMBUSH_STEP.toNanos());
    }
    return found;
  }

  private List<ProcessTable.Stat> members(
      ProcessTable.Snapshot snapshot, Hunt hunt, Set<Long> sessions) {
    Set<Long> group = group(hunt.record, hunt.attempt);
    return snapshot.members(hunt.record.process(), hunt.attempt.cookie(), group, sessions);
  }

  private Set<Long> group(ProcessRecord.Runs record, AttemptId attempt) {
    return Set.copyOf(cgroups.members(attempt, record.process(), record.launcher()));
  }

  private static void signal(Hunt hunt, ProcessTable.Stat member, boolean kill) {
    hunt.signalled = System.nanoTime();
    ProcessHandle.of(member.pid())
        .filter(handle -> ProcessTable.runs(member.pid(), member.startTicks()))
        .ifPresent(
            handle -> {
              if (kill) {
                handle.destroyForcibly();
              } else {
                handle.destroy();
              }
            });
  }

  /** What is stopped (Ctrl+Z, SIGSTOP) hears of being asked only when it goes on. */
  private static void wake(Hunt hunt, List<ProcessTable.Stat> members) {
    List<ProcessTable.Stat> stopped =
        members.stream()
            .filter(ProcessTable.Stat::isStopped)
            .filter(member -> hunt.woken.add(member.pid() + ":" + member.startTicks()))
            .toList();
    if (!stopped.isEmpty()) {
      wake(stopped);
    }
  }

  /** A launcher that is stopped while its command is over would never record how that ended. */
  void wakeLauncher(ProcessRecord.Runs runs) {
    ProcessIdentity launcher = runs.launcher();
    if (launcher != null && !runs.commandAlive()) {
      ProcessTable.stat(launcher.pid())
          .filter(stat -> stat.startTicks() == launcher.startTicks() && stat.isStopped())
          .ifPresent(stat -> wake(List.of(stat)));
    }
  }

  /**
   * Sends a signal; any thread.
   *
   * @param all to every process of the attempt, else to its own
   * @return how many were there to get it
   * @throws IOException when the table cannot be read, or nothing can be forked
   */
  int signal(ProcessRecord.Runs record, AttemptId attempt, JobSignal signal, boolean all)
      throws IOException {
    ProcessIdentity payload = record.process();
    Set<Long> group = all ? group(record, attempt) : Set.of();
    List<Long> pids =
        (all
                ? ProcessTable.snapshot().members(payload, attempt.cookie(), group).stream()
                : ProcessTable.stat(payload.pid()).stream()
                    .filter(stat -> stat.startTicks() == payload.startTicks() && stat.runs()))
            .map(ProcessTable.Stat::pid)
            .toList();
    if (!pids.isEmpty()) {
      kill(signal, pids);
    }
    return pids.size();
  }

  private static void wake(List<ProcessTable.Stat> stopped) {
    try {
      kill(JobSignal.CONT, stopped.stream().map(ProcessTable.Stat::pid).toList());
    } catch (IOException e) {
      LOG.warn("cannot wake what is stopped; it is killed after the grace: {}", e.toString());
    }
  }

  /** Java itself can send no more than TERM and KILL. */
  private static void kill(JobSignal signal, List<Long> pids) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" \"$@\"", signal.name()));
    pids.forEach(pid -> words.add(Long.toString(pid)));
    new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  private static final class Hunt {
    private final ProcessRecord.Runs record;
    private final AttemptId attempt;
    private final Sessions sessions = new Sessions();
    private boolean sessionInDoubt;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> asked = new HashSet<>();
    private final Set<String> woken = new HashSet<>();
    private final List<Consumer<List<ProcessIdentity>>> over = new ArrayList<>();
    private List<ProcessTable.Stat> known = List.of();
    private long deadline;
    private long signalled = System.nanoTime();
    private long step;
    private int looks;
    private boolean killing;

    /** True once a look found one that the looks before did not: its processes come and go. */
    private boolean fleeing;

    private Duration pause = FIRST_LOOK;

    Hunt(ProcessRecord.Runs record, AttemptId attempt, long deadline) {
      this.record = record;
      this.attempt = attempt;
      this.deadline = deadline;
    }

    boolean someKnownRunInEachSession() {
      List<ProcessTable.Stat> running =
          known.stream().filter(stat -> ProcessTable.runs(stat.pid(), stat.startTicks())).toList();
      if (sessions.areHeldBy(running)) {
        return !running.isEmpty();
      }
      if (!sessionInDoubt) {
        pause = FIRST_LOOK; // others may run for long, and the number be given anew meanwhile
      }
      sessionInDoubt = true;
      return false;
    }

    Duration nextPause(Duration longest, Duration left) {
      Duration now = pause;
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(longest) < 0 ? doubled : longest;
      return now.compareTo(left) < 0 ? now : left;
    }
  }
}
