package dev.bide.runner.process;

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

  /** Looks after which members must have been seen that were forked during the first. */
  private static final int THOROUGH_LOOKS = 3;

  private final ScheduledExecutorService thread;

  // only touched by the thread
  private final Map<String, Hunt> hunts = new HashMap<>();
  private ProcessTable.Snapshot table = new ProcessTable.Snapshot(Map.of());
  private long tableNanos;
  private boolean tableRead;

  Stopping() {
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
   * @param payload the attempt's own process, alive or not
   * @param cookie what its processes carry in their environment
   * @param over run when none is left, or those that are left do not end; must not block
   */
  void end(ProcessIdentity payload, String cookie, Duration grace, Runnable over) {
    execute(
        () -> {
          long deadline = System.nanoTime() + grace.toNanos();
          Hunt known = hunts.get(cookie);
          if (known != null) {
            known.over.add(over);
            if (!known.killing && deadline - known.deadline < 0) {
              known.deadline = deadline;
              step(known);
            }
            return;
          }
          Hunt hunt = new Hunt(payload, cookie, deadline);
          hunt.over.add(over);
          hunts.put(cookie, hunt);
          step(hunt);
        });
  }

  private void step(Hunt hunt) {
    long step = ++hunt.step;
    try {
      Duration pause = hunt.killing ? kill(hunt) : ask(hunt);
      if (pause.isNegative()) {
        over(hunt);
      } else {
        again(hunt, step, pause);
      }
    } catch (IOException e) {
      // such as: too many open files; whoever is left cannot be told from nobody
      LOG.warn("cannot look for the processes of {} now: {}", hunt.cookie, e.toString());
      again(hunt, step, LONGEST_PAUSE);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed: the next server goes on with {}", hunt.cookie);
    } catch (RuntimeException e) {
      LOG.error("a fault while ending the processes of {}; trying again", hunt.cookie, e);
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

  private void over(Hunt hunt) {
    hunts.remove(hunt.cookie);
    hunt.over.forEach(Runnable::run);
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
    boolean known = hunt.looks >= THOROUGH_LOOKS && hunt.someKnownRuns();
    if (!known) {
      List<ProcessTable.Stat> members = look(hunt);
      if (members.isEmpty()) {
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
    if (members.isEmpty()) {
      return DONE;
    }
    if (hunt.deadline - System.nanoTime() < 0) {
      LOG.warn("processes of attempt {} do not end, even by SIGKILL: {}", hunt.cookie, members);
      return DONE;
    }
    members.forEach(member -> signal(hunt, member, true));
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
    hunt.known = table.members(hunt.payload, hunt.cookie);
    return hunt.known;
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

  private static void wake(List<ProcessTable.Stat> stopped) {
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "kill -CONT \"$@\"", "sh"));
    stopped.forEach(member -> words.add(Long.toString(member.pid())));
    try {
      new ProcessBuilder(words)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      LOG.warn("cannot wake what is stopped; it is killed after the grace: {}", e.toString());
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  private static final class Hunt {
    private final ProcessIdentity payload;
    private final String cookie;
    private final Set<String> asked = new HashSet<>();
    private final Set<String> woken = new HashSet<>();
    private final List<Runnable> over = new ArrayList<>();
    private List<ProcessTable.Stat> known = List.of();
    private long deadline;
    private long signalled = System.nanoTime();
    private long step;
    private int looks;
    private boolean killing;
    private Duration pause = FIRST_LOOK;

    Hunt(ProcessIdentity payload, String cookie, long deadline) {
      this.payload = payload;
      this.cookie = cookie;
      this.deadline = deadline;
    }

    boolean someKnownRuns() {
      return known.stream().anyMatch(stat -> ProcessTable.runs(stat.pid(), stat.startTicks()));
    }

    Duration nextPause(Duration longest, Duration left) {
      Duration now = pause;
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(longest) < 0 ? doubled : longest;
      return now.compareTo(left) < 0 ? now : left;
    }
  }
}
