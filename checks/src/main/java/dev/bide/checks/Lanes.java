package dev.bide.checks;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** The same work at the same time, some times over. */
final class Lanes {
  private Lanes() {}

  /** What is done in a lane. */
  interface Lane {
    /** Does it; lanes are numbered from 0. */
    void run(int number);
  }

  /**
   * Does it in every lane, and returns when all have done.
   *
   * @throws IllegalStateException when one has thrown: a check must not miss what it did not do
   */
  static void run(int lanes, Lane lane) {
    ExecutorService pool = Executors.newFixedThreadPool(lanes);
    try {
      List<Callable<Object>> work =
          IntStream.range(0, lanes)
              .mapToObj(number -> Executors.callable(() -> lane.run(number)))
              .toList();
      for (Future<Object> done : pool.invokeAll(work)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a lane ended early", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }
}
