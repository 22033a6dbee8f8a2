package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.engine.Command.AddSchedule;
import dev.bide.engine.Command.Drain;
import dev.bide.engine.Command.PauseSchedule;
import dev.bide.engine.Command.Submit;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which runs of schedules are due and which were missed, whatever goes on. */
class PlanningTest extends PlanningFixture {
  @Test
  void aScheduleAddsOneJobAtItsInstantAndNothingBefore() throws Exception {
    add(plan("p", "cron 30 * * * *"));
    goTo("2026-11-24T12:29:59.999Z");
    assertThat(jobs()).isEmpty();

    goTo("2026-11-24T12:30:00.010Z");
    turn();

    Job job = only(jobs());
    assertThat(job.terms()).isEqualTo(new Terms(null, "p", at("2026-11-24T12:30:00Z")));
    assertThat(job.submittedAt()).isEqualTo(at("2026-11-24T12:30:00.010Z"));
    assertThat(job.state()).isEqualTo(State.RUNNING);
    assertThat(job.directory()).isEqualTo("/srv");
    Map<String, String> environment = store.read(s -> s.environment(job.number()));
    assertThat(environment).isEqualTo(Map.of("PATH", "/bin"));
    assertThat(history("p")).containsExactly("2026-11-24T12:30:00Z ADDED 1 null");
    assertThat(told("p")).isEqualTo(schedule("p"));
  }

  @Test
  void nothingIsPlannedWhileNobodyCanTellWhatTimeItIsAndJobsStartAllTheSame() throws Exception {
    add(plan("p", "cron 30 * * * *"));
    engine.planOnlyWhile(() -> clockIsRight);
    clockIsRight = false;
    goTo("2026-11-24T12:30:00.010Z");
    turn();
    assertThat(jobs()).isEmpty();
    assertThat(engine.planningBehind()).isEqualTo(Duration.ofMillis(10));
    ask(new Submit(List.of(JobSpec.of("true").in("/").with(Map.of("PATH", "/bin"))), null));
    assertThat(only(jobs()).state()).isEqualTo(State.RUNNING);

    clockIsRight = true;
    turn();
    assertThat(jobs()).hasSize(2);
    assertThat(engine.planningBehind()).isZero();
    assertThat(history("p")).containsExactly("2026-11-24T12:30:00Z ADDED 2 null");
    assertThat(engine.meter().planned().get(PlannedRun.Decision.ADDED).sum()).isEqualTo(1);
    assertThat(engine.meter().starts()).isEqualTo(2);
  }

  @Test
  void whatIsAnsweredIsTheScheduleAsItIsKept() throws Exception {
    Schedule asked = plan("p", "cron 30 * * * *");

    assertThat(add(asked)).isEqualTo(asked).isEqualTo(stored("p"));
    assertThat(told("p")).isEqualTo(schedule("p"));
  }

  @Test
  void aRestartBetweenAddsNothingTwice() throws Exception {
    add(plan("p", "every PT10M 2026-11-24T12:00:00Z"));
    goTo("2026-11-24T12:10:00Z");
    restart();
    turn();
    goTo("2026-11-24T12:19:59Z");
    restart();
    turn();
    assertThat(jobs()).hasSize(1);

    finish(1, 0);
    goTo("2026-11-24T12:20:00Z");
    assertThat(planned()).containsExactly("12:10", "12:20");
  }

  @Test
  void theClockSetBackByAnHourPlansNothingTwice() throws Exception {
    add(plan("p", "every PT20M 2026-11-24T12:00:00Z", OverlapPolicy.ALLOW));
    goTo("2026-11-24T12:20:00Z");
    goTo("2026-11-24T12:40:00Z");
    goTo("2026-11-24T11:50:00Z");
    restart();
    goTo("2026-11-24T12:20:00Z");
    goTo("2026-11-24T12:40:00Z");
    assertThat(planned()).containsExactly("12:20", "12:40");

    ask(new PauseSchedule("p", true));
    goTo("2026-11-24T12:05:00Z");
    ask(new PauseSchedule("p", false));
    goTo("2026-11-24T12:20:00Z");
    goTo("2026-11-24T12:40:00Z");
    goTo("2026-11-24T13:00:00Z");
    assertThat(planned()).containsExactly("12:20", "12:40", "13:00");
  }

  @Test
  void anHourThatTheClocksRepeatRunsOnceAtAFixedTime() throws Exception {
    clock.now = at("2026-10-25T00:00:00Z");
    add(plan("p", "cron 30 2 * * *"));
    goTo("2026-10-25T00:30:00Z");
    restart();
    goTo("2026-10-25T01:30:00Z");

    assertThat(planned()).containsExactly("00:30");
    assertThat(history("p")).containsExactly("2026-10-25T02:30 ADDED 1 null");
  }

  @Test
  void anHourThatTheClocksRepeatRunsTwiceWhereTheHourIsOpen() throws Exception {
    clock.now = at("2026-10-25T00:10:00Z");
    add(plan("p", "cron */30 * * * *", OverlapPolicy.ALLOW));
    for (String time : List.of("00:30", "01:00", "01:30", "02:00")) {
      goTo("2026-10-25T" + time + ":00Z");
      restart();
    }

    assertThat(planned()).containsExactly("00:30", "01:00", "01:30", "02:00");
  }

  // ---- missed

  @Test
  void oneRunMakesUpForAllThatWereMissed() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    restart(at("2026-11-24T15:30:00Z"));
    turn();

    assertThat(planned()).containsExactly("15:00");
    assertThat(history("p"))
        .containsExactly(
            "2026-11-24T15:00:00Z ADDED 1 made up for: Bide was not running when it was due",
            "missed from 2026-11-24T13:00:00Z MISSED null 2 runs missed while Bide was not running;"
                + " one run makes up for all of them");
  }

  @Test
  void eachMissedRunIsMadeUpForOneAfterAnother() throws Exception {
    add(plan("p", "cron 0 * * * *", MissedRunPolicy.ALL, OverlapPolicy.SKIP, 2));
    restart(at("2026-11-24T15:30:00Z"));
    turn();

    assertThat(history("p"))
        .containsExactly(
            "2026-11-24T15:00:00Z WAITING null waits: job 1 of it has not ended",
            "2026-11-24T14:00:00Z ADDED 1 made up for: Bide was not running when it was due",
            "missed from 2026-11-24T13:00:00Z MISSED null 1 run missed while Bide was not running;"
                + " more than are made up for, or too late for it");
    restart();
    finish(1, 0);
    assertThat(planned()).containsExactly("14:00", "15:00");
    assertThat(history("p"))
        .first()
        .isEqualTo("2026-11-24T15:00:00Z ADDED 2 waited for an earlier run to end");
  }

  @Test
  void missedRunsCanBeLeftOut() throws Exception {
    add(plan("p", "cron 0 * * * *", MissedRunPolicy.SKIP, OverlapPolicy.SKIP, 1));
    restart(at("2026-11-24T15:30:00Z"));
    turn();

    assertThat(jobs()).isEmpty();
    assertThat(history("p"))
        .containsExactly(
            "missed from 2026-11-24T13:00:00Z MISSED null 3 runs missed while Bide was not running;"
                + " missed runs are left out");
    goTo("2026-11-24T16:00:30Z");
    assertThat(planned()).as("half a minute is not late").containsExactly("16:00");
  }

  @Test
  void aShortTimeWithoutAServerIsOneToo() throws Exception {
    add(plan("once", "every PT1S 2026-11-24T12:00:00Z", OverlapPolicy.ALLOW));
    add(
        plan(
            "skip",
            "every PT1S 2026-11-24T12:00:00Z",
            MissedRunPolicy.SKIP,
            OverlapPolicy.ALLOW,
            1));
    restart(clock.now.plusMillis(5_500));
    turn();

    assertThat(history("once"))
        .containsExactly(
            "2026-11-24T12:00:05Z ADDED 1 made up for: Bide was not running when it was due",
            "missed from 2026-11-24T12:00:01Z MISSED null 4 runs missed while Bide was not running;"
                + " one run makes up for all of them");
    assertThat(history("skip"))
        .containsExactly(
            "missed from 2026-11-24T12:00:01Z MISSED null 5 runs missed while Bide was not running;"
                + " missed runs are left out");
    clock.now = clock.now.plusSeconds(3);
    turn();
    assertThat(jobs()).as("a server that is slow has missed nothing").hasSize(1 + 3 + 3);
  }

  @Test
  void whatCouldNotBePlannedThoughBideRanIsNotPutDownToItsAbsence() throws Exception {
    engine.planOnlyWhile(() -> clockIsRight);
    clockIsRight = false;
    add(plan("p", "cron 0 * * * *"));
    goTo("2026-11-24T15:30:00Z");
    clockIsRight = true;
    turn();

    assertThat(history("p"))
        .containsExactly(
            "2026-11-24T15:00:00Z ADDED 1 made up for: it could not be planned when it was due",
            "missed from 2026-11-24T13:00:00Z MISSED null 2 runs missed: they could not be planned"
                + " when they were due; one run makes up for all of them");
  }

  @Test
  void whatWasMissedForBothReasonsSaysBoth() throws Exception {
    add(plan("p", "cron 0 * * * *", MissedRunPolicy.SKIP, OverlapPolicy.SKIP, 1));
    add(plan("q", "cron 0 * * * *", MissedRunPolicy.ALL, OverlapPolicy.SKIP, 1));
    engine.close();
    clock.now = at("2026-11-24T14:30:00Z");
    engine = newEngine();
    engine.planOnlyWhile(() -> clockIsRight);
    clockIsRight = false;
    engine.recover(Duration.ZERO, Duration.ZERO);
    goTo("2026-11-24T15:30:00Z");
    clockIsRight = true;
    turn();

    assertThat(history("p"))
        .containsExactly(
            "missed from 2026-11-24T13:00:00Z MISSED null 3 runs missed while Bide was not running"
                + " or could not plan them; missed runs are left out");
    assertThat(history("q"))
        .as("what is made up for gives its own reason")
        .containsExactly(
            "2026-11-24T15:00:00Z ADDED 1 made up for: it could not be planned when it was due",
            "missed from 2026-11-24T13:00:00Z MISSED null 2 runs missed while Bide was not running;"
                + " more than are made up for, or too late for it");
  }

  // ---- jitter

  @Test
  void aRunWithJitterBeginsWithinTheBoundAtATimeThatARestartDoesNotChange() throws Exception {
    add(jittered(plan("p", "cron 0 * * * *"), Duration.ofMinutes(10)));
    goTo("2026-11-24T13:00:00Z");

    Job job = only(jobs());
    Instant begin = job.terms().beginAt();
    assertThat(begin)
        .isAfter(at("2026-11-24T13:00:00Z"))
        .isBeforeOrEqualTo(at("2026-11-24T13:10:00Z"));
    assertThat(job.status()).isEqualTo(new Status.Pending(begin, null, null));
    restart();
    turn();
    assertThat(only(jobs())).isEqualTo(job);
    assertThat(stored("p").beginOf(stored("p").timetable().next(NOON))).isEqualTo(begin);
    clock.now = begin;
    turn();
    assertThat(job(1).state()).isEqualTo(State.RUNNING);
  }

  // ---- much, and trouble

  @Test
  void manyThatAreDueAtOnceArePlannedOverSeveralTurnsWithAnswersBetween() throws Exception {
    int many = 2 * Planning.MOST_AT_ONCE + Planning.MOST_AT_ONCE / 2;
    for (int i = 0; i < many; i++) {
      var unused = engine.ask(new AddSchedule(plan("p" + i, "cron 30 * * * *")));
    }
    turn();
    clock.now = at("2026-11-24T12:30:00Z");
    turn();
    assertThat(jobs()).hasSize(Planning.MOST_AT_ONCE);
    CompletableFuture<Submitted> submit =
        engine.ask(new Submit(List.of(JobSpec.of("true").with(Map.of())), null));
    turn();
    assertThat(submit).isCompleted();
    assertThat(jobs()).hasSize(2 * Planning.MOST_AT_ONCE + 1);
    assertThat(engine.turn(Duration.ofMinutes(1))).as("without waiting").isTrue();

    assertThat(jobs()).hasSize(many + 1);
    assertThat(jobs().stream().map(job -> job.terms().schedule()).distinct()).hasSize(many + 1);
    assertThat(engine.turn(Duration.ZERO)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultyStore.Fault.class,
      names = {"LOST", "KEPT_BUT_UNANSWERED"})
  void aCommitThatFailsLosesNothingAndPlansNothingTwice(FaultyStore.Fault fault) throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.QUEUE));
    store.next = fault;
    goTo("2026-11-24T13:00:00Z");
    assertThat(engine.down()).isNotNull();
    turn();
    turn();
    assertThat(engine.down()).isNull();
    assertThat(planned()).containsExactly("13:00");
    assertThat(job(1).state()).isEqualTo(State.RUNNING);

    store.next = fault;
    goTo("2026-11-24T14:00:00Z");
    turn();
    turn();
    store.next = fault;
    finish(1, 0);
    turn();
    turn();
    assertThat(planned()).containsExactly("13:00", "14:00");
    String difference = store.read(snapshot -> EngineProbe.difference(engine, snapshot));
    assertThat(difference).isNull();
  }

  @Test
  void whatWasToldToEndInACommitWithoutAnAnswerIsToldSo() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.CANCEL_OLD));
    goTo("2026-11-24T13:00:00Z");
    store.next = FaultyStore.Fault.KEPT_BUT_UNANSWERED;
    goTo("2026-11-24T14:00:00Z");
    assertThat(runner.stopped).isEmpty();
    turn();

    assertThat(runner.stopped).containsExactly(job(1).latestAttempt());
  }

  @Test
  void whileNothingStartsRunsArePlannedAndWait() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.ALLOW));
    lowDisk = true;
    goTo("2026-11-24T13:00:00Z");
    assertThat(job(1).state()).isEqualTo(State.PENDING);
    lowDisk = false;
    turn();
    assertThat(job(1).state()).isEqualTo(State.RUNNING);

    ask(new Drain());
    goTo("2026-11-24T14:00:00Z");
    assertThat(planned()).containsExactly("13:00", "14:00");
    assertThat(job(2).state()).isEqualTo(State.PENDING);
  }
}
