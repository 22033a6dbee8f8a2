package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every change of a job and of its attempts, and every guard both ways. */
abstract class AttemptsContract extends JobsContract {
  // --- assign, started

  @Test
  void assignOpensTheFirstAttempt() {
    Job job = insert(spec("true"));

    assertThat(write(t -> t.assign(next(job), "host/boot", NOON.plusSeconds(1)))).isTrue();

    assertThat(job(job.number()).attempt()).isEqualTo(1);
    assertThat(job(job.number()).latestAttempt()).isEqualTo(next(job));
    assertThat(running(job.number()))
        .isEqualTo(new Status.Running("host/boot", null, null, null, null, null));
    assertThat(attempts(job.number()))
        .containsExactly(
            new Attempt(next(job), "host/boot", NOON.plusSeconds(1), null, null, null, null, null));
  }

  @Test
  void assignRefusesAnyAttemptButTheNext() {
    Job job = insert(spec("true"));
    for (int wrong : new int[] {-1, 0, 2, 3}) {
      AttemptId attempt = new AttemptId(job.number(), job.uuid(), wrong);
      assertThat(write(t -> t.assign(attempt, "node", NOON))).isFalse();
    }

    assertThat(job(job.number())).isEqualTo(job);
    assertThat(attempts(job.number())).isEmpty();
  }

  @Test
  void assignRefusesAnotherUuidAnUnknownJobAndOneThatDoesNotWait() {
    Job job = insert(spec("true"));
    AttemptId foreign = new AttemptId(job.number(), UUID.randomUUID(), 1);
    AttemptId unknown = new AttemptId(99, UUID.randomUUID(), 1);
    assertThat(write(t -> t.assign(foreign, "node", NOON))).isFalse();
    assertThat(write(t -> t.assign(unknown, "node", NOON))).isFalse();
    AttemptId running = assigned();
    AttemptId final_ = finished();

    for (AttemptId attempt : List.of(running, final_)) {
      List<Object> before = all(attempt.number());
      assertThat(write(t -> t.assign(attempt, "node", NOON))).isFalse();
      AttemptId next = new AttemptId(attempt.number(), attempt.uuid(), 2);
      assertThat(write(t -> t.assign(next, "node", NOON))).isFalse();
      assertThat(all(attempt.number())).isEqualTo(before);
    }
  }

  @Test
  void startedTellsTheProcess() {
    AttemptId attempt = started();

    assertThat(running(attempt.number()).process()).isEqualTo(PROCESS);
    assertThat(running(attempt.number()).startedAt()).isEqualTo(NOON.plusSeconds(1));
    assertThat(attempts(attempt.number()))
        .containsExactly(
            new Attempt(attempt, "node", NOON, NOON.plusSeconds(1), PROCESS, null, null, null));
  }

  @Test
  void startedIsTrueOnceAndOnlyWhileTheAttemptIsOpen() {
    AttemptId running = started();
    AttemptId final_ = finished();
    AttemptId foreign = new AttemptId(assigned().number(), UUID.randomUUID(), 1);
    ProcessIdentity other = new ProcessIdentity(1, 1, "other");

    for (AttemptId attempt : List.of(running, final_, foreign)) {
      List<Object> before = all(attempt.number());
      assertThat(write(t -> t.started(attempt, other, NOON))).isFalse();
      assertThat(all(attempt.number())).isEqualTo(before);
    }
  }

  // --- withdraw

  @Test
  void withdrawPutsTheJobBackAndTheNextAttemptHasTheNextNumber() {
    AttemptId first = assigned();
    Instant later = NOON.plusSeconds(60);

    assertThat(write(t -> t.withdraw(first, Reason.NODE_TROUBLE, "no processes", later, NOON)))
        .isTrue();

    Job job = job(first.number());
    assertThat(job.status())
        .isEqualTo(new Status.Pending(later, Reason.NODE_TROUBLE, "no processes"));
    assertThat(job.attempt()).isEqualTo(1);
    assertThat(attempts(first.number()).get(0).ending())
        .isEqualTo(
            Ending.withoutProcess(Outcome.NOT_STARTED, Reason.NODE_TROUBLE, "no processes", NOON));
    assertThat(write(t -> t.assign(first, "node", NOON))).isFalse();
    AttemptId second = next(job);
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(write(t -> t.assign(second, "node", NOON))).isTrue();
    assertThat(attempts(first.number())).extracting(Attempt::id).containsExactly(first, second);
    assertThat(running(first.number()).message()).isNull();
  }

  @Test
  void withdrawForAtOnceLeavesNothingToWaitFor() {
    AttemptId attempt = assigned();

    write(t -> t.withdraw(attempt, Reason.NODE_TROUBLE, "again", null, NOON));

    assertThat(job(attempt.number()).status()).isEqualTo(Status.Pending.READY);
  }

  @Test
  void withdrawIsRefusedOnceTheProcessIsKnownOrTheAttemptHasEnded() {
    AttemptId withdrawn = assigned();
    write(t -> t.withdraw(withdrawn, Reason.NODE_TROUBLE, "x", null, NOON));

    for (AttemptId attempt : List.of(started(), finished(), withdrawn)) {
      List<Object> before = all(attempt.number());
      assertThat(write(t -> t.withdraw(attempt, Reason.NODE_TROUBLE, "y", null, NOON))).isFalse();
      assertThat(all(attempt.number())).isEqualTo(before);
    }
  }

  // --- stopping, unreachable

  @Test
  void stoppingSaysWhyAndThenTheAttemptFinishes() {
    AttemptId attempt = started();

    assertThat(write(t -> t.stopping(attempt, Reason.CANCELLED_BY_USER, NOON))).isTrue();

    assertThat(running(attempt.number()).stopping()).isEqualTo(Reason.CANCELLED_BY_USER);
    Ending ending =
        new Ending(Outcome.CANCELLED, Reason.CANCELLED_BY_USER, "bye", 143, 15, NOON, 5);
    assertThat(write(t -> t.finish(attempt, ending))).isTrue();
    assertThat(ended(attempt.number()).ending()).isEqualTo(ending);
  }

  @Test
  void stoppingIsTrueOnceAndAnExitCommittedBeforeWins() {
    AttemptId stopping = started();
    write(t -> t.stopping(stopping, Reason.TIME_LIMIT, NOON));

    for (AttemptId attempt : List.of(stopping, finished())) {
      List<Object> before = all(attempt.number());
      assertThat(write(t -> t.stopping(attempt, Reason.CANCELLED_BY_USER, NOON))).isFalse();
      assertThat(all(attempt.number())).isEqualTo(before);
    }
  }

  @Test
  void unreachableComesAndGoes() {
    AttemptId attempt = started();
    Instant seen = NOON.plusSeconds(3);

    assertThat(write(t -> t.unreachable(attempt, "other boot", seen))).isTrue();
    assertThat(running(attempt.number()).message()).isEqualTo("other boot");
    assertThat(running(attempt.number()).lastSeenAt()).isEqualTo(seen);
    assertThat(attempts(attempt.number()).get(0).message()).isEqualTo("other boot");
    assertThat(attempts(attempt.number()).get(0).lastSeenAt()).isEqualTo(seen);

    assertThat(write(t -> t.unreachable(attempt, null, null))).isTrue();
    assertThat(running(attempt.number()).message()).isNull();
    assertThat(running(attempt.number()).lastSeenAt()).isNull();
    assertThat(attempts(attempt.number()).get(0).lastSeenAt()).isEqualTo(seen);
  }

  @Test
  void whatHasEndedIsNotUnreachable() {
    AttemptId attempt = finished();
    List<Object> before = all(attempt.number());

    assertThat(write(t -> t.unreachable(attempt, "gone", NOON))).isFalse();

    assertThat(all(attempt.number())).isEqualTo(before);
  }

  // --- finish, end

  @Test
  void finishIsTrueExactlyOnce() {
    AttemptId attempt = started();

    assertThat(write(t -> t.finish(attempt, SUCCESS))).isTrue();
    List<Object> before = all(attempt.number());
    Ending late = new Ending(Outcome.FAILED, Reason.EXIT_CODE, "late", 1, null, NOON, 1);
    assertThat(write(t -> t.finish(attempt, late))).isFalse();
    assertThat(write(t -> t.finish(attempt, SUCCESS))).isFalse();

    assertThat(all(attempt.number())).isEqualTo(before);
    assertThat(ended(attempt.number()))
        .isEqualTo(new Status.Ended(SUCCESS, NOON.plusSeconds(1), PROCESS));
    assertThat(attempts(attempt.number()).get(0).ending()).isEqualTo(SUCCESS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NOT_STARTED"})
  void everyEndingIsKeptAsItWas(Outcome outcome) {
    AttemptId attempt = started();
    Ending ending =
        new Ending(outcome, Reason.SIGNAL, "letzte Zeile 🧨", 137, 9, NOON.plusSeconds(8), 0);

    write(t -> t.finish(attempt, ending));

    assertThat(job(attempt.number()).state().name()).isEqualTo(outcome.name());
    assertThat(ended(attempt.number()).ending()).isEqualTo(ending);
  }

  @Test
  void finishNeedsTheOpenAttemptOfThisVeryJob() {
    Job waiting = insert(spec("true"));
    AttemptId running = started();
    List<AttemptId> wrong =
        List.of(
            next(waiting),
            new AttemptId(running.number(), running.uuid(), 2),
            new AttemptId(running.number(), running.uuid(), 0),
            new AttemptId(running.number(), UUID.randomUUID(), 1),
            new AttemptId(99, running.uuid(), 1));

    for (AttemptId attempt : wrong) {
      assertThat(write(t -> t.finish(attempt, SUCCESS))).isFalse();
    }

    assertThat(job(waiting.number()).state()).isEqualTo(State.PENDING);
    assertThat(job(running.number()).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void theOldAttemptCannotFinishTheNewOne() {
    AttemptId old = finished();
    write(t -> t.retry(old.number(), null));
    AttemptId open = next(job(old.number()));
    write(t -> t.assign(open, "node", NOON));

    assertThat(write(t -> t.finish(old, SUCCESS))).isFalse();
    assertThat(write(t -> t.stopping(old, Reason.TIME_LIMIT, NOON))).isFalse();
    assertThat(write(t -> t.unreachable(old, "x", NOON))).isFalse();

    assertThat(job(old.number()).state()).isEqualTo(State.RUNNING);
    assertThat(running(old.number()).stopping()).isNull();
  }

  @Test
  void anAttemptThatNeverStartedEndsNoJob() {
    AttemptId attempt = assigned();
    Ending ending = Ending.withoutProcess(Outcome.NOT_STARTED, Reason.NODE_TROUBLE, null, NOON);

    assertThatThrownBy(() -> write(t -> t.finish(attempt, ending)))
        .isInstanceOf(IllegalStateException.class);

    assertThat(job(attempt.number()).state()).isEqualTo(State.RUNNING);
  }

  @Test
  void endTakesAWaitingJobStraightToItsEnd() {
    Job job = insert(spec("true"));

    assertThat(write(t -> t.end(job.number(), CANCELLED))).isTrue();

    assertThat(job(job.number()).attempt()).isZero();
    assertThat(job(job.number()).status()).isEqualTo(new Status.Ended(CANCELLED, null, null));
    assertThat(attempts(job.number())).isEmpty();
    assertThat(write(t -> t.end(job.number(), SUCCESS))).isFalse();
    assertThat(ended(job.number()).ending()).isEqualTo(CANCELLED);
  }

  @Test
  void endKeepsAWholeEnding() {
    Job job = insert(spec("true"));
    Ending ending = new Ending(Outcome.FAILED, Reason.SIGNAL, "m", 137, 9, NOON, 77);

    write(t -> t.end(job.number(), ending));

    assertThat(ended(job.number()).ending()).isEqualTo(ending);
  }

  @Test
  void endIsRefusedForWhatRunsHasEndedOrIsUnknown() {
    for (AttemptId attempt : List.of(assigned(), started(), finished())) {
      List<Object> before = all(attempt.number());
      assertThat(write(t -> t.end(attempt.number(), CANCELLED))).isFalse();
      assertThat(all(attempt.number())).isEqualTo(before);
    }
    assertThat(write(t -> t.end(99, CANCELLED))).isFalse();
  }

  @Test
  void aRetriedJobThatIsCancelledWhileItWaitsHasTheEndingOfTheCancel() {
    AttemptId attempt = finished();
    write(t -> t.retry(attempt.number(), null));
    write(t -> t.end(attempt.number(), CANCELLED));

    assertThat(job(attempt.number()).status()).isEqualTo(new Status.Ended(CANCELLED, null, null));
    assertThat(job(attempt.number()).attempt()).isEqualTo(1);
    assertThat(attempts(attempt.number()).get(0).ending()).isEqualTo(SUCCESS);
  }

  // --- retry, remove

  @Test
  void retryPutsAFinalJobBackAndKeepsItsAttempts() {
    AttemptId first = finished();
    Instant later = NOON.plusSeconds(60);

    assertThat(write(t -> t.retry(first.number(), later))).isTrue();

    assertThat(job(first.number()).status()).isEqualTo(new Status.Pending(later, null, null));
    AttemptId second = next(job(first.number()));
    assertThat(second.attempt()).isEqualTo(2);
    write(t -> t.assign(second, "node", NOON));
    assertThat(running(first.number()).startedAt()).isNull();
    Ending failed = new Ending(Outcome.FAILED, Reason.EXIT_CODE, "no", 2, null, NOON, 3);
    write(t -> t.finish(second, failed));
    assertThat(ended(first.number())).isEqualTo(new Status.Ended(failed, null, null));
    assertThat(attempts(first.number()))
        .extracting(Attempt::ending)
        .containsExactly(SUCCESS, failed);
  }

  @Test
  void aJobThatEndedWithoutAnAttemptCanBeRetriedToo() {
    Job job = insert(spec("true"));
    write(t -> t.end(job.number(), CANCELLED));

    assertThat(write(t -> t.retry(job.number(), null))).isTrue();

    assertThat(job(job.number())).isEqualTo(job);
    write(t -> t.assign(next(job), "node", NOON));
    write(t -> t.finish(next(job), SUCCESS));
    assertThat(ended(job.number()).ending()).isEqualTo(SUCCESS);
  }

  @Test
  void retryAndRemoveAreRefusedForWhatIsNotFinal() {
    Job waiting = insert(spec("true"));
    for (long number : List.of(waiting.number(), assigned().number(), started().number(), 99L)) {
      assertThat(write(t -> t.retry(number, null))).isFalse();
      assertThat(write(t -> t.remove(number))).isFalse();
      assertThat(removed(number)).isFalse();
    }
    assertThat(job(waiting.number())).isEqualTo(waiting);
  }

  @Test
  void aRemovedJobIsGoneFromEverywhereAndSaidToBeRemoved() {
    AttemptId attempt = finished();
    long number = attempt.number();

    assertThat(write(t -> t.remove(number))).isTrue();

    store.read(
        s -> {
          assertThat(s.job(number)).isEmpty();
          assertThat(s.job(attempt.uuid())).isEmpty();
          assertThat(s.jobsByUuidPrefix(attempt.uuid().toString(), 10)).isEmpty();
          assertThat(s.attempts(number)).isEmpty();
          assertThat(s.environment(number)).isEmpty();
          assertThat(s.jobs(JobFilter.ALL, null, 10).jobs()).isEmpty();
          assertThat(s.removed(number)).isTrue();
          assertThat(s.removed(attempt.uuid())).isTrue();
          assertThat(s.removed(UUID.randomUUID())).isFalse();
          return true;
        });
    assertThat(write(t -> t.remove(number))).isFalse();
    assertThat(write(t -> t.retry(number, null))).isFalse();
  }

  @Test
  void neitherNumberNorUuidIsEverUsedAgain() {
    AttemptId attempt = finished();
    write(t -> t.remove(attempt.number()));
    reopen();

    assertThat(store.read(Snapshot::newestNumber)).isEqualTo(1);
    assertThatThrownBy(() -> insert(attempt.uuid().toString()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(insert(spec("true")).number()).isEqualTo(2);
    assertThat(removed(1)).isTrue();
  }
}
