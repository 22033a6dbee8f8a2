package dev.bide.runner.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has every open attempt looked at now and then, whatever launchers say: a word may be lost, and
 * nobody speaks for an attempt whose launcher died. Costs nothing while no attempt is open.
 */
final class SafetyNet {
  private static final Logger LOG = LoggerFactory.getLogger(SafetyNet.class);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Of many, so many each time: a look costs some 50 microseconds. */
  private static final int AT_ONCE = 500;

  private final Watch watch;
  private final ScheduledExecutorService timer;
  private List<OpenAttempt> rest = List.of(); // only touched by the timer

  private boolean scheduled; // guarded by this

  SafetyNet(Watch watch, ScheduledExecutorService timer) {
    this.watch = watch;
    this.timer = timer;
  }

  /** To be called when an attempt was opened. */
  synchronized void hold() {
    if (!scheduled) {
      scheduled = true;
      schedule();
    }
  }

  private void schedule() {
    try {
      var unused = timer.schedule(this::look, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the runner is closed");
    }
  }

  private void look() {
    try {
      List<OpenAttempt> due = rest.isEmpty() ? List.copyOf(watch.all()) : rest;
      int now = Math.min(AT_ONCE, due.size());
      rest = due.subList(now, due.size());
      due.subList(0, now).forEach(watch::check);
    } catch (RuntimeException e) {
      LOG.error("a fault in the runner; open attempts are looked at again", e);
    }
    synchronized (this) {
      scheduled = !watch.all().isEmpty();
      if (scheduled) {
        schedule();
      }
    }
  }
}
