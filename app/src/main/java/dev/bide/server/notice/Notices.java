package dev.bide.server.notice;

import dev.bide.Bide;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeTarget;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** Tells people what they want to know of jobs. Safe from any thread. */
public final class Notices implements AutoCloseable {
  private final Bide bide;
  private final NoticeSenders senders;
  private final String url;
  private final Trials trials = new Trials();
  private final NoticeFigures figures = new NoticeFigures();
  private final Dispatcher dispatcher;
  private final Bide.Subscription subscription;

  /**
   * Sends nothing before {@link #start}.
   *
   * @param senders closed with this
   * @param url of the page, without a slash at the end
   */
  public Notices(Bide bide, NoticeSenders senders, String url) {
    this.bide = bide;
    this.senders = senders;
    this.url = url;
    this.dispatcher =
        new Dispatcher(
            new Kept(bide),
            new Composer(url, new LogEnd(bide)::of),
            senders,
            figures,
            Clock.systemUTC(),
            () -> ThreadLocalRandom.current().nextDouble());
    this.subscription = bide.notices().listen(dispatcher::wake);
  }

  /** Sends what an earlier server left, and all that comes. */
  public void start() {
    dispatcher.start();
  }

  /**
   * Sends a notice of nothing, at once; completes with why nobody took it, or with nothing when
   * somebody did.
   *
   * @throws dev.bide.engine.Busy when too many are tried out already
   */
  public CompletableFuture<Optional<String>> test(NoticeRule rule) {
    Message message =
        new Message(
            UUID.randomUUID().toString(),
            Instant.now(),
            rule.events().iterator().next(),
            false,
            "a test of Bide's notices",
            "Whoever reads this can be told of jobs.",
            List.of(),
            url + "/",
            Map.of(Message.TEST, true));
    return trials.begin(() -> senders.send(rule.target(), message));
  }

  /**
   * Why nothing will ever be sent there as the settings are, where that can be said at once; empty
   * when it shows only once something is sent.
   */
  public Optional<String> refusal(NoticeTarget target) {
    return senders.refusal(target);
  }

  /** What came of notices so far. */
  public NoticeFigures figures() {
    return figures;
  }

  /**
   * Puts something due at once that was given up, or waits for its next try; completes when that is
   * on disk.
   */
  public CompletableFuture<Notice> again(UUID notice) {
    return bide.notices().sendAgain(notice);
  }

  /** What is being sent is broken off; the next server sends it again. */
  @Override
  public void close() {
    subscription.close();
    dispatcher.ending();
    senders.close(); // whoever waits for a connection ends by that
    trials.close();
    dispatcher.close();
  }

  /** In the queue's own database. */
  private record Kept(Bide bide) implements Outbox {
    @Override
    public List<Notice> due(Instant now, int limit) {
      return bide.notices().due(now, limit);
    }

    @Override
    public Optional<Instant> next(Instant after) {
      return bide.notices().next(after);
    }

    @Override
    public CompletableFuture<Boolean> note(Map<UUID, Delivery> deliveries) {
      return bide.notices().note(deliveries);
    }

    @Override
    public CompletableFuture<Integer> forget(Instant sentBefore, Instant givenUpBefore) {
      return bide.notices().forget(sentBefore, givenUpBefore);
    }
  }
}
