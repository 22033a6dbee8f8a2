package dev.bide;

import dev.bide.job.Job;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Who waits for which job to become final. Thread-safe. */
final class Awaited {
  private final Map<Long, Map<CompletableFuture<Job>, Boolean>> waiters = new HashMap<>();

  /** A future that {@link #ended} or {@link #gone} completes. */
  synchronized CompletableFuture<Job> add(long number) {
    CompletableFuture<Job> end = new CompletableFuture<>();
    waiters.computeIfAbsent(number, key -> new IdentityHashMap<>()).put(end, true);
    return end;
  }

  /** Nobody waits with it any more. */
  @SuppressWarnings("CollectionUndefinedEquality") // told apart by identity
  synchronized void forget(long number, CompletableFuture<Job> end) {
    Map<CompletableFuture<Job>, Boolean> others = waiters.get(number);
    if (others != null) {
      others.remove(end);
      if (others.isEmpty()) {
        waiters.remove(number);
      }
    }
  }

  /** It is final. */
  void ended(Job job) {
    take(job.number()).forEach(end -> end.complete(job));
  }

  /** It will never be final, for this reason. */
  void gone(long number, RuntimeException why) {
    take(number).forEach(end -> end.completeExceptionally(why));
  }

  /** True when somebody waits for it. */
  synchronized boolean any(long number) {
    return waiters.containsKey(number);
  }

  /** Each job that somebody waits for. */
  synchronized List<Long> numbers() {
    return List.copyOf(waiters.keySet());
  }

  private synchronized List<CompletableFuture<Job>> take(long number) {
    Map<CompletableFuture<Job>, Boolean> all = waiters.remove(number);
    return all == null ? List.of() : new ArrayList<>(all.keySet());
  }
}
