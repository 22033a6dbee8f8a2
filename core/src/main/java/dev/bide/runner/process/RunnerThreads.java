package dev.bide.runner.process;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads a runner works with. A disk may hang, so what prepares starts never holds up what
 * watches and stops. Idle threads end. Thread-safe.
 */
final class RunnerThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunnerThreads.class);

  private static final int PREPARING = 8;
  private static final int WATCHING = 8;
  private static final int IDLE_SECONDS = 10;
  private static final int CLOSING_SECONDS = 2;
  private static final int TRY_AGAIN_SECONDS = 1;

  private final ThreadPoolExecutor preparing = pool("bide-prepare", PREPARING);
  private final ThreadPoolExecutor watching = pool("bide-watch", WATCHING);
  private final ScheduledThreadPoolExecutor timer;

  RunnerThreads() {
    timer = new ScheduledThreadPoolExecutor(1, work -> daemon(work, "bide-runner-timer"));
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.prestartCoreThread(); // whatever finds no thread of its own waits here
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> daemon(work, name + "-" + count.incrementAndGet()));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** For what comes later; nothing that blocks for long. */
  ScheduledThreadPoolExecutor timer() {
    return timer;
  }

  /** Does it soon: files are made or deleted. Nothing happens when closed. */
  void prepare(Runnable work) {
    execute(preparing, work, () -> later(() -> prepare(work)));
  }

  /**
   * The same for what nobody should wait for.
   *
   * @param otherwise done at once instead, when the machine has no more threads
   */
  void prepareOr(Runnable work, Runnable otherwise) {
    execute(preparing, work, otherwise);
  }

  /** Does it soon: files are looked at, and somebody is told. Nothing happens when closed. */
  void watch(Runnable work) {
    execute(watching, work, () -> later(() -> watch(work)));
  }

  private void later(Runnable work) {
    try {
      var unused = timer.schedule(work, TRY_AGAIN_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the runner is closed: left to the next server");
    }
  }

  private static void execute(ThreadPoolExecutor pool, Runnable work, Runnable withoutThread) {
    try {
      pool.execute(
          () -> {
            try {
              work.run();
            } catch (RuntimeException | Error e) {
              LOG.error("a fault in the runner; what it was about is looked at again", e);
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("the runner is closed: left to the next server");
    } catch (OutOfMemoryError e) {
      // the work did not even get into the queue
      LOG.warn("no more threads: {}", e.getMessage());
      withoutThread.run();
    }
  }

  /** No further starts are prepared and nothing is due any more; news at hand are still told. */
  void stopStarting() {
    timer.shutdownNow();
    preparing.shutdown();
  }

  @Override
  public void close() {
    stopStarting();
    watching.shutdown();
    try {
      boolean atRest =
          preparing.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)
              && watching.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
      if (!atRest) {
        LOG.warn("something still hangs: is a disk slow?");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
