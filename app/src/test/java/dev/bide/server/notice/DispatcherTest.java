package dev.bide.server.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeTarget;
import dev.bide.server.notice.NoticeFigures.Kind;
import dev.bide.server.notice.NoticeFigures.Outcome;
import dev.bide.store.StoreDown;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When what is sent, by a clock that stands still until the test moves it. */
class DispatcherTest {
  private final HandClock clock = new HandClock();
  private final Box box = new Box();
  private final Receiver receiver = new Receiver();
  private final NoticeFigures figures = new NoticeFigures();
  private final Dispatcher dispatcher =
      new Dispatcher(
          box,
          new Composer("http://here", notice -> List.of()),
          receiver,
          figures,
          clock,
          () -> 0.0);

  @AfterEach
  void close() {
    dispatcher.close();
  }

  private List<Notice> due(int count) {
    List<Notice> notices = PaceTest.notices(count);
    notices.forEach(box::put);
    return notices;
  }

  private void roundsUntil(org.awaitility.core.ThrowingRunnable holds) {
    await()
        .untilAsserted(
            () -> {
              dispatcher.round();
              holds.run();
            });
  }

  private Delivery delivery(Notice notice) {
    return box.find(notice.id()).delivery();
  }

  @Test
  void oneIsSentOnceAndNotedAsSent() {
    Notice notice = due(1).get(0);
    roundsUntil(
        () ->
            assertThat(delivery(notice))
                .isEqualTo(new Delivery(Delivery.State.SENT, 1, PaceTest.NOON, null, null)));

    assertThat(receiver.ids()).containsExactly(notice.id().toString());
  }

  @Test
  void eightGoAsOneMessageAndItsIdIsOnDiskBeforeItIsSent() {
    List<Notice> notices = due(8);
    receiver.onSend =
        message ->
            assertThat(box.all())
                .allMatch(one -> message.id().equals(String.valueOf(one.delivery().digest())));
    roundsUntil(
        () -> assertThat(box.all()).allMatch(one -> one.delivery().state() == Delivery.State.SENT));

    assertThat(receiver.messages).hasSize(1);
    Message message = receiver.messages.get(0);
    assertThat(message.title()).isEqualTo("8 notices");
    assertThat(message.lines()).hasSize(8);
    assertThat(message.facts().get("notices"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(8);
    assertThat(delivery(notices.get(3)).digest()).hasToString(message.id());
  }

  @Test
  void whatTheEndOfTheServerBreaksOffIsNoTry() {
    Notice notice = due(1).get(0);
    CountDownLatch ended = new CountDownLatch(1);
    receiver.error = NotSent.forNow("the connection broke");
    receiver.onSend =
        message -> {
          dispatcher.ending();
          ended.countDown();
        };
    roundsUntil(() -> assertThat(ended.getCount()).isZero());
    dispatcher.close();

    assertThat(delivery(notice)).isEqualTo(notice.delivery());
    assertThat(figures.count(NoticeFigures.Kind.of(notice.target()), NoticeFigures.Outcome.FAILED))
        .isZero();
  }

  @Test
  void whatFailedIsTriedAgainAfterAPauseAndIsTheSameMessage() {
    Notice notice = due(1).get(0);
    receiver.error = NotSent.forNow("no answer");
    roundsUntil(() -> assertThat(delivery(notice).tries()).isEqualTo(1));
    Instant next = PaceTest.NOON.plusSeconds(5);

    assertThat(delivery(notice))
        .isEqualTo(new Delivery(Delivery.State.WAITING, 1, next, null, "no answer"));
    assertThat(dispatcher.round()).isEqualTo(next);
    receiver.error = null;
    clock.now = next;
    roundsUntil(() -> assertThat(delivery(notice).state()).isEqualTo(Delivery.State.SENT));
    assertThat(receiver.ids()).containsOnly(notice.id().toString());
  }

  @Test
  void aDigestThatFailedIsTheSameMessageTheNextTimeThoughMoreHasCome() {
    List<Notice> notices = due(8);
    receiver.error = NotSent.forNow("no answer");
    roundsUntil(() -> assertThat(delivery(notices.get(7)).tries()).isEqualTo(1));
    receiver.error = null;
    clock.now = PaceTest.NOON.plusSeconds(5);
    due(1);
    roundsUntil(() -> assertThat(delivery(notices.get(7)).state()).isEqualTo(Delivery.State.SENT));

    assertThat(receiver.messages.get(1).id()).isEqualTo(receiver.messages.get(0).id());
    assertThat(receiver.messages.get(1).lines()).hasSize(8);
  }

  @Test
  void aDigestThatFailedStaysTogetherThoughSomeOfItHadBeenTriedBefore() {
    receiver.error = NotSent.forNow("no answer");
    Notice first = due(1).get(0);
    roundsUntil(() -> assertThat(delivery(first).tries()).isEqualTo(1));
    clock.now = PaceTest.NOON.plusSeconds(5);
    List<Notice> more = due(8);
    roundsUntil(() -> assertThat(delivery(more.get(7)).tries()).isEqualTo(1));
    clock.now = PaceTest.NOON.plusSeconds(10);
    roundsUntil(() -> assertThat(delivery(more.get(7)).tries()).isEqualTo(2));
    receiver.error = null;
    clock.now = PaceTest.NOON.plusSeconds(100);
    roundsUntil(() -> assertThat(delivery(first).state()).isEqualTo(Delivery.State.SENT));

    List<Message> digests = receiver.messages.subList(1, receiver.messages.size());
    assertThat(digests).hasSize(3);
    assertThat(digests).allSatisfy(digest -> assertThat(digest.lines()).hasSize(9));
    assertThat(digests).extracting(Message::id).containsOnly(digests.get(0).id());
  }

  @Test
  void whatIsLeftOfADigestIsSentUnderItsId() {
    UUID digest = UUID.randomUUID();
    Notice notice = due(1).get(0);
    box.put(notice.at(notice.delivery().in(digest)));
    roundsUntil(() -> assertThat(delivery(notice).state()).isEqualTo(Delivery.State.SENT));

    assertThat(receiver.ids()).containsExactly(digest.toString());
  }

  @Test
  void whatIsOfNoUseIsGivenUpAtOnceAndTheRestAfterADay() {
    Notice notice = due(1).get(0);
    receiver.error = NotSent.forGood("a redirect");
    roundsUntil(() -> assertThat(delivery(notice).state()).isEqualTo(Delivery.State.FAILED));
    assertThat(delivery(notice).error()).isEqualTo("a redirect");

    Notice other = due(1).get(0);
    receiver.error = NotSent.forNow("no answer");
    roundsUntil(
        () -> {
          clock.now = clock.now.plus(Duration.ofHours(9));
          assertThat(delivery(other).state()).isEqualTo(Delivery.State.FAILED);
        });
    assertThat(delivery(other).tries()).isEqualTo(11);
    assertThat(figures.count(Kind.COMMAND, Outcome.SENT)).isZero();
    assertThat(figures.count(Kind.COMMAND, Outcome.FAILED)).isEqualTo(12);
    assertThat(figures.count(Kind.COMMAND, Outcome.GIVEN_UP)).isEqualTo(2);
  }

  @Test
  void whatWasGivenUpIsSentWhenAskedForThoughNotingThatHadNoAnswer() {
    Notice notice = due(1).get(0);
    receiver.error = NotSent.forGood("a redirect");
    box.silent = true;
    roundsUntil(() -> assertThat(delivery(notice).state()).isEqualTo(Delivery.State.FAILED));
    await().untilAsserted(() -> assertThat(dispatcher.atWork()).isEmpty());
    box.silent = false;
    receiver.error = null;
    clock.now = clock.now.plusSeconds(31);
    box.put(notice.at(Delivery.due(clock.now)));
    dispatcher.round();
    await().untilAsserted(() -> assertThat(dispatcher.atWork()).isEmpty());

    assertThat(delivery(notice).state()).isEqualTo(Delivery.State.SENT);
  }

  @Test
  void whatWasSentWhileARoundReadItIsNotSentTwice() {
    Notice notice = due(1).get(0);
    CompletableFuture<Boolean> goOn = new CompletableFuture<>();
    receiver.onSend = message -> assertThat(goOn).succeedsWithin(Duration.ofSeconds(20));
    dispatcher.round();
    box.afterReading =
        () -> {
          goOn.complete(true);
          await().until(() -> dispatcher.atWork().isEmpty());
        };
    dispatcher.round(); // still has it as due
    Notice next = due(1).get(0);
    roundsUntil(() -> assertThat(delivery(next).state()).isEqualTo(Delivery.State.SENT));

    assertThat(receiver.ids()).containsExactly(notice.id().toString(), next.id().toString());
  }

  @Test
  void whatWasSentWhileTheStoreWasDownIsNotedAndNotSentAgain() {
    Notice notice = due(1).get(0);
    box.down = true;
    roundsUntil(() -> assertThat(receiver.messages).hasSize(1));
    clock.now = PaceTest.NOON.plusSeconds(31);
    dispatcher.round();
    box.down = false;
    roundsUntil(
        () -> {
          clock.now = clock.now.plusSeconds(31);
          assertThat(delivery(notice).state()).isEqualTo(Delivery.State.SENT);
        });

    assertThat(receiver.messages).hasSize(1);
  }

  @Test
  void oneTargetThatHangsKeepsNoOtherWaiting() {
    CompletableFuture<Boolean> released = new CompletableFuture<>();
    receiver.onSend =
        message -> {
          if (receiver.messages.size() == 1) {
            released.join();
          }
        };
    Notice hangs = due(1).get(0);
    roundsUntil(() -> assertThat(receiver.messages).hasSize(1));
    Notice other =
        new Notice(
            UUID.randomUUID(),
            hangs.at(),
            hangs.event(),
            "command:other",
            2L,
            Map.of(),
            hangs.delivery());
    box.put(other);
    roundsUntil(() -> assertThat(delivery(other).state()).isEqualTo(Delivery.State.SENT));
    assertThat(delivery(hangs).state()).isEqualTo(Delivery.State.WAITING);
    released.complete(true);
    roundsUntil(() -> assertThat(delivery(hangs).state()).isEqualTo(Delivery.State.SENT));
  }

  private static final class Receiver implements Sender {
    final List<Message> messages = new CopyOnWriteArrayList<>();
    volatile @Nullable NotSent error;
    volatile java.util.function.Consumer<Message> onSend = message -> {};

    List<String> ids() {
      return messages.stream().map(Message::id).toList();
    }

    @Override
    public void send(NoticeTarget target, Message message) throws NotSent {
      messages.add(message);
      onSend.accept(message);
      NotSent failure = error;
      if (failure != null) {
        throw failure;
      }
    }
  }

  private static final class Box implements Outbox {
    private final Map<UUID, Notice> notices = new LinkedHashMap<>();
    boolean down;

    /** What is noted is kept, and nobody hears so. */
    volatile boolean silent;

    volatile Runnable afterReading = () -> {};

    synchronized void put(Notice notice) {
      notices.put(notice.id(), notice);
    }

    synchronized Notice find(UUID id) {
      Notice notice = notices.get(id);
      if (notice == null) {
        throw new IllegalArgumentException("no notice " + id);
      }
      return notice;
    }

    synchronized Collection<Notice> all() {
      return List.copyOf(notices.values());
    }

    @Override
    public List<Notice> due(Instant now, int limit) {
      List<Notice> due =
          all().stream()
              .filter(one -> one.delivery().state() == Delivery.State.WAITING)
              .filter(one -> !one.delivery().at().isAfter(now))
              .limit(limit)
              .toList();
      Runnable meanwhile = afterReading;
      afterReading = () -> {};
      meanwhile.run();
      return due;
    }

    @Override
    public Optional<Instant> next(Instant after) {
      return all().stream()
          .filter(one -> one.delivery().state() == Delivery.State.WAITING)
          .map(one -> one.delivery().at())
          .filter(at -> at.isAfter(after))
          .min(Comparator.naturalOrder());
    }

    @Override
    public synchronized CompletableFuture<Boolean> note(Map<UUID, Delivery> deliveries) {
      if (down) {
        return CompletableFuture.failedFuture(new StoreDown("no disk", false, null));
      }
      deliveries.forEach((id, delivery) -> put(find(id).at(delivery)));
      return silent
          ? CompletableFuture.failedFuture(new StoreDown("no answer", true, null))
          : CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Integer> forget(Instant sentBefore, Instant givenUpBefore) {
      return CompletableFuture.completedFuture(0);
    }
  }
}
