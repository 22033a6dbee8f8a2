package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.engine.Command.AddSchedule;
import dev.bide.engine.Command.Backfill;
import dev.bide.engine.Command.Cancel;
import dev.bide.engine.Command.ChangeSchedule;
import dev.bide.engine.Command.Drain;
import dev.bide.engine.Command.PauseSchedule;
import dev.bide.engine.Command.RemoveSchedule;
import dev.bide.engine.Command.RunSchedule;
import dev.bide.engine.Command.Submit;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import dev.bide.store.JobFilter;
import dev.bide.store.Snapshot;
import dev.bide.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
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

/** What becomes of the runs of schedules. */
class PlanningTest {
  private static final String BERLIN = "Europe/Berlin";
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path home;
  private final HandClock clock = new HandClock();
  private final ScriptedRunner runner = new ScriptedRunner();
  private final List<Event> events = new ArrayList<>();
  private FaultyStore store;
  private Engine engine;
  private boolean lowDisk;
  private boolean clockIsRight = true;

  @BeforeEach
  void open() {
    store = new FaultyStore(SqliteStore.open(home.resolve("bide.db")));
    engine = newEngine();
  }

  @AfterEach
  void close() {
    engine.close();
    store.close();
  }

  // ---- at its instant

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

  // ---- overlap

  @Test
  void aRunIsSkippedWhileAnEarlierOneHasNotEnded() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.SKIP));
    goTo("2026-11-24T13:00:00Z");
    goTo("2026-11-24T14:00:00Z");
    assertThat(history("p"))
        .first()
        .isEqualTo("2026-11-24T14:00:00Z SKIPPED null skipped: job 1 of it has not ended");

    finish(1, 0);
    assertThat(jobs()).hasSize(1);
    goTo("2026-11-24T15:00:00Z");
    assertThat(planned()).containsExactly("13:00", "15:00");
  }

  @Test
  void runsWaitForEarlierOnesToEndOneAfterAnother() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.QUEUE));
    goTo("2026-11-24T13:00:00Z");
    goTo("2026-11-24T14:00:00Z");
    goTo("2026-11-24T15:00:00Z");
    assertThat(planned()).containsExactly("13:00");

    finish(1, 0);
    assertThat(planned()).containsExactly("13:00", "14:00");
    restart();
    finish(2, 1);
    assertThat(planned()).containsExactly("13:00", "14:00", "15:00");
    assertThat(store.read(Snapshot::waitingRuns)).isEmpty();
  }

  @Test
  void noMoreThanAHundredRunsWait() throws Exception {
    add(plan("p", "every PT1S 2026-11-24T12:00:00Z", OverlapPolicy.QUEUE));
    for (int minute = 1; minute <= 3; minute++) {
      clock.now = NOON.plusSeconds(minute * 60L);
      turn();
    }

    assertThat(jobs()).hasSize(1);
    assertThat(store.read(Snapshot::waitingRuns)).hasSize(Planning.MOST_WAITING);
    assertThat(history("p"))
        .first()
        .isEqualTo("2026-11-24T12:03:00Z SKIPPED null skipped: 100 runs wait already");
  }

  @Test
  void runsCanBeginBesideEarlierOnes() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.ALLOW));
    goTo("2026-11-24T13:00:00Z");
    goTo("2026-11-24T14:00:00Z");

    assertThat(planned()).containsExactly("13:00", "14:00");
    assertThat(jobs()).extracting(Job::state).containsOnly(State.RUNNING);
  }

  @Test
  void aNewerRunCanTakeThePlaceOfAnEarlierOneThatRuns() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.CANCEL_OLD));
    goTo("2026-11-24T13:00:00Z");
    goTo("2026-11-24T14:00:00Z");
    goTo("2026-11-24T15:00:00Z");
    assertThat(runner.stopped).isNotEmpty().containsOnly(job(1).latestAttempt());
    assertThat(planned()).containsExactly("13:00");

    finish(1, 143);
    assertThat(planned()).containsExactly("13:00", "15:00");
    Status.Ended ended = (Status.Ended) job(1).status();
    assertThat(ended.ending().reason()).isEqualTo(Reason.OVERLAP);
    assertThat(history("p").get(1))
        .isEqualTo("2026-11-24T14:00:00Z SKIPPED null skipped: a newer run took its place");
  }

  @Test
  void aNewerRunTakesThePlaceOfAnEarlierOneThatWaitsAtOnce() throws Exception {
    lowDisk = true;
    add(plan("p", "cron 0 * * * *", OverlapPolicy.CANCEL_OLD));
    goTo("2026-11-24T13:00:00Z");
    goTo("2026-11-24T14:00:00Z");

    assertThat(jobs()).extracting(Job::state).containsExactly(State.CANCELLED, State.PENDING);
    assertThat(runner.stopped).isEmpty();
    assertThat(planned()).containsExactly("13:00", "14:00");
  }

  @Test
  void oneThatHasEndedWithoutBeingHeardIsNotCancelled() throws Exception {
    add(plan("p", "cron 0 * * * *", OverlapPolicy.CANCEL_OLD));
    goTo("2026-11-24T13:00:00Z");
    runner.recorded.put(job(1).latestAttempt(), ScriptedRunner.exit(0));
    goTo("2026-11-24T14:00:00Z");

    assertThat(jobs()).extracting(Job::state).containsExactly(State.COMPLETED, State.RUNNING);
  }

  // ---- failures

  @Test
  void failuresInARowPauseAndASuccessBetweenThemCounts() throws Exception {
    add(pausing(plan("p", "cron 0 * * * *"), 2));
    goTo("2026-11-24T13:00:00Z");
    finish(1, 1);
    goTo("2026-11-24T14:00:00Z");
    finish(2, 0);
    goTo("2026-11-24T15:00:00Z");
    finish(3, 1);
    assertThat(stored("p").standing().failures()).isEqualTo(1);
    assertThat(stored("p").standing().paused()).isFalse();
    restart();
    goTo("2026-11-24T16:00:00Z");
    finish(4, 7);

    assertThat(stored("p").standing())
        .isEqualTo(
            new Schedule.Standing(
                at("2026-11-24T16:00:00Z"), true, "2 runs failed in a row, the last is job 4", 2));
    goTo("2026-11-24T17:00:00Z");
    assertThat(jobs()).hasSize(4);
    assertThat(told("p")).isEqualTo(schedule("p"));
  }

  @Test
  void cancelledRunsAreNoFailures() throws Exception {
    add(pausing(plan("p", "cron 0 * * * *"), 1));
    goTo("2026-11-24T13:00:00Z");
    ask(new Cancel(1, Duration.ZERO, Reason.CANCELLED_BY_USER));
    finish(1, 143);

    assertThat(stored("p").standing().failures()).isZero();
    goTo("2026-11-24T14:00:00Z");
    assertThat(jobs()).hasSize(2);
  }

  // ---- what people ask

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
    clock.now = at("2026-11-24T14:20:00Z");
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
    goTo("2026-11-24T14:30:00Z");
    assertThat(planned()).containsExactly("14:30");
    assertThat(only(jobs()).directory()).isEqualTo("/elsewhere");
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

  @Test
  void aRunThatHasNotBegunForItsJitterCountsAsAnOverlap() throws Exception {
    add(jittered(plan("p", "cron */5 * * * *"), Duration.ofDays(1)));
    goTo("2026-11-24T12:05:00Z");
    goTo("2026-11-24T12:10:00Z");

    assertThat(jobs()).hasSize(1);
    assertThat(history("p"))
        .first()
        .isEqualTo("2026-11-24T12:10:00Z SKIPPED null skipped: job 1 of it has not ended");
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

  // ---- small things

  private static Schedule plan(String name, String trigger) {
    return plan(name, trigger, OverlapPolicy.SKIP);
  }

  private static Schedule plan(String name, String trigger, OverlapPolicy overlap) {
    return plan(name, trigger, MissedRunPolicy.ONCE, overlap, 1);
  }

  private static Schedule plan(
      String name, String trigger, MissedRunPolicy missed, OverlapPolicy overlap, int mostMadeUp) {
    try {
      return new Schedule(
          name,
          JobSpec.of("true").in("/srv").with(Map.of("PATH", "/bin")),
          new Timetable(
              Trigger.parse(trigger),
              ZoneId.of(BERLIN),
              null,
              null,
              missed,
              Duration.ofDays(1),
              mostMadeUp),
          overlap,
          Duration.ZERO,
          0,
          NOON,
          Schedule.Standing.from(NOON));
    } catch (InvalidTrigger e) {
      throw new AssertionError(e);
    }
  }

  private static Schedule jittered(Schedule one, Duration jitter) {
    return new Schedule(
        one.name(),
        one.template(),
        one.timetable(),
        one.overlap(),
        jitter,
        one.pauseAfter(),
        one.createdAt(),
        one.standing());
  }

  private static Schedule pausing(Schedule one, int failures) {
    return new Schedule(
        one.name(),
        one.template(),
        one.timetable(),
        one.overlap(),
        one.jitter(),
        failures,
        one.createdAt(),
        one.standing());
  }

  /** Added as if it were made now. */
  private Schedule add(Schedule schedule) throws Exception {
    return ask(new AddSchedule(schedule.at(Schedule.Standing.from(clock.now))));
  }

  private Engine newEngine() {
    return new Engine(
        store,
        runner,
        clock,
        UUID::randomUUID,
        () -> lowDisk,
        Duration.ofSeconds(7),
        Runnable::run,
        events::add);
  }

  private void restart() {
    engine.close();
    engine = newEngine();
    engine.recover(Duration.ZERO, Duration.ZERO);
  }

  private void restart(Instant later) {
    engine.close();
    clock.now = later;
    restart();
  }

  private void turn() {
    engine.turn(Duration.ZERO);
  }

  private void goTo(String instant) {
    clock.now = at(instant);
    turn();
  }

  private <T> T ask(Command<T> command) throws Exception {
    CompletableFuture<T> answer = engine.ask(command);
    turn();
    return answer.get();
  }

  private void assertRefused(Refused.Kind kind, Command<?> command) {
    assertThatThrownBy(() -> ask(command))
        .hasCauseInstanceOf(Refused.class)
        .cause()
        .extracting(refused -> ((Refused) refused).kind())
        .isEqualTo(kind);
  }

  private void finish(long number, int code) {
    runner.exits(job(number).latestAttempt(), code);
    turn();
  }

  private static Instant at(String text) {
    return Instant.parse(text);
  }

  private List<Job> jobs() {
    return store.read(
        s -> {
          List<Job> jobs = new ArrayList<>();
          s.forEachJob(JobFilter.ALL, jobs::add);
          return jobs;
        });
  }

  private static Job only(List<Job> jobs) {
    assertThat(jobs).hasSize(1);
    return jobs.get(0);
  }

  private Job job(long number) {
    return store.read(snapshot -> snapshot.job(number)).orElseThrow();
  }

  /** The time of the day, in UTC, that each job was planned for, in the order of their numbers. */
  private List<String> planned() {
    return jobs().stream()
        .map(job -> job.terms().plannedFor().toString().substring(11, 16))
        .toList();
  }

  private Schedule stored(String name) {
    return store.read(snapshot -> snapshot.schedule(name)).orElseThrow();
  }

  /** Without its environment. */
  private Schedule schedule(String name) {
    return store.read(Snapshot::schedules).stream()
        .filter(schedule -> schedule.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** As the last event has it. */
  private Schedule told(String name) {
    return events.stream()
        .filter(Event.ScheduleChanged.class::isInstance)
        .map(event -> ((Event.ScheduleChanged) event).schedule())
        .filter(schedule -> schedule.name().equals(name))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  /** What was decided, newest first. */
  private List<String> history(String name) {
    return store.read(snapshot -> snapshot.plannedRuns(name, 1_000)).stream()
        .map(run -> run.key() + " " + run.decision() + " " + run.job() + " " + run.note())
        .toList();
  }

  /** Stands still until the test moves it. */
  private static final class HandClock extends Clock {
    private Instant now = NOON;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
