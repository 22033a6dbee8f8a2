package dev.bide.runner.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts whose launcher said that they have started, kept back a little: nobody waits for that
 * news, those of a moment can share one commit, and an attempt that has ended meanwhile needs none
 * of its own. Thread-safe.
 */
final class Beginnings {
  private static final Logger LOG = LoggerFactory.getLogger(Beginnings.class);

  private static final Duration PATIENCE = Duration.ofMillis(20);

  private final ScheduledExecutorService timer;
  private final Consumer<List<OpenAttempt>> due;
  private List<OpenAttempt> waiting = new ArrayList<>(); // guarded by this

  /**
   * @param due gets those that have waited; must not block
   */
  Beginnings(ScheduledExecutorService timer, Consumer<List<OpenAttempt>> due) {
    this.timer = timer;
    this.due = due;
  }

  synchronized void heard(OpenAttempt attempt) {
    waiting.add(attempt);
    if (waiting.size() == 1) {
      try {
        var unused = timer.schedule(this::tell, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("the runner is closed: left to the next server");
      }
    }
  }

  private void tell() {
    due.accept(taken());
  }

  private synchronized List<OpenAttempt> taken() {
    List<OpenAttempt> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }
}
