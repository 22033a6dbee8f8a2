package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.Job;
import dev.bide.notice.Delivery;
import dev.bide.notice.InvalidNotice;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.QueueSettings;
import dev.bide.store.sqlite.DatabaseFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is told what, and what is still to be sent. */
abstract class NoticesContract extends SchedulesContract {
  private static final Instant LATER = NOON.plusSeconds(60);

  private static List<NoticeRule> rules() {
    try {
      return List.of(
          NoticeRule.parse("failure=slack+https://hooks.example/secret"),
          NoticeRule.parse("command:echo 'a = b'"));
    } catch (InvalidNotice e) {
      throw new IllegalStateException(e);
    }
  }

  private static Notice notice(@Nullable Long job, Delivery delivery) {
    return new Notice(
        UUID.randomUUID(),
        NOON,
        NoticeEvent.END,
        "command:true",
        job,
        Map.of(Notice.Fact.MESSAGE, "ein Strich – und = Zeichen"),
        delivery);
  }

  private Notice told(@Nullable Long job, Delivery delivery) {
    Notice notice = notice(job, delivery);
    write(
        t -> {
          t.tell(notice);
          return true;
        });
    return notice;
  }

  private List<Notice> list(Function<Snapshot, List<Notice>> query) {
    return store.read(query);
  }

  private Optional<Notice> find(UUID id) {
    return store.read(s -> s.notice(id));
  }

  private Optional<Instant> next(Instant after) {
    return store.read(s -> s.nextNotice(after));
  }

  private boolean deliver(UUID id, Delivery delivery) {
    return store.write(t -> t.deliver(id, delivery));
  }

  private int forget(Instant sentBefore, Instant givenUpBefore) {
    return store.write(t -> t.forgetNotices(sentBefore, givenUpBefore));
  }

  @Test
  void rulesOfJobsAndQueuesAreKeptWhole() {
    Job job = insert(spec("true").telling(rules()));
    write(
        t -> {
          t.save(new QueueSettings("gpu", 2, true, rules()));
          return true;
        });
    reopen();

    assertThat(job.terms().notices()).isEqualTo(rules());
    assertThat(job(job.number())).isEqualTo(job);
    assertThat(store.read(Snapshot::queues)).contains(new QueueSettings("gpu", 2, true, rules()));
  }

  @Test
  void noticesAreListedNewestFirstByJobAndState() {
    Notice first = told(7L, Delivery.due(NOON));
    Notice second = told(null, Delivery.due(NOON).sent(LATER));
    Notice third = told(7L, Delivery.due(NOON).givenUp("no answer", LATER));
    reopen();

    assertThat(list(s -> s.notices(null, null, 9))).containsExactly(third, second, first);
    assertThat(list(s -> s.notices(null, null, 1))).containsExactly(third);
    assertThat(list(s -> s.notices(7L, null, 9))).containsExactly(third, first);
    assertThat(list(s -> s.notices(7L, Delivery.State.FAILED, 9))).containsExactly(third);
    assertThat(store.<Integer>read(Snapshot::failedNotices)).isEqualTo(1);
    assertThat(find(second.id())).contains(second);
    assertThat(find(UUID.randomUUID())).isEmpty();
  }

  @Test
  void whatIsDueComesInTheOrderOfItsTimes() {
    Notice later = told(1L, Delivery.due(LATER));
    Notice now = told(2L, Delivery.due(NOON));
    told(3L, Delivery.due(NOON).sent(NOON));

    assertThat(list(s -> s.dueNotices(NOON, 9))).containsExactly(now);
    assertThat(list(s -> s.dueNotices(LATER, 9))).containsExactly(now, later);
    assertThat(list(s -> s.dueNotices(LATER, 1))).containsExactly(now);
    assertThat(store.<Map<String, Long>>read(s -> s.waitingNotices(9)))
        .isEqualTo(Map.of("command:true", 2L));
    assertThat(store.<Map<String, Long>>read(s -> s.waitingNotices(1)))
        .isEqualTo(Map.of("command:true", 1L));
    assertThat(next(NOON)).contains(LATER);
    assertThat(next(LATER)).isEmpty();
  }

  @Test
  void howFarANoticeIsCanBeNoted() {
    Notice notice = told(1L, Delivery.due(NOON));
    Delivery tried = notice.delivery().in(UUID.randomUUID()).failed("no answer", LATER);

    assertThat(deliver(notice.id(), tried)).isTrue();
    assertThat(deliver(UUID.randomUUID(), tried)).isFalse();
    reopen();

    assertThat(find(notice.id())).contains(notice.at(tried));
  }

  @Test
  void whatWasSentIsForgottenAndWhatWaitsIsNot() {
    Notice waits = told(1L, Delivery.due(NOON));
    told(1L, Delivery.due(NOON).sent(NOON));
    Notice failed = told(1L, Delivery.due(NOON).givenUp("no answer", NOON));

    assertThat(forget(LATER, NOON)).isEqualTo(1);
    assertThat(list(s -> s.notices(null, null, 9))).containsExactly(failed, waits);
    assertThat(forget(LATER, LATER)).isEqualTo(1);
    assertThat(list(s -> s.notices(null, null, 9))).containsExactly(waits);
  }

  @Test
  void whatWaitedInABackupIsNotToldButCanBeSeen() {
    Notice waits = told(1L, Delivery.due(NOON));
    Notice sent = told(1L, Delivery.due(NOON).sent(NOON));
    write(
        t -> {
          DatabaseFile.giveUpNotices(t, LATER);
          return true;
        });

    assertThat(list(s -> s.dueNotices(LATER, 9))).isEmpty();
    assertThat(find(sent.id())).contains(sent);
    assertThat(find(waits.id()).orElseThrow().delivery())
        .isEqualTo(waits.delivery().dropped("it still waited when the backup was made", LATER));
  }
}
