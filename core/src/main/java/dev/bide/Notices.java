package dev.bide;

import dev.bide.engine.Command;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The outbox of a queue: whom is to be told what, and how far that is. It is written with what it
 * tells of; somebody else sends it. Thread-safe.
 *
 * <p>What asks for a change answers as in {@link Bide}.
 */
public final class Notices {
  private static final int MOST_COUNTED = 100_000;

  private final Store store;
  private final Asking asking;
  private final List<Runnable> senders = new CopyOnWriteArrayList<>();

  Notices(Store store, Asking asking) {
    this.store = store;
    this.asking = asking;
  }

  /**
   * Notices, newest first.
   *
   * @param job only those about this job, or null
   * @param state only those that are in it, or null
   */
  public List<Notice> list(@Nullable Long job, Delivery.@Nullable State state, int limit) {
    return store.read(snapshot -> snapshot.notices(job, state, limit));
  }

  /** Those that are to be sent now, oldest first. */
  public List<Notice> due(Instant now, int limit) {
    return store.read(snapshot -> snapshot.dueNotices(now, limit));
  }

  /** When the first of those that wait is due after an instant; empty when none is. */
  public Optional<Instant> next(Instant after) {
    return store.read(snapshot -> snapshot.nextNotice(after));
  }

  /** How many wait for each target; at most 100,000 are counted, so that it is quick. */
  public Map<String, Long> waiting() {
    return store.read(snapshot -> snapshot.waitingNotices(MOST_COUNTED));
  }

  /** How many were given up and not sent again. */
  public int failed() {
    return store.read(Snapshot::failedNotices);
  }

  /** Calls back whenever there is one to send; must be quick. */
  public Bide.Subscription listen(Runnable toSend) {
    senders.add(toSend);
    return () -> senders.remove(toSend);
  }

  /** Notes how far they are. */
  public CompletableFuture<Boolean> note(Map<UUID, Delivery> deliveries) {
    return asking.ask(new Command.NoteDelivery(deliveries));
  }

  /** Has one sent at once that was given up, or waits for its next try. */
  public CompletableFuture<Notice> sendAgain(UUID notice) {
    return asking.ask(new Command.SendAgain(notice));
  }

  /** Forgets what was sent, or given up, before an instant each; answers how many. */
  public CompletableFuture<Integer> forget(Instant sentBefore, Instant givenUpBefore) {
    return asking.ask(new Command.ForgetNotices(sentBefore, givenUpBefore));
  }

  /** Says that there is something to send. */
  void toSend() {
    senders.forEach(Runnable::run);
  }
}
