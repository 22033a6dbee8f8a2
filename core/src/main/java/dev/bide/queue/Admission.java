package dev.bide.queue;

import dev.bide.job.Reason;
import dev.bide.queue.Situation.QueueSituation;
import dev.bide.queue.Situation.Start;
import dev.bide.queue.Situation.Wait;
import dev.bide.queue.Situation.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Who starts now, and why the others wait. Pure: no clock, no store, no thread. {@link #explain}
 * says "may start" exactly for the jobs in {@link #decide}.
 */
public final class Admission {
  private Admission() {}

  /**
   * The jobs to start now, in order. Costs what starts plus the number of queues, never what waits:
   * the delayed ones are looked at only up to the first that is due.
   */
  public static List<Start> decide(Situation now) {
    if (now.held() != null) {
      return List.of();
    }
    List<Start> starts = new ArrayList<>();
    for (QueueSituation queue : now.queues().values()) {
      int free = free(queue);
      if (free > 0) {
        for (Waiting waiting : queue.ready().values()) {
          if (free-- == 0) {
            break;
          }
          starts.add(new Start(queue.settings().name(), waiting.number()));
        }
      }
    }
    return starts;
  }

  /**
   * Why each of these jobs of one queue waits; numbers that do not wait there are left out. One
   * walk over what waits ahead of the last of them.
   */
  public static Map<Long, Wait> explain(Situation now, String queueName, SortedSet<Long> numbers) {
    Map<Long, Wait> waits = new TreeMap<>();
    QueueSituation queue = now.queues().get(queueName);
    if (queue == null || numbers.isEmpty()) {
      return waits;
    }
    int free = now.held() == null ? free(queue) : 0;
    Reason reason = reasonOfAll(now, queue);
    int position = 0;
    int readyAhead = 0;
    for (Waiting waiting : merged(queue, numbers.last())) {
      position++;
      boolean delayed = waiting.notBefore() != null && waiting.notBefore().isAfter(now.now());
      boolean mayStart =
          !delayed && queue.ready().containsKey(waiting.number()) && readyAhead < free;
      if (!delayed) {
        readyAhead++;
      }
      if (numbers.contains(waiting.number())) {
        Reason why =
            delayed && waiting.backoff() != null
                ? waiting.backoff()
                : delayed ? Reason.BEGIN_TIME : reason;
        waits.put(waiting.number(), new Wait(mayStart, why, position));
      }
    }
    return waits;
  }

  private static Reason reasonOfAll(Situation now, QueueSituation queue) {
    if (now.held() != null) {
      return now.held();
    }
    return queue.settings().paused() ? Reason.QUEUE_PAUSED : Reason.SLOTS;
  }

  private static int free(QueueSituation queue) {
    return queue.settings().paused() ? 0 : Math.max(0, queue.settings().slots() - queue.occupied());
  }

  private static Iterable<Waiting> merged(QueueSituation queue, long upTo) {
    NavigableMap<Long, Waiting> ready = queue.ready().headMap(upTo, true);
    if (queue.delayed().isEmpty()) {
      return ready.values();
    }
    NavigableMap<Long, Waiting> all = new TreeMap<>(queue.delayed().headMap(upTo, true));
    all.putAll(ready);
    return all.values();
  }
}
