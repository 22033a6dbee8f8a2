package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.engine.Command.AddSchedule;
import dev.bide.engine.Command.Backfill;
import dev.bide.engine.Command.ChangeSchedule;
import dev.bide.engine.Command.PauseSchedule;
import dev.bide.engine.Command.RemoveSchedule;
import dev.bide.engine.Command.RunSchedule;
import dev.bide.job.Job;
import dev.bide.job.State;
import dev.bide.job.Terms;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.store.Snapshot;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people ask of schedules: pause, resume, run, backfill, change, remove. */
class PlanningOnRequestTest extends PlanningFixture {
  @Test
  void whatPassesWhileItIsPausedIsNotMadeUpFor() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    assertThat(ask(new PauseSchedule("p", true)).standing().paused()).isTrue();
    goTo("2026-11-24T13:00:00Z");
    restart(at("2026-11-24T14:30:00Z"));
    Schedule resumed = ask(new PauseSchedule("p", false));

    assertThat(resumed.standing()).isEqualTo(Schedule.Standing.from(clock.now));
    assertThat(jobs()).isEmpty();
    assertThat(history("p")).isEmpty();
    goTo("2026-11-24T15:00:00Z");
    assertThat(planned()).containsExactly("15:00");
  }

  @Test
  void runsThatWaitGoOnWaitingWhileItIsPaused() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.QUEUE));
    goTo("2026-11-24T13:00:00Z");
    goTo("2026-11-24T14:00:00Z");
    ask(new PauseSchedule("p", true));
    finish(1, 0);
    assertThat(planned()).containsExactly("13:00");

    ask(new PauseSchedule("p", false));
    assertThat(planned()).containsExactly("13:00", "14:00");
  }

  @Test
  void oneInATimeZoneThatIsNotKnownCannotBeResumed() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    engine.close();
    store.close();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("bide.db"));
        var statement = connection.createStatement()) {
      statement.execute("update schedule set zone = 'Mars/Olympus'");
    }
    open();
    Schedule answer = ask(new PauseSchedule("p", false));

    assertThat(answer.standing().paused()).isTrue();
    assertThat(answer.standing().why()).contains("Mars/Olympus");
    goTo("2026-11-24T14:00:00Z");
    assertThat(jobs()).isEmpty();
  }

  @Test
  void aRunByHandBeginsNowWhateverElseGoesOn() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    goTo("2026-11-24T13:00:00Z");
    clock.now = at("2026-11-24T13:05:00Z");
    Job job = ask(new RunSchedule("p"));
    Job again = ask(new RunSchedule("p"));

    assertThat(job.state()).as("as it is once it is answered").isEqualTo(State.RUNNING);
    assertThat(job.terms()).isEqualTo(new Terms(null, "p", clock.now));
    assertThat(List.of(job.number(), again.number())).containsExactly(2L, 3L);
    assertThat(history("p"))
        .contains(
            "by hand 2026-11-24T13:05:00Z ADDED 2 asked for by hand",
            "by hand 2026-11-24T13:05:00Z 2 ADDED 3 asked for by hand");
    goTo("2026-11-24T14:00:00Z");
    assertThat(history("p")).first().asString().contains("skipped: job 3 of it has not ended");
    assertRefused(Refused.Kind.NO_SUCH_SCHEDULE, new RunSchedule("q"));
  }

  @Test
  void aBackfillRunsOneAfterAnotherAndTheSecondPlansNothingNew() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.ALLOW));
    goTo("2026-11-24T13:00:00Z");
    finish(1, 0);
    Backfill asked = new Backfill("p", at("2026-11-24T10:00:00Z"), at("2026-11-24T20:00:00Z"));

    assertThat(ask(asked)).as("13:00 was decided, 14:00 has not come").isEqualTo(3);
    assertThat(ask(asked)).isZero();
    assertThat(planned()).containsExactly("13:00", "10:00");
    restart();
    finish(2, 0);
    finish(3, 0);
    finish(4, 0);
    assertThat(planned()).containsExactly("13:00", "10:00", "11:00", "12:00");
    assertThat(ask(asked)).isZero();
  }

  @Test
  void aBackfillGoesBeforeNewerRunsThatWaitAlreadyAlsoAfterARestart() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.QUEUE));
    goTo("2026-11-24T13:00:00Z");
    goTo("2026-11-24T14:00:00Z");
    ask(new Backfill("p", at("2026-11-24T10:00:00Z"), at("2026-11-24T11:00:00Z")));
    finish(1, 0);
    assertThat(planned()).containsExactly("13:00", "10:00");

    restart();
    finish(2, 0);
    finish(3, 0);
    assertThat(planned()).containsExactly("13:00", "10:00", "11:00", "14:00");
  }

  @Test
  void aBackfillOfTooManyIsRefusedAndPlansNothing() throws Exception {
    add(plan("p", "every PT1S 2026-11-24T00:00:00Z"));

    assertRefused(Refused.Kind.INVALID, new Backfill("p", NOON.minusSeconds(Backfill.MOST), NOON));
    assertThat(history("p")).isEmpty();
    assertThat(jobs()).isEmpty();
    assertThat(ask(new Backfill("p", NOON.minusSeconds(Backfill.MOST - 1), NOON)))
        .isEqualTo(Backfill.MOST);
  }

  @Test
  void oneWithOtherTimesCountsFromNow() throws Exception {
    Schedule schedule = plan("p", "cron 0 * * * *");
    add(schedule);
    clock.now = at("2026-11-24T12:20:00Z");
    Schedule changed = plan("p", "cron */15 * * * *");
    Schedule answer =
        ask(
            new ChangeSchedule(
                new Schedule(
                    "p",
                    changed.template().in("/elsewhere"),
                    changed.timetable(),
                    changed.overlap(),
                    changed.jitter(),
                    changed.pauseAfter(),
                    clock.now,
                    Schedule.Standing.from(Instant.EPOCH))));

    assertThat(answer).isEqualTo(stored("p"));
    assertThat(answer.createdAt()).isEqualTo(schedule.createdAt());
    assertThat(answer.standing().decided()).isEqualTo(clock.now);
    goTo("2026-11-24T12:30:00Z");
    assertThat(planned()).containsExactly("12:30");
    assertThat(only(jobs()).directory()).isEqualTo("/elsewhere");
  }

  @Test
  void whatWasDueBeforeItIsGivenOtherTimesIsDecidedAsItWas() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    clock.now = at("2026-11-24T13:00:00.003Z");
    ask(new ChangeSchedule(plan("p", "cron 30 * * * *", OverlapPolicy.ALLOW)));

    assertThat(history("p")).containsExactly("2026-11-24T13:00:00Z ADDED 1 null");
    goTo("2026-11-24T13:30:00Z");
    assertThat(planned()).containsExactly("13:00", "13:30");
  }

  @Test
  void whatWasDueBeforeItIsPausedIsDecided() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    clock.now = at("2026-11-24T13:00:00.003Z");
    assertThat(ask(new PauseSchedule("p", true)).standing().paused()).isTrue();
    ask(new PauseSchedule("p", false));

    assertThat(history("p")).containsExactly("2026-11-24T13:00:00Z ADDED 1 null");
  }

  @Test
  void whatCouldNotBePlannedBeforeItIsGivenOtherTimesIsMissedAndSaysWhy() throws Exception {
    add(plan("p", "every PT10M 2026-11-24T12:00:00Z", MissedRunPolicy.ALL, OverlapPolicy.SKIP, 9));
    engine.planOnlyWhile(() -> clockIsRight);
    clockIsRight = false;
    goTo("2026-11-24T13:00:00Z");
    ask(
        new ChangeSchedule(
            plan("p", "cron 45 * * * *", MissedRunPolicy.ALL, OverlapPolicy.SKIP, 9)));
    clockIsRight = true;
    turn();

    assertThat(history("p"))
        .containsExactly(
            "missed from 2026-11-24T12:10:00Z MISSED null 6 runs missed: they could not be planned"
                + " when they were due, and then the schedule was changed");
    goTo("2026-11-24T13:45:00Z");
    assertThat(planned()).containsExactly("13:45");
  }

  @Test
  void whatCouldNotBePlannedBeforeItIsPausedIsMissedAndSaysWhy() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    engine.planOnlyWhile(() -> clockIsRight);
    clockIsRight = false;
    goTo("2026-11-24T13:30:00Z");
    ask(new PauseSchedule("p", true));
    clockIsRight = true;
    ask(new PauseSchedule("p", false));

    assertThat(history("p"))
        .containsExactly(
            "missed from 2026-11-24T13:00:00Z MISSED null 1 run missed: it could not be planned"
                + " when it was due, and then the schedule was paused");
    assertThat(jobs()).isEmpty();
  }

  @Test
  void oneWithTheSameTimesGoesOnWhereItWas() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    restart(at("2026-11-24T13:30:00Z"));
    ask(new ChangeSchedule(plan("p", "cron 0 * * * *", OverlapPolicy.ALLOW)));

    assertThat(planned()).containsExactly("13:00");
    assertRefused(Refused.Kind.NO_SUCH_SCHEDULE, new ChangeSchedule(plan("q", "cron 0 * * * *")));
  }

  @Test
  void removingOneLeavesItsJobs() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.QUEUE));
    goTo("2026-11-24T13:00:00Z");
    goTo("2026-11-24T14:00:00Z");
    assertThat(ask(new RemoveSchedule("p"))).isTrue();
    finish(1, 0);
    goTo("2026-11-24T15:00:00Z");

    assertThat(planned()).containsExactly("13:00");
    assertThat(job(1).state()).isEqualTo(State.COMPLETED);
    assertThat(store.read(Snapshot::schedules)).isEmpty();
    assertThat(events).contains(new Event.ScheduleRemoved("p"));
    assertRefused(Refused.Kind.NO_SUCH_SCHEDULE, new RemoveSchedule("p"));
  }

  @Test
  void oneThatHasTheNameOfAnEarlierOneWaitsForItsJobsAsWell() throws Exception {
    add(plan("p", "cron 0 * * * *"));
    goTo("2026-11-24T13:00:00Z");
    ask(new RemoveSchedule("p"));
    add(plan("p", "cron 0 * * * *"));
    goTo("2026-11-24T14:00:00Z");

    assertThat(history("p"))
        .containsExactly("2026-11-24T14:00:00Z SKIPPED null skipped: job 1 of it has not ended");
  }

  @Test
  void aNameThatIsTakenAndAQueueThatIsNotThereAreRefused() throws Exception {
    Schedule first = plan("p", "cron 0 * * * *");
    add(first);
    Schedule lost = plan("q", "cron 0 * * * *");
    Schedule elsewhere =
        new Schedule(
            "q",
            lost.template().on("gpu"),
            lost.timetable(),
            lost.overlap(),
            lost.jitter(),
            lost.pauseAfter(),
            lost.createdAt(),
            lost.standing());

    assertRefused(Refused.Kind.NAME_TAKEN, new AddSchedule(plan("p", "cron 5 * * * *")));
    assertRefused(Refused.Kind.NO_SUCH_QUEUE, new AddSchedule(elsewhere));
    assertThat(stored("p")).isEqualTo(first);
    assertThat(store.read(Snapshot::schedules)).hasSize(1);
  }
}
