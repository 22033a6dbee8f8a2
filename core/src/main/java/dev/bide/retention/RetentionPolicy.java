package dev.bide.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Decides which jobs go: those that are too old, and, while there are too many of them or their
 * logs take too much room, those that ended first; jobs that did not succeed go last. Pure.
 */
public final class RetentionPolicy {
  /** A job that goes. */
  public record Leaving(Candidate job, Cause cause) {}

  private static final Comparator<Candidate> ORDER =
      Comparator.<Candidate, Boolean>comparing(job -> job.state().isFailure())
          .thenComparing(Candidate::endedAt)
          .thenComparing(Candidate::number);

  private final Instant now;
  private final Keep keep;
  private final long fileSystem;
  private final int most;
  private final Map<String, Held> held = new HashMap<>();
  private final Map<Long, Leaving> leaving = new LinkedHashMap<>();

  private RetentionPolicy(Instant now, Keep keep, long fileSystem, int most) {
    this.now = now;
    this.keep = keep;
    this.fileSystem = fileSystem;
    this.most = most;
  }

  /**
   * Which go now.
   *
   * @param fileSystem how many bytes the file system of the home has
   * @param tallies what there is of jobs that have ended, pinned ones included
   * @param candidates the first to go of each queue and state, at least {@code most} of each where
   *     there are so many; in any order
   * @param most at once
   */
  public static List<Leaving> decide(
      Instant now,
      Keep keep,
      long fileSystem,
      Collection<Tally> tallies,
      Collection<Candidate> candidates,
      int most) {
    RetentionPolicy policy = new RetentionPolicy(now, keep, fileSystem, most);
    tallies.forEach(tally -> policy.held.merge(tally.queue(), tally.held(), Held::plus));
    List<Candidate> inOrder = candidates.stream().distinct().sorted(ORDER).toList();
    policy.take(inOrder, Cause.AGE, policy::isTooOld);
    policy.take(inOrder, Cause.COUNT, policy::isOneTooMany);
    policy.take(inOrder, Cause.LOGS, policy::takesTooMuchRoom);
    return List.copyOf(policy.leaving.values());
  }

  private void take(List<Candidate> inOrder, Cause cause, Predicate<Candidate> goes) {
    for (Candidate job : inOrder) {
      if (leaving.size() >= most) {
        return;
      }
      if (!leaving.containsKey(job.number()) && goes.test(job)) {
        leaving.put(job.number(), new Leaving(job, cause));
        held.merge(job.queue(), new Held(-1, -job.logBytes()), Held::plus);
      }
    }
  }

  private boolean isTooOld(Candidate job) {
    Duration age = keep.age(job.queue(), job.state());
    return !age.equals(Limits.FOREVER) && job.endedAt().isBefore(now.minus(age));
  }

  private boolean isOneTooMany(Candidate job) {
    Long ofQueue = keep.queue(job.queue()).count();
    Long ofAll = keep.all().count();
    return (ofQueue != null && of(job.queue()).jobs() > ofQueue)
        || (ofAll != null && total().jobs() > ofAll);
  }

  private boolean takesTooMuchRoom(Candidate job) {
    LogLimit ofQueue = keep.queue(job.queue()).logs();
    return job.logBytes() > 0
        && ((ofQueue != null && of(job.queue()).logBytes() > ofQueue.bytesOf(fileSystem))
            || total().logBytes() > keep.logs().bytesOf(fileSystem));
  }

  private Held of(String queue) {
    return held.getOrDefault(queue, Held.NOTHING);
  }

  private Held total() {
    return held.values().stream().reduce(Held.NOTHING, Held::plus);
  }

  /** True where logs take more room than they may. */
  public static boolean isOverLogs(Keep keep, long fileSystem, Collection<Tally> tallies) {
    Map<String, Held> held = new HashMap<>();
    tallies.forEach(tally -> held.merge(tally.queue(), tally.held(), Held::plus));
    Held total = held.values().stream().reduce(Held.NOTHING, Held::plus);
    return total.logBytes() > keep.logs().bytesOf(fileSystem)
        || held.entrySet().stream()
            .anyMatch(
                entry -> {
                  LogLimit limit = keep.queue(entry.getKey()).logs();
                  return limit != null && entry.getValue().logBytes() > limit.bytesOf(fileSystem);
                });
  }
}
