package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.engine.Command.Cancel;
import dev.bide.engine.Command.ChangeQueue;
import dev.bide.engine.Command.Remove;
import dev.bide.engine.Command.Retry;
import dev.bide.engine.Command.Submit;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.Phase;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.queue.Admission;
import dev.bide.runner.Exit;
import dev.bide.runner.Runner;
import dev.bide.store.StoreDown;
import dev.bide.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  private static final Duration GRACE = Duration.ofSeconds(30);

  @TempDir Path home;
  private final HandClock clock = new HandClock();
  private final ScriptedRunner runner = new ScriptedRunner();
  private final List<Event> events = new ArrayList<>();
  private FaultyStore store;
  private Engine engine;
  private boolean lowDisk;

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
  void afterADrainNothingStarts() throws Exception {
    submit(4);
    turn();
    assertThat(ask(new Command.Drain())).hasSize(3);
    runner.exits(runner.started.get(0), 0);
    turn();

    assertThat(runner.started).hasSize(3);
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

  @Test
  void everythingThatIsCommittedIsTold() throws Exception {
    Job job = submitOne();
    runner.exits(first(job), 0);
    turn();
    ask(new Remove(job.number()));

    assertThat(events.stream().map(e -> e.getClass().getSimpleName()).distinct())
        .containsExactly("JobChanged", "QueueChanged", "JobRemoved");
  }

  private Engine newEngine() {
    return newEngine(runner);
  }

  private Engine newEngine(Runner with) {
    return new Engine(
        store,
        with,
        clock,
        UUID::randomUUID,
        () -> lowDisk,
        Duration.ofSeconds(7),
        Runnable::run,
        events::add);
  }

  private void turn() {
    engine.turn(Duration.ZERO);
  }

  private <T> T ask(Command<T> command) throws Exception {
    CompletableFuture<T> answer = engine.ask(command);
    turn();
    return answer.get();
  }

  private void ask(Job cancelled) {
    CompletableFuture<Job> answer = engine.ask(cancel(cancelled));
    turn();
    assertThat(answer).isCompleted();
  }

  private List<Job> submit(int count) {
    CompletableFuture<Submitted> answer =
        engine.ask(new Submit(java.util.Collections.nCopies(count, spec()), null));
    turn();
    return answer.join().jobs();
  }

  private Job submitOne() {
    return submit(1).get(0);
  }

  private static JobSpec spec() {
    return JobSpec.of("true").in("/").with(Map.of("PATH", "/bin"));
  }

  private static Cancel cancel(Job job) {
    return new Cancel(job.number(), GRACE, Reason.CANCELLED_BY_USER);
  }

  private static AttemptId first(Job job) {
    return new AttemptId(job.number(), job.uuid(), 1);
  }

  private static AttemptId first(List<Job> jobs, int index) {
    return first(jobs.get(index));
  }

  private Job find(Job job) {
    return store.read(snapshot -> snapshot.job(job.number())).orElseThrow();
  }

  private Reason why(Job job) {
    return Admission.explain(engine.situation(), job.queue(), new TreeSet<>(List.of(job.number())))
        .get(job.number())
        .reason();
  }

  /** Stands still until the test moves it. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");

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
