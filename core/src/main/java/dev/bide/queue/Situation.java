package dev.bide.queue;

import dev.bide.job.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * All that matters for who starts next.
 *
 * @param now the instant that counts as now
 * @param held why nothing at all may start (LOW_DISK, NODE_TROUBLE, DRAINING), or null
 * @param queues each queue by its name
 */
public record Situation(Instant now, @Nullable Reason held, Map<String, QueueSituation> queues) {

  /**
   * One queue.
   *
   * @param settings as people set it
   * @param occupied slots taken by open attempts
   * @param ready what waits and could start, by job number: the order in which it will
   * @param delayed what waits for an instant of its own, by job number
   */
  public record QueueSituation(
      QueueSettings settings,
      int occupied,
      NavigableMap<Long, Waiting> ready,
      NavigableMap<Long, Waiting> delayed) {}

  /**
   * A job that waits.
   *
   * @param number of the job
   * @param notBefore it is not started before this instant, or null
   * @param backoff why, or null
   */
  public record Waiting(long number, @Nullable Instant notBefore, @Nullable Reason backoff) {}

  /**
   * Why a job waits.
   *
   * @param mayStart true when it is among those that {@link Admission#decide} starts now
   * @param reason why it waits; SLOTS for one that may start, since it is about to
   * @param position 1 for the first in its queue
   */
  public record Wait(boolean mayStart, Reason reason, int position) {}

  /** A job to start now. */
  public record Start(String queue, long number) {}

  /** How many jobs wait in all. */
  public int waiting() {
    return queues.values().stream()
        .map(queue -> queue.ready().size() + queue.delayed().size())
        .mapToInt(Integer::intValue)
        .sum();
  }
}
