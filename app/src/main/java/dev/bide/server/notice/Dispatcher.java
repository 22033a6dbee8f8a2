package dev.bide.server.notice;

import dev.bide.notice.Delivery;
import dev.bide.notice.InvalidNotice;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeTarget;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is due, target by target, and notes what came of it. One thread sleeps until something
 * is due; a few others send, never two at once to the same target.
 */
final class Dispatcher implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());

  static final Duration SENT_ARE_KEPT = Duration.ofDays(7);
  static final Duration GIVEN_UP_ARE_KEPT = Duration.ofDays(90);

  /** After a fault of the store or of this program. */
  private static final Duration REST = Duration.ofSeconds(30);

  private static final Duration FORGETTING = Duration.ofHours(6);
  private static final int MOST_AT_ONCE = 2_000;
  private static final int SENDERS = 4;
  private static final long NOTING_SECONDS = 60;
  private static final long ENDING_SECONDS = 3;

  /** What a try made of a notice. */
  private record Tried(Delivery before, Delivery after) {}

  private final Outbox outbox;
  private final Composer composer;
  private final Sender sender;
  private final NoticeFigures figures;
  private final Clock clock;
  private final DoubleSupplier random;
  private final ThreadPoolExecutor senders;
  private final Thread thread = new Thread(this::loop, "bide-notices");

  /** What was sent, or failed, and could not be noted yet: it is not sent again. */
  private final Map<UUID, Tried> unnoted = new ConcurrentHashMap<>();

  private final Map<String, Pace> paces = new HashMap<>(); // guarded by this
  private final Set<String> busy = new HashSet<>(); // guarded by this
  private boolean news; // guarded by this
  private boolean closing; // guarded by this
  private @Nullable Instant forgetNext; // of the thread

  Dispatcher(
      Outbox outbox,
      Composer composer,
      Sender sender,
      NoticeFigures figures,
      Clock clock,
      DoubleSupplier random) {
    this.outbox = outbox;
    this.composer = composer;
    this.sender = sender;
    this.figures = figures;
    this.clock = clock;
    this.random = random;
    this.senders =
        new ThreadPoolExecutor(
            SENDERS,
            SENDERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread one = new Thread(work, "bide-notice-sender");
              one.setDaemon(true);
              return one;
            });
    senders.allowCoreThreadTimeOut(true);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** There may be something to send. */
  synchronized void wake() {
    news = true;
    notifyAll();
  }

  private void loop() {
    try {
      while (sleepUntil(round())) {
        // until it is closed
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers false when it is closed. */
  private synchronized boolean sleepUntil(@Nullable Instant wakeAt) throws InterruptedException {
    while (!closing && !news) {
      long millis = wakeAt == null ? 0 : Duration.between(clock.instant(), wakeAt).toMillis() + 1;
      if (wakeAt != null && millis <= 0) {
        break;
      }
      wait(millis);
    }
    news = false;
    return !closing;
  }

  /** Hands out what is due; answers when to look again, or null for when there is news. */
  @Nullable Instant round() {
    Instant now = clock.instant();
    try {
      Instant wakeAt = forgetOld(now);
      Optional<Instant> next = outbox.next(now);
      if (next.isPresent()) {
        wakeAt = earlier(wakeAt, next.get());
      }
      Set<String> atWork = atWork(); // before it is read: what they send may be in it still
      Map<String, List<Notice>> byTarget = new LinkedHashMap<>();
      for (Notice notice : outbox.due(now, MOST_AT_ONCE)) {
        byTarget.computeIfAbsent(notice.target(), target -> new ArrayList<>()).add(notice);
      }
      for (Map.Entry<String, List<Notice>> one : byTarget.entrySet()) {
        Instant until =
            atWork.contains(one.getKey()) ? null : handOut(one.getKey(), one.getValue(), now);
        wakeAt = until == null ? wakeAt : earlier(wakeAt, until);
      }
      forgetIdle(now, byTarget.keySet());
      return wakeAt;
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.log(Level.FINE, "notices cannot be looked through now", e);
      return now.plus(REST);
    }
  }

  /** The targets to which something is being sent; whoever does it wakes the thread afterwards. */
  synchronized Set<String> atWork() {
    return Set.copyOf(busy);
  }

  private static Instant earlier(@Nullable Instant one, Instant other) {
    return one == null || other.isBefore(one) ? other : one;
  }

  private Instant forgetOld(Instant now) {
    Instant due = forgetNext;
    if (due == null || !now.isBefore(due)) {
      due = now.plus(FORGETTING);
      forgetNext = due;
      var unused = outbox.forget(now.minus(SENT_ARE_KEPT), now.minus(GIVEN_UP_ARE_KEPT));
    }
    return due;
  }

  private synchronized void forgetIdle(Instant now, Set<String> due) {
    paces
        .entrySet()
        .removeIf(
            one ->
                !due.contains(one.getKey())
                    && !busy.contains(one.getKey())
                    && one.getValue().idle(now));
  }

  /** Answers when to ask again, where nothing is to be sent there now. */
  private synchronized @Nullable Instant handOut(String target, List<Notice> due, Instant now) {
    if (closing || busy.contains(target)) {
      return null; // whoever is at work says when he is done
    }
    Pace.Plan plan = paces.computeIfAbsent(target, name -> new Pace()).plan(due, now);
    if (plan.together().isEmpty()) {
      return plan.until();
    }
    busy.add(target);
    boolean handed = false;
    try {
      senders.execute(() -> work(target, plan.together()));
      handed = true;
    } finally {
      if (!handed) {
        busy.remove(target);
      }
    }
    return null;
  }

  private void work(String target, List<Notice> notices) {
    boolean trouble = true;
    try {
      notices.forEach(this::forgetWhatWasNoted);
      List<Notice> unsent =
          notices.stream().filter(notice -> !unnoted.containsKey(notice.id())).toList();
      if (unsent.size() == notices.size()) {
        send(target, notices);
      } else {
        note(unnoted); // the store was down; what is left of them comes in the next round
      }
      trouble = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.log(Level.WARNING, "a notice could not be handled; it is tried again", e);
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.FINE, "what came of a notice cannot be noted now", e);
    } finally {
      done(target, trouble);
    }
  }

  /** Noting may have gone well without an answer; then somebody has asked to send it again. */
  private void forgetWhatWasNoted(Notice notice) {
    Tried tried = unnoted.get(notice.id());
    if (tried != null && !tried.before().equals(notice.delivery())) {
      unnoted.remove(notice.id(), tried);
    }
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  /** Hands out nothing more; what fails from now on was broken off, and is no try. */
  synchronized void ending() {
    closing = true;
    notifyAll();
  }

  private synchronized void done(String target, boolean trouble) {
    busy.remove(target);
    Pace pace = paces.get(target);
    if (pace != null) {
      Instant now = clock.instant();
      pace.tried(now);
      if (trouble) {
        pace.rest(now.plus(REST));
      }
    }
    wake();
  }

  private void send(String target, List<Notice> notices)
      throws InterruptedException, ExecutionException, TimeoutException {
    UUID digest = digest(notices);
    Message message =
        digest == null ? composer.one(notices.get(0)) : composer.together(digest, notices);
    String error = null;
    boolean forGood = false;
    try {
      sender.send(NoticeTarget.parse(target), message);
    } catch (NotSent e) {
      if (isClosing()) {
        return; // broken off by us: it is no try, and the next server sends it
      }
      error = e.why();
      forGood = e.isForGood();
    } catch (InvalidNotice e) {
      error = "this version does not know how to send there: " + e.getMessage();
      forGood = true;
    } catch (RuntimeException | LinkageError fault) {
      LOG.log(Level.WARNING, "a notice met a fault of Bide's own", fault);
      error = "a fault of Bide's own: " + fault.getClass().getSimpleName();
    }
    if (error != null) {
      LOG.log(
          Level.INFO, "a notice to {0} was not sent: {1}", new Object[] {shown(notices), error});
    }
    Instant now = clock.instant();
    Map<UUID, Tried> outcome = new HashMap<>();
    // the same for all: those of one message stay together, until the youngest has had its day
    Duration pause = forGood ? null : pauseAfter(notices).orElse(null);
    for (Notice notice : notices) {
      Delivery before = digest == null ? notice.delivery() : notice.delivery().in(digest);
      outcome.put(notice.id(), new Tried(before, after(before, error, pause, now)));
    }
    count(NoticeFigures.Kind.of(target), outcome.values().stream().map(Tried::after).toList());
    unnoted.putAll(outcome);
    note(outcome);
  }

  private void count(NoticeFigures.Kind kind, Collection<Delivery> outcome) {
    for (Delivery one : outcome) {
      if (one.state() == Delivery.State.SENT) {
        figures.add(kind, NoticeFigures.Outcome.SENT);
      } else {
        figures.add(kind, NoticeFigures.Outcome.FAILED);
        if (one.state() == Delivery.State.FAILED) {
          figures.add(kind, NoticeFigures.Outcome.GIVEN_UP);
        }
      }
    }
  }

  private static Object shown(List<Notice> notices) {
    return notices.get(0).shown();
  }

  private Optional<Duration> pauseAfter(List<Notice> notices) {
    int tries = Integer.MAX_VALUE;
    for (Notice notice : notices) {
      tries = Math.min(tries, notice.delivery().tries());
    }
    return Retries.pauseAfter(tries + 1, random.getAsDouble());
  }

  private static Delivery after(
      Delivery before, @Nullable String error, @Nullable Duration pause, Instant now) {
    if (error == null) {
      return before.sent(now);
    }
    return pause == null ? before.givenUp(error, now) : before.failed(error, now.plus(pause));
  }

  /**
   * The id of the message is on disk before it is sent, so that it is the same the next time; null
   * for one notice alone, which has its own.
   */
  private @Nullable UUID digest(List<Notice> notices)
      throws InterruptedException, ExecutionException, TimeoutException {
    UUID before = notices.get(0).delivery().digest();
    if (before != null || notices.size() == 1) {
      return before;
    }
    UUID digest = UUID.randomUUID();
    Map<UUID, Delivery> claimed = new HashMap<>();
    notices.forEach(notice -> claimed.put(notice.id(), notice.delivery().in(digest)));
    outbox.note(claimed).get(NOTING_SECONDS, TimeUnit.SECONDS);
    return digest;
  }

  private void note(Map<UUID, Tried> outcome)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<UUID, Tried> noted = Map.copyOf(outcome);
    Map<UUID, Delivery> deliveries = new HashMap<>();
    noted.forEach((id, tried) -> deliveries.put(id, tried.after()));
    outbox.note(deliveries).get(NOTING_SECONDS, TimeUnit.SECONDS);
    noted.forEach(unnoted::remove);
  }

  /** What is being sent is broken off; the next server sends it again. */
  @Override
  public void close() {
    ending();
    senders.shutdownNow();
    try {
      senders.awaitTermination(ENDING_SECONDS, TimeUnit.SECONDS);
      if (thread.isAlive()) {
        thread.join(TimeUnit.SECONDS.toMillis(ENDING_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
