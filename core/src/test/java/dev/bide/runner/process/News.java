package dev.bide.runner.process;

import dev.bide.Unhurried;
import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.runner.Exit;
import dev.bide.runner.Runner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Writes down all that a runner tells, so that a test can wait for it. */
final class News implements Runner.Listener {

  sealed interface Item {
    AttemptId attempt();
  }

  record Started(AttemptId attempt, ProcessIdentity process, Instant at) implements Item {}

  record NotStarted(AttemptId attempt, boolean commandsFault, String message) implements Item {}

  record Exited(AttemptId attempt, Exit exit) implements Item {}

  record Lost(AttemptId attempt, Reason why, String evidence, @Nullable Instant lastSeenAt)
      implements Item {}

  record Unreachable(AttemptId attempt, @Nullable String message, @Nullable Instant lastSeenAt)
      implements Item {}

  private final Map<AttemptId, List<Item>> items = new ConcurrentHashMap<>();

  private volatile @Nullable Runnable atNextStart;

  /** Does this while the runner is telling of a start, and waits for it. */
  void atNextStart(Runnable work) {
    atNextStart = work;
  }

  private void add(Item item) {
    items.computeIfAbsent(item.attempt(), of -> new CopyOnWriteArrayList<>()).add(item);
  }

  @Override
  public void started(AttemptId attempt, ProcessIdentity process, Instant at) {
    add(new Started(attempt, process, at));
    Runnable work = atNextStart;
    if (work != null) {
      atNextStart = null;
      work.run();
    }
  }

  @Override
  public void notStarted(AttemptId attempt, boolean commandsFault, String message) {
    add(new NotStarted(attempt, commandsFault, message));
  }

  @Override
  public void exited(AttemptId attempt, Exit exit) {
    add(new Exited(attempt, exit));
  }

  @Override
  public void lost(AttemptId attempt, Reason why, String evidence, @Nullable Instant lastSeenAt) {
    add(new Lost(attempt, why, evidence, lastSeenAt));
  }

  @Override
  public void unreachable(
      AttemptId attempt, @Nullable String message, @Nullable Instant lastSeenAt) {
    add(new Unreachable(attempt, message, lastSeenAt));
  }

  List<Item> of(AttemptId attempt) {
    return List.copyOf(items.getOrDefault(attempt, List.of()));
  }

  /** Waits until it is told something of this kind. */
  <T extends Item> T await(AttemptId attempt, Class<T> kind) {
    return Awaitility.await("news of " + attempt + ": " + kind.getSimpleName())
        .atMost(Unhurried.LONG)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> of(attempt).stream().filter(kind::isInstance).findFirst(), Optional::isPresent)
        .map(kind::cast)
        .orElseThrow();
  }

  /** Those that started and of which no end was told. */
  List<AttemptId> running() {
    return items.values().stream()
        .flatMap(List::stream)
        .filter(Started.class::isInstance)
        .map(Item::attempt)
        .filter(attempt -> !ended(attempt))
        .distinct()
        .toList();
  }

  private boolean ended(AttemptId attempt) {
    return of(attempt).stream()
        .anyMatch(
            item -> item instanceof Exited || item instanceof Lost || item instanceof NotStarted);
  }

  /** Waits until it is told that it ended, however. */
  void awaitEnd(AttemptId attempt) {
    Awaitility.await("an end of " + attempt)
        .atMost(Unhurried.LONG)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> ended(attempt));
  }
}
