package dev.bide.server.notice;

import dev.bide.Bide;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeSettings;
import dev.bide.notice.NoticeTarget;
import java.nio.file.Path;
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
  private final Webhooks webhooks;
  private final Commands commands;
  private final Mails mails;
  private final String url;
  private final Dispatcher dispatcher;
  private final Bide.Subscription subscription;

  /**
   * Sends nothing before {@link #start}.
   *
   * @param url of the page, without a slash at the end
   * @param version of the server
   * @throws IllegalArgumentException naming what is wrong with the settings
   */
  public Notices(Bide bide, NoticeSettings settings, Path home, String url, String version) {
    this.bide = bide;
    this.url = url;
    Clock clock = Clock.systemUTC();
    this.webhooks =
        new Webhooks(
            new Addresses(settings.allowed()), settings.secret(), "Bide/" + version, clock);
    this.commands = new Commands(home, Commands.LONGEST);
    this.mails = new Mails(settings.mail());
    this.dispatcher =
        new Dispatcher(
            new Kept(bide),
            new Composer(url, new LogEnd(bide)::of),
            this::send,
            clock,
            () -> ThreadLocalRandom.current().nextDouble());
    this.subscription = bide.notices().listen(dispatcher::wake);
  }

  /** Sends what an earlier server left, and all that comes. */
  public void start() {
    dispatcher.start();
  }

  private void send(NoticeTarget target, Message message) throws NotSent, InterruptedException {
    if (target instanceof NoticeTarget.Webhook webhook) {
      webhooks.send(webhook, message);
    } else if (target instanceof NoticeTarget.Command command) {
      commands.send(command, message);
    } else if (target instanceof NoticeTarget.Mail mail) {
      mails.send(mail, message);
    }
  }

  /**
   * Sends a notice of nothing, at once; returns when it was taken.
   *
   * @throws NotSent when it was not
   */
  public void test(NoticeRule rule) throws NotSent, InterruptedException {
    NoticeEvent event = rule.events().iterator().next();
    send(
        rule.target(),
        new Message(
            UUID.randomUUID().toString(),
            Instant.now(),
            event,
            false,
            "a test of Bide's notices",
            "Whoever reads this can be told of jobs.",
            List.of(),
            url + "/",
            Map.of("test", true)));
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
    dispatcher.close();
    webhooks.close();
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
