package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.engine.Command.Cancel;
import dev.bide.engine.Command.ChangeQueue;
import dev.bide.engine.Command.Remove;
import dev.bide.engine.Command.Retry;
import dev.bide.engine.Command.Submit;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.Outcome;
import dev.bide.job.Phase;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.runner.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of jobs, and of what people ask for them. */
class EngineTest extends EngineFixture {
  @Test
  void startsUpToTheSlotsAndTheNextWhenOneEnds() {
    List<Job> jobs = submit(5);
    turn();

    assertThat(runner.started).containsExactly(first(jobs, 0), first(jobs, 1), first(jobs, 2));
    runner.exits(first(jobs, 1), 0);
    turn();

    assertThat(runner.started).hasSize(4).last().isEqualTo(first(jobs, 3));
    assertThat(find(jobs.get(1)).state()).isEqualTo(State.COMPLETED);
  }

  @Test
  void startsNothingBeforeItIsOnDisk() {
    List<State> seen = new ArrayList<>();
    runner.onStart = launch -> seen.add(find(launch.job()).state());
    submit(2);
    turn();

    assertThat(seen).containsExactly(State.RUNNING, State.RUNNING);
  }

  @Test
  void anEndingIsTakenOnce() {
    Job job = submitOne();
    runner.exits(first(job), 3);
    runner.exits(first(job), 0);
    turn();

    Status.Ended ended = (Status.Ended) find(job).status();
    assertThat(ended.ending().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(ended.ending().exitCode()).isEqualTo(3);
    assertThat(ended.ending().message()).isEqualTo("the last line");
  }

  @Test
  void aProcessThatIsKnownToExistMakesItsPhaseRunning() {
    Job job = submitOne();
    assertThat(((Status.Running) find(job).status()).phase()).isEqualTo(Phase.STARTING);
    runner.begins(first(job));
    turn();

    Status.Running running = (Status.Running) find(job).status();
    assertThat(running.phase()).isEqualTo(Phase.RUNNING);
    assertThat(running.process().pid()).isEqualTo(4711);
  }

  @Test
  void aWaitingJobThatIsCancelledNeverRuns() throws Exception {
    List<Job> jobs = submit(4);
    turn();
    Job cancelled = ask(cancel(jobs.get(3)));
    runner.exits(first(jobs, 0), 0);
    turn();

    assertThat(cancelled.state()).isEqualTo(State.CANCELLED);
    assertThat(cancelled.attempt()).isZero();
    assertThat(runner.started).hasSize(3);
  }

  @Test
  void aRunningJobThatIsCancelledIsStoppedAndKeepsItsExitCode() throws Exception {
    Job job = submitOne();
    Job answer = ask(cancel(job));
    assertThat(((Status.Running) answer.status()).phase()).isEqualTo(Phase.STOPPING);
    assertThat(runner.stopped).containsExactly(first(job));
    runner.exits(first(job), 143);
    turn();

    Status.Ended ended = (Status.Ended) find(job).status();
    assertThat(ended.ending().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(ended.ending().reason()).isEqualTo(Reason.CANCELLED_BY_USER);
    assertThat(ended.ending().exitCode()).isEqualTo(143);
  }

  @Test
  void whatOutlivesACancelIsNamed() throws Exception {
    Job job = submitOne();
    ask(cancel(job));
    Exit exit = ScriptedRunner.exit(137);
    runner.listener.exited(
        first(job), new Exit(137, null, exit.at(), 0, null, List.of(ScriptedRunner.PROCESS)));
    turn();

    Status.Ended ended = (Status.Ended) find(job).status();
    assertThat(ended.ending().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(ended.ending().message())
        .isEqualTo(
            "1 process of it does not end, even by SIGKILL: " + ScriptedRunner.PROCESS.pid());
  }

  @Test
  void anExitThatIsRecordedWinsOverACancel() throws Exception {
    Job job = submitOne();
    runner.recorded.put(first(job), ScriptedRunner.exit(0));
    Job answer = ask(cancel(job));

    assertThat(answer.state()).isEqualTo(State.COMPLETED);
    assertThat(((Status.Ended) answer.status()).process())
        .as("though its beginning was not heard of yet")
        .isEqualTo(ScriptedRunner.PROCESS);
    assertThat(runner.stopped).isEmpty();
  }

  @Test
  void cancellingAFinalJobChangesNothing() throws Exception {
    Job job = submitOne();
    runner.exits(first(job), 0);
    turn();

    assertThat(ask(cancel(job)).state()).isEqualTo(State.COMPLETED);
  }

  @Test
  void theCommandsOwnFaultEndsTheJob() {
    Job job = submitOne();
    runner.listener.notStarted(first(job), true, "program not found: nosuch");
    turn();

    Status.Ended ended = (Status.Ended) find(job).status();
    assertThat(ended.ending().reason()).isEqualTo(Reason.START_FAILED);
    assertThat(ended.ending().message()).isEqualTo("program not found: nosuch");
    assertThat(ended.ending().exitCode()).isNull();
    assertThat(ended.startedAt()).isNull();
  }

  @Test
  void aCancelBeforeTheStartEndsTheJobWithoutARun() throws Exception {
    Job job = submitOne();
    ask(cancel(job));
    runner.listener.notStarted(first(job), false, "stopped before it started");
    turn();

    assertThat(find(job).state()).isEqualTo(State.CANCELLED);
    assertThat(runner.started).hasSize(1);
  }

  @Test
  void aRetryMakesTheNextAttempt() throws Exception {
    Job job = submitOne();
    assertThatThrownBy(() -> ask(new Retry(job.number())))
        .cause()
        .hasMessage("job 1 is RUNNING: only a job that has ended can be retried");
    runner.exits(first(job), 1);
    turn();
    Job answer = ask(new Retry(job.number()));
    turn();

    assertThat(answer.state()).as("it found a free slot at once").isEqualTo(State.RUNNING);

    assertThat(runner.started).last().isEqualTo(new AttemptId(job.number(), job.uuid(), 2));
  }

  @Test
  void removingTakesFinalJobsOnlyAndForEver() throws Exception {
    Job job = submitOne();
    assertThatThrownBy(() -> ask(new Remove(job.number())))
        .cause()
        .hasMessage("job 1 is RUNNING: cancel it first");
    runner.exits(first(job), 0);
    turn();
    ask(new Remove(job.number()));

    assertThat(runner.removed).containsExactly(first(job));
    assertThatThrownBy(() -> ask(cancel(job))).cause().hasMessage("job 1 was removed");
    assertThat(submitOne().number()).isEqualTo(2);
  }

  @Test
  void aRefusalStaysWithItsAsker() throws Exception {
    CompletableFuture<Job> refused = engine.ask(new Cancel(99, GRACE, Reason.CANCELLED_BY_USER));
    CompletableFuture<Submitted> accepted = engine.ask(new Submit(List.of(spec()), null));
    turn();

    assertThatThrownBy(refused::get).cause().hasMessage("no job 99: there are none yet");
    assertThat(accepted.get().jobs()).hasSize(1);
  }

  @Test
  void moreSlotsStartMoreAndFewerStopNobody() throws Exception {
    submit(6);
    turn();
    ask(new ChangeQueue("default", 5, null));
    turn();
    assertThat(runner.started).hasSize(5);
    ask(new ChangeQueue("default", 1, null));
    runner.exits(runner.started.get(0), 0);
    turn();
    assertThat(runner.started).hasSize(5);
    assertThatThrownBy(() -> ask(new ChangeQueue("default", 0, null)))
        .cause()
        .hasMessageContaining("1 to 10000");
    assertThatThrownBy(() -> ask(new ChangeQueue("nosuch", 2, null)))
        .cause()
        .hasMessage("no queue nosuch: there is default");
  }

  @Test
  void theSameKeyAndRequestIsAnsweredWithTheSameJob() throws Exception {
    Submitted one = ask(new Submit(List.of(spec()), new Command.Key("k", "digest")));
    Submitted two = ask(new Submit(List.of(spec()), new Command.Key("k", "digest")));

    assertThat(two.again()).isTrue();
    assertThat(two.jobs().get(0).number()).isEqualTo(one.jobs().get(0).number());
    assertThatThrownBy(() -> ask(new Submit(List.of(spec()), new Command.Key("k", "other"))))
        .cause()
        .hasMessageContaining("was used for another request");
  }

  @Test
  void afterADrainNothingStarts() throws Exception {
    submit(4);
    turn();
    assertThat(ask(new Command.Drain())).hasSize(3);
    runner.exits(runner.started.get(0), 0);
    turn();

    assertThat(runner.started).hasSize(3);
  }

  @Test
  void everythingThatIsCommittedIsTold() throws Exception {
    Job job = submitOne();
    runner.exits(first(job), 0);
    turn();
    ask(new Remove(job.number()));

    assertThat(events.stream().map(e -> e.getClass().getSimpleName()).distinct())
        .containsExactly("JobChanged", "QueueChanged", "JobRemoved");
  }
}
