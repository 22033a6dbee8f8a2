package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The launchers of this server: one for each attempt that runs, started when there is no idle one,
 * and let go when it was idle for a while. Thread-safe.
 */
final class LauncherPool implements AutoCloseable {

  /** Whom to tell that a launcher ended that should have waited for an attempt. */
  interface Deaths {
    void died(String name, int code);
  }

  /** How long is waited, when closing, for the idle ones to be gone. */
  private static final Duration LEAVING = Duration.ofSeconds(1);

  private final LauncherCommand command;
  private final Path runs;
  private final Path fifo;
  private final Cgroups cgroups;
  private final ScheduledExecutorService timer;
  private final Duration patience;
  private final Deaths deaths;

  // guarded by this
  private final Deque<Launcher> idle = new ArrayDeque<>();
  private final Map<String, Launcher> busy = new HashMap<>();
  private @Nullable ScheduledFuture<?> sweep;
  private boolean closed;

  /**
   * @param runs the directory of all runs
   * @param fifo what launchers speak to
   * @param cgroups where each gets a group, if there are any
   * @param patience how long an idle one is kept
   * @param deaths told on a thread that must not be blocked
   */
  LauncherPool(
      LauncherCommand command,
      Path runs,
      Path fifo,
      Cgroups cgroups,
      ScheduledExecutorService timer,
      Duration patience,
      Deaths deaths) {
    this.command = command;
    this.runs = runs;
    this.fifo = fifo;
    this.cgroups = cgroups;
    this.timer = timer;
    this.patience = patience;
    this.deaths = deaths;
  }

  /**
   * Has the attempt run whose run directory is made.
   *
   * @return false when the pool is closed: nobody was told
   * @throws IOException when no launcher can be started; nobody was told
   */
  boolean send(AttemptId attempt) throws IOException {
    String name = RunDirectory.name(attempt);
    while (true) {
      Launcher launcher = idleOne(name);
      if (launcher == null) {
        Process process = command.start(runs, fifo);
        launcher = new Launcher(process, cgroups.admit(process.pid()));
        boolean adopted = adopt(launcher, name);
        Launcher started = launcher;
        var unused = process.onExit().thenAccept(ended -> ended(started, ended.exitValue()));
        if (!adopted) {
          launcher.release();
          return false;
        }
      }
      if (launcher.group() != null) {
        cgroups.lend(launcher.group(), attempt);
      }
      try {
        launcher.send(name);
        return true;
      } catch (IOException e) {
        if (!forget(name, launcher)) {
          return true; // its death was noticed elsewhere, and is dealt with there
        }
      }
    }
  }

  private synchronized @Nullable Launcher idleOne(String name) {
    Launcher launcher = idle.pollLast();
    if (launcher != null) {
      busy.put(name, launcher);
    }
    return launcher;
  }

  private synchronized boolean adopt(Launcher launcher, String name) {
    if (closed) {
      return false;
    }
    busy.put(name, launcher);
    return true;
  }

  private synchronized boolean forget(String name, Launcher launcher) {
    return busy.remove(name, launcher);
  }

  /** The launcher of this run directory waits for another. */
  void free(String name) {
    free(name, true);
  }

  /**
   * The launcher of this run directory has done with it.
   *
   * @param again false when nothing else may come into its control group: it is let go, if it has
   *     one
   */
  synchronized void free(String name, boolean again) {
    Launcher launcher = busy.remove(name);
    if (launcher == null) {
      return;
    }
    if (closed || !canTakeAnother(launcher, again)) {
      launcher.release();
      return;
    }
    launcher.idleSince(System.nanoTime());
    idle.addLast(launcher);
    if (sweep == null) {
      sweepAfter(patience.toNanos());
    }
  }

  private boolean canTakeAnother(Launcher launcher, boolean again) {
    Path group = launcher.group();
    return group == null || (again && cgroups.takeBack(group, launcher.process().pid()));
  }

  /** The launcher of this run directory has trouble of its own: nothing more is sent to it. */
  synchronized void retire(String name) {
    Launcher launcher = busy.remove(name);
    if (launcher != null) {
      launcher.release();
    }
  }

  /** The launcher of this run directory finishes what it does and ends; its death is told. */
  synchronized void sendAway(String name) {
    Launcher launcher = busy.get(name);
    if (launcher != null) {
      launcher.release();
    }
  }

  private synchronized void sweep() {
    sweep = null;
    long now = System.nanoTime();
    while (!idle.isEmpty() && now - idle.getFirst().idleSince() >= patience.toNanos()) {
      idle.removeFirst().release();
    }
    if (!idle.isEmpty() && !closed) {
      long left = patience.toNanos() - (now - idle.getFirst().idleSince());
      sweepAfter(left);
    }
  }

  private synchronized void sweepAfter(long nanos) {
    try {
      sweep = timer.schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // the runner is closing, and closes this next
      idle.forEach(Launcher::release);
      idle.clear();
    }
  }

  private void ended(Launcher launcher, int code) {
    if (launcher.group() != null) {
      cgroups.forget(launcher.group());
    }
    List<String> names = new ArrayList<>();
    synchronized (this) {
      idle.remove(launcher);
      busy.forEach(
          (name, held) -> {
            if (held == launcher) {
              names.add(name);
            }
          });
      names.forEach(busy::remove);
      if (closed) {
        return; // told to leave; its attempt is found again by the next server
      }
    }
    names.forEach(name -> deaths.died(name, code));
  }

  /** How many launchers there are. */
  synchronized int size() {
    return idle.size() + busy.size();
  }

  /** Lets go of all: idle ones leave now, busy ones when their attempt has ended. */
  @Override
  public void close() {
    List<Launcher> leaving;
    synchronized (this) {
      leaving = List.copyOf(idle);
      closed = true;
      if (sweep != null) {
        sweep.cancel(false);
      }
      idle.forEach(Launcher::release);
      busy.values().forEach(Launcher::release);
      idle.clear();
      busy.clear();
    }
    long until = System.nanoTime() + LEAVING.toNanos();
    leaving.forEach(launcher -> forgetAfter(launcher, until - System.nanoTime()));
  }

  /** An empty group would stay until the next server comes, which may be never. */
  private void forgetAfter(Launcher launcher, long nanos) {
    Path group = launcher.group();
    if (group == null) {
      return;
    }
    try {
      launcher.process().waitFor(nanos, TimeUnit.NANOSECONDS);
      cgroups.forget(group);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
