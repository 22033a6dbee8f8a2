package dev.bide.server.notice;

import dev.bide.engine.Busy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tries rules out for those who ask, a few at a time: each may take a minute, and holds a thread,
 * perhaps a process. Safe from any thread.
 */
final class Trials implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Trials.class.getName());

  static final int MOST_AT_ONCE = 4;

  private static final Duration COME_AGAIN = Duration.ofSeconds(5);
  private static final long ENDING_SECONDS = 3;

  /** One attempt to send something. */
  interface Trial {
    /** Returns once it was taken. */
    void send() throws NotSent, InterruptedException;
  }

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MOST_AT_ONCE,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          work -> {
            Thread one = new Thread(work, "bide-notice-test");
            one.setDaemon(true);
            return one;
          });

  /**
   * Begins one; completes with why nothing was sent, or with nothing when it was.
   *
   * @throws Busy when too many are under way
   */
  CompletableFuture<Optional<String>> begin(Trial trial) {
    CompletableFuture<Optional<String>> outcome = new CompletableFuture<>();
    try {
      threads.execute(() -> outcome.complete(Optional.ofNullable(trouble(trial))));
    } catch (RejectedExecutionException e) {
      throw new Busy(
          "at most " + MOST_AT_ONCE + " notices are tried out at a time: wait for one to end",
          COME_AGAIN);
    }
    return outcome;
  }

  private static @Nullable String trouble(Trial trial) {
    try {
      trial.send();
      return null;
    } catch (NotSent e) {
      return e.why();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "the server ends";
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.log(Level.WARNING, "a test of a notice met a fault of Bide's own", e);
      return "a fault of Bide's own: " + e.getClass().getSimpleName();
    }
  }

  /** Breaks off what is under way, and ends its commands. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(ENDING_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(Level.FINE, "a test of a notice goes on until its connection ends");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
