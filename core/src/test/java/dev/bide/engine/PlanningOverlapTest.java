package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.engine.Command.Cancel;
import dev.bide.job.Job;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.store.Snapshot;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What becomes of a run whose earlier ones have not ended, or have failed. */
class PlanningOverlapTest extends PlanningFixture {
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
  void whatIsDueWhenFailuresPauseItIsLeftOutAndSaysSo() throws Exception {
    add(pausing(plan("p", "cron 0 * * * *"), 1));
    goTo("2026-11-24T13:00:00Z");
    clock.now = at("2026-11-24T14:00:00.003Z");
    finish(1, 1);

    assertThat(stored("p").standing().paused()).isTrue();
    assertThat(jobs()).hasSize(1);
    assertThat(history("p"))
        .first()
        .isEqualTo(
            "missed from 2026-11-24T14:00:00Z MISSED null 1 run missed: it could not be planned"
                + " when it was due, and then the schedule was paused");
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
}
