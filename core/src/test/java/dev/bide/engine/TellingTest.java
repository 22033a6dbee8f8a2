package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Reason;
import dev.bide.notice.Delivery;
import dev.bide.notice.InvalidNotice;
import dev.bide.notice.Notice;
import dev.bide.notice.Notice.Fact;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeRule;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is told what: written in the same transaction as what it tells. */
@SuppressWarnings("NullAway.Init")
class TellingTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path home;
  private final ScriptedRunner runner = new ScriptedRunner();
  private final List<Integer> calls = new ArrayList<>();
  private FaultyStore store;
  private Engine engine;

  @BeforeEach
  void open() {
    store = new FaultyStore(SqliteStore.open(home.resolve("bide.db")));
    engine = engine();
  }

  @AfterEach
  void close() {
    engine.close();
    store.close();
  }

  private Engine engine(NoticeRule... always) {
    return new Engine(
        store,
        runner,
        Clock.fixed(NOON, ZoneOffset.UTC),
        UUID::randomUUID,
        () -> false,
        Duration.ofSeconds(7),
        Runnable::run,
        event -> {},
        new NoticeOffice(List.of(always), () -> calls.add(1)));
  }

  private static NoticeRule rule(String text) {
    try {
      return NoticeRule.parse(text);
    } catch (InvalidNotice e) {
      throw new IllegalArgumentException(e);
    }
  }

  private <T> T ask(Command<T> command) {
    CompletableFuture<T> answer = engine.ask(command);
    engine.turn(Duration.ZERO);
    return answer.join();
  }

  private Job add(NoticeRule... rules) {
    JobSpec spec = JobSpec.of("true").in("/").with(Map.of()).telling(List.of(rules));
    Job job = ask(new Command.Submit(List.of(spec), null)).jobs().get(0);
    engine.turn(Duration.ZERO);
    return job;
  }

  private void ends(Job job, int code) {
    AttemptId attempt = new AttemptId(job.number(), job.uuid(), 1);
    runner.begins(attempt);
    runner.exits(attempt, code);
    engine.turn(Duration.ZERO);
  }

  private List<Notice> notices() {
    List<Notice> all = new ArrayList<>(store.read(s -> s.notices(null, null, 100)));
    java.util.Collections.reverse(all);
    return all;
  }

  private List<NoticeEvent> events() {
    return notices().stream().map(Notice::event).toList();
  }

  @Test
  void ofAJobWithoutRulesNothingIsWritten() {
    ends(add(), 1);

    assertThat(notices()).isEmpty();
    assertThat(calls).isEmpty();
  }

  @Test
  void aJobTellsOfItsBeginAndItsEnd() {
    Job job = add(rule("start,end=command:true"));
    ends(job, 0);

    assertThat(events()).containsExactly(NoticeEvent.START, NoticeEvent.END);
    Notice end = notices().get(1);
    assertThat(end.job()).isEqualTo(job.number());
    assertThat(end.target()).isEqualTo("command:true");
    assertThat(end.delivery()).isEqualTo(Delivery.due(NOON));
    assertThat(end.facts())
        .containsEntry(Fact.STATE, "COMPLETED")
        .containsEntry(Fact.EXIT_CODE, "0")
        .containsEntry(Fact.COMMAND, "true")
        .containsEntry(Fact.QUEUE, "default")
        .containsEntry(Fact.RUNNING, "0")
        .containsEntry(Fact.PENDING, "0");
    assertThat(calls).isNotEmpty();
  }

  @Test
  void aFailureIsToldOnceToATargetThatAsksForBoth() {
    ends(add(rule("end,failure=command:true"), rule("end=command:false")), 3);

    assertThat(notices())
        .extracting(Notice::event, Notice::target)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(NoticeEvent.FAILURE, "command:true"),
            org.assertj.core.groups.Tuple.tuple(NoticeEvent.END, "command:false"));
    assertThat(notices().get(0).facts()).containsEntry(Fact.MESSAGE, "the last line");
  }

  @Test
  void aCancelledJobHasEndedAndHasNotFailed() {
    Job job = add(rule("end=command:true"), rule("failure=command:false"));
    ask(new Command.Cancel(job.number(), Duration.ZERO, Reason.CANCELLED_BY_USER));
    ends(job, 143);

    assertThat(events()).containsExactly(NoticeEvent.END);
    assertThat(notices().get(0).fact(Fact.STATE)).isEqualTo("CANCELLED");
  }

  @Test
  void aRetriedJobTellsAgainAlsoAfterARestart() {
    Job job = add(rule("command:true"));
    engine.close();
    engine = engine();
    ends(job, 0);
    ask(new Command.Retry(job.number()));
    runner.exits(new AttemptId(job.number(), job.uuid(), 2), 0);
    engine.turn(Duration.ZERO);

    assertThat(events()).containsExactly(NoticeEvent.END, NoticeEvent.END);
  }

  @Test
  void aQueueTellsWhenItsLastJobHasEnded() {
    ask(new Command.ChangeQueue("default", null, null, List.of(rule("empty=command:true"))));
    Job first = add();
    Job second = add();
    ends(first, 0);
    assertThat(notices()).isEmpty();
    ends(second, 0);

    assertThat(events()).containsExactly(NoticeEvent.EMPTY);
    assertThat(notices().get(0).job()).isNull();
    assertThat(notices().get(0).fact(Fact.QUEUE)).isEqualTo("default");
  }

  @Test
  void aRuleOfTheConfigurationHoldsForEveryJob() {
    engine.close();
    engine = engine(rule("failure=command:true"));
    ends(add(), 0);
    ends(add(), 1);

    assertThat(events()).containsExactly(NoticeEvent.FAILURE);
  }

  @Test
  void aScheduleTellsOfRunsThatDidNotTakePlaceAndItsJobsTellTheRest() throws InvalidTrigger {
    JobSpec template =
        JobSpec.of("true").in("/").with(Map.of()).telling(List.of(rule("end,missed=command:true")));
    Instant from = NOON.minus(Duration.ofHours(2)).minusSeconds(60);
    ask(
        new Command.AddSchedule(
            new Schedule(
                "hourly",
                template,
                new Timetable(
                    IntervalTrigger.of(from, Duration.ofHours(1)),
                    ZoneOffset.UTC,
                    null,
                    null,
                    MissedRunPolicy.SKIP,
                    Duration.ofDays(1),
                    10),
                OverlapPolicy.SKIP,
                Duration.ZERO,
                0,
                NOON,
                Schedule.Standing.from(from))));
    engine.turn(Duration.ZERO);

    assertThat(events()).containsExactly(NoticeEvent.MISSED);
    assertThat(notices().get(0).facts())
        .containsEntry(Fact.SCHEDULE, "hourly")
        .hasEntrySatisfying(Fact.MESSAGE, note -> assertThat(note).contains("missed"));
    Job run = ask(new Command.RunSchedule("hourly"));
    assertThat(run.terms().notices()).isEqualTo(template.terms().notices());
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultyStore.Fault.class,
      names = {"LOST", "KEPT_BUT_UNANSWERED"})
  void anEndIsToldOnceHoweverItsCommitFails(FaultyStore.Fault fault) {
    Job job = add(rule("command:true"));
    store.next = fault;
    ends(job, 0);
    engine.turn(Duration.ZERO);
    engine.turn(Duration.ZERO);

    assertThat(events()).containsExactly(NoticeEvent.END);
  }

  @Test
  void oneThatWasGivenUpIsSentAgainWhenAskedForAndOneThatWasSentIsNot() {
    ends(add(rule("command:true")), 0);
    Notice notice = notices().get(0);
    ask(
        new Command.NoteDelivery(
            Map.of(notice.id(), notice.delivery().givenUp("no answer", NOON))));
    assertThat(notices().get(0).delivery().state()).isEqualTo(Delivery.State.FAILED);
    calls.clear();

    assertThat(ask(new Command.SendAgain(notice.id())).delivery()).isEqualTo(Delivery.due(NOON));
    assertThat(calls).isNotEmpty();
    ask(new Command.NoteDelivery(Map.of(notice.id(), notice.delivery().sent(NOON))));
    assertThatThrownBy(() -> ask(new Command.SendAgain(notice.id())))
        .hasRootCauseInstanceOf(Refused.class)
        .hasMessageContaining("sent already");
  }
}
