package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.engine.Command.Cancel;
import dev.bide.engine.Command.Submit;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.store.StoreDown;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Faults of the machine and of the store, restarts, and more than can be taken. */
class EngineTroubleTest extends EngineFixture {
  @Test
  void theMachinesFaultPutsTheJobBackAndWaitsLongerEachTime() {
    Job job = submitOne();
    runner.listener.notStarted(first(job), false, "no process to be had");
    turn();
    assertThat(runner.started).as("the first time, at once").hasSize(2);

    runner.listener.notStarted(new AttemptId(job.number(), job.uuid(), 2), false, "none");
    turn();
    assertThat(find(job).state()).isEqualTo(State.PENDING);
    assertThat(why(job)).isEqualTo(Reason.NODE_TROUBLE);
    turn();
    assertThat(runner.started).hasSize(2);

    clock.now = clock.now.plusSeconds(1);
    turn();
    assertThat(runner.started).last().isEqualTo(new AttemptId(job.number(), job.uuid(), 3));
    List<Attempt> attempts = store.read(snapshot -> snapshot.attempts(job.number()));
    assertThat(attempts)
        .extracting(attempt -> attempt.ending() == null ? null : attempt.ending().outcome())
        .containsExactly(Outcome.NOT_STARTED, Outcome.NOT_STARTED, null);
  }

  @Test
  void anAttemptThatIsKnownToHaveStartedIsNotPutBackWhateverIsSaid() {
    Job job = submitOne();
    runner.begins(first(job));
    runner.listener.notStarted(first(job), false, "it never ran");
    turn();

    assertThat(find(job).state()).isEqualTo(State.RUNNING);
    assertThat(engine.down()).isNull();
    assertThat(runner.started).hasSize(1);
  }

  @Test
  void aCommitThatFailsAnswersNobodyWithSuccessAndStartsNothing() throws Exception {
    store.next = FaultyStore.Fault.LOST;
    CompletableFuture<Submitted> submit = engine.ask(new Submit(List.of(spec()), null));
    turn();

    assertThatThrownBy(submit::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(StoreDown.class)
        .extracting(e -> ((StoreDown) e).outcomeUnknown())
        .isEqualTo(true);
    assertThat(runner.started).isEmpty();
    assertThat(engine.down()).isEqualTo("the disk said no");
    assertThat(engine.meter().failedCommits()).isEqualTo(1);
    turn();
    assertThat(engine.down()).isNull();
    assertThat(submitOne().number()).isEqualTo(1);
  }

  @Test
  void newsOfABatchThatFailedIsHeardOnceTheStoreIsBack() {
    Job job = submitOne();
    store.next = FaultyStore.Fault.LOST;
    runner.exits(first(job), 7);
    turn();
    assertThat(find(job).state()).isEqualTo(State.RUNNING);
    turn();

    assertThat(((Status.Ended) find(job).status()).ending().exitCode()).isEqualTo(7);
  }

  @Test
  void whoListensIsToldToReadAgainWhatACommitMayHaveKeptWithoutAnAnswer() {
    Job job = submitOne();
    store.next = FaultyStore.Fault.KEPT_BUT_UNANSWERED;
    runner.exits(first(job), 7);
    events.clear();
    turn();
    assertThat(find(job).state()).isEqualTo(State.FAILED);
    assertThat(events).isEmpty();
    turn();

    assertThat(events).contains(new Event.StoreBack());
  }

  @Test
  void anAttemptThatIsOnDiskThoughItsCommitWasNeverAnsweredIsAdoptedNotForgotten() {
    store.next = FaultyStore.Fault.KEPT_BUT_UNANSWERED;
    engine.ask(new Submit(List.of(spec()), null)).exceptionally(e -> null);
    turn();
    assertThat(runner.started).isEmpty();
    turn();

    assertThat(runner.adopted).extracting(AttemptId::number).containsExactly(1L);
    runner.listener.notStarted(runner.adopted.get(0), false, "it never ran");
    turn();
    assertThat(runner.started).extracting(AttemptId::attempt).containsExactly(2);
  }

  @Test
  void whileTheDiskIsLowNothingStartsAndItGoesOnByItself() {
    lowDisk = true;
    Job job = submitOne();
    assertThat(runner.started).isEmpty();
    assertThat(why(job)).isEqualTo(Reason.LOW_DISK);
    lowDisk = false;
    turn();

    assertThat(runner.started).hasSize(1);
  }

  @Test
  void aSecondEngineTakesUpWhatTheFirstLeftOpenBeforeItStartsAnything() {
    List<Job> jobs = submit(5);
    turn();
    ask(jobs.get(1));
    engine.close();

    ScriptedRunner next = new ScriptedRunner();
    next.onAdopt =
        open -> {
          if (open.attempt().number() == jobs.get(0).number()) {
            next.exits(open.attempt(), 5);
          } else {
            next.begins(open.attempt());
          }
        };
    engine = newEngine(next);
    Recovered found = engine.recover(GRACE, Duration.ofSeconds(10));

    assertThat(found.running()).isEqualTo(2);
    assertThat(found.ended()).extracting(Job::number).containsExactly(jobs.get(0).number());
    assertThat(next.stopped).as("the cancel goes on").containsExactly(first(jobs, 1));
    assertThat(next.started).as("nothing new yet").isEmpty();
    turn();
    assertThat(next.started).containsExactly(first(jobs, 3));
  }

  @Test
  void nothingNewStartsBeforeWhatWasLeftIsTakenUpThoughThereAreFreeSlots() {
    Job running = submitOne();
    var unused = engine.ask(new Submit(List.of(spec()), null));
    engine.close();
    turn(); // a server that stops accepts it, and does not start it

    ScriptedRunner next = new ScriptedRunner();
    engine = newEngine(next);
    engine.recover(GRACE, Duration.ZERO);

    assertThat(next.adopted).containsExactly(first(running));
    assertThat(next.started).isEmpty();
    turn();
    assertThat(next.started).hasSize(1);
  }

  @Test
  void tooMuchAtOnceIsToldToComeAgainWhileCancelsAreStillTaken() {
    List<JobSpec> many = java.util.Collections.nCopies(Engine.INBOX_CAPACITY, spec());
    CompletableFuture<Submitted> first = engine.ask(new Submit(many, null));

    assertThatThrownBy(() -> engine.ask(new Submit(List.of(spec()), null)))
        .isInstanceOf(Busy.class);
    CompletableFuture<Job> cancel = engine.ask(new Cancel(1, GRACE, Reason.CANCELLED_BY_USER));
    turn();
    turn();
    assertThat(first).isCompleted();
    assertThat(cancel).isCompleted();
  }
}
