package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.queue.QueueSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store must do: each runs this suite unchanged. */
@SuppressWarnings("NullAway.Init")
public abstract class StoreContract {
  protected static final Instant NOON = Instant.parse("2026-11-24T12:00:00.123Z");
  protected static final ProcessIdentity PROCESS =
      new ProcessIdentity(4711, 123_456_789_012L, "5f1b3a52-8c1f-4a39-9d0c-0c9a2b7f4e11");
  protected static final Ending SUCCESS =
      new Ending(Outcome.COMPLETED, null, null, 0, null, NOON.plusSeconds(9), 12_345_678_901L);
  protected static final Ending CANCELLED =
      Ending.withoutProcess(Outcome.CANCELLED, Reason.CANCELLED_BY_USER, null, NOON.plusSeconds(5));

  protected Store store;

  /** Opens the store of this test: empty the first time, as it was left every other time. */
  protected abstract Store open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  protected final void reopen() {
    store.close();
    store = open();
  }

  // --- what the tests say often

  protected static JobSpec spec(String... words) {
    return new JobSpec(
        new Program.Argv(List.of(words)), "/tmp", null, "default", Map.of("PATH", "/bin"), 0022);
  }

  private static JobSpec inQueue(String queue) {
    return new JobSpec(
        new Program.Argv(List.of("true")), "/tmp", null, queue, Map.of("PATH", "/bin"), 0022);
  }

  private static JobSpec withEnvironment(Map<String, String> environment) {
    return new JobSpec(
        new Program.Argv(List.of("true")), "/tmp", null, "default", environment, 0022);
  }

  protected final Job insert(JobSpec spec) {
    return store.write(transaction -> transaction.insert(spec, UUID.randomUUID(), NOON));
  }

  private Job insert(String uuid) {
    return store.write(
        transaction -> transaction.insert(spec("true"), UUID.fromString(uuid), NOON));
  }

  protected final Job job(long number) {
    return store.read(snapshot -> snapshot.job(number)).orElseThrow();
  }

  private Optional<Job> job(UUID uuid) {
    return store.read(snapshot -> snapshot.job(uuid));
  }

  private Map<String, String> environment(long number) {
    return store.read(snapshot -> snapshot.environment(number));
  }

  private Optional<Accepted> accepted(String key) {
    return store.read(snapshot -> snapshot.accepted(key));
  }

  private boolean removed(long number) {
    return store.read(snapshot -> snapshot.removed(number));
  }

  /** One change, and whether its guard held. */
  private boolean write(Predicate<Transaction> change) {
    return store.write(change::test);
  }

  private static AttemptId next(Job job) {
    return new AttemptId(job.number(), job.uuid(), job.attempt() + 1);
  }

  /** Assigned, its process not known yet. */
  private AttemptId assigned() {
    AttemptId attempt = next(insert(spec("true")));
    assertThat(write(t -> t.assign(attempt, "node", NOON))).isTrue();
    return attempt;
  }

  private AttemptId started() {
    AttemptId attempt = assigned();
    assertThat(write(t -> t.started(attempt, PROCESS, NOON.plusSeconds(1)))).isTrue();
    return attempt;
  }

  private AttemptId finished() {
    AttemptId attempt = started();
    assertThat(write(t -> t.finish(attempt, SUCCESS))).isTrue();
    return attempt;
  }

  private Status.Running running(long number) {
    return (Status.Running) job(number).status();
  }

  private Status.Ended ended(long number) {
    return (Status.Ended) job(number).status();
  }

  private List<Attempt> attempts(long number) {
    return store.read(snapshot -> snapshot.attempts(number));
  }

  private static List<Long> numbers(List<Job> jobs) {
    return jobs.stream().map(Job::number).toList();
  }

  /** All that can be seen of a job, to tell that nothing was changed. */
  private List<Object> all(long number) {
    return store.read(s -> List.of(s.job(number), s.attempts(number), s.environment(number)));
  }

  // --- insert and find

  @Test
  void isEmptyAtFirst() {
    store.read(
        snapshot -> {
          assertThat(snapshot.newestNumber()).isZero();
          assertThat(snapshot.job(1)).isEmpty();
          assertThat(snapshot.job(UUID.randomUUID())).isEmpty();
          assertThat(snapshot.unfinished()).isEmpty();
          assertThat(snapshot.queues()).isEmpty();
          assertThat(snapshot.attempts(1)).isEmpty();
          assertThat(snapshot.environment(1)).isEmpty();
          assertThat(snapshot.removed(1)).isFalse();
          assertThat(snapshot.jobs(JobFilter.ALL, null, 10)).isEqualTo(new Page(List.of(), null));
          return true;
        });
  }

  @Test
  void anInsertedJobIsFoundAsItWasAnswered() {
    JobSpec spec =
        new JobSpec(
            new Program.Argv(List.of("python3", "", "a b", "--x=\n\"'")),
            "/home/ada/exp 7",
            "night run",
            "gpu",
            Map.of("A", "1", "B", ""),
            0027);
    UUID uuid = UUID.randomUUID();

    Job answered = store.write(transaction -> transaction.insert(spec, uuid, NOON));

    assertThat(answered)
        .isEqualTo(
            new Job(
                1,
                uuid,
                spec.program(),
                "/home/ada/exp 7",
                "night run",
                "gpu",
                0027,
                NOON,
                0,
                Status.Pending.READY));
    assertThat(job(1)).isEqualTo(answered);
    assertThat(job(uuid)).contains(answered);
    assertThat(environment(1)).isEqualTo(Map.of("A", "1", "B", ""));
    reopen();
    assertThat(job(1)).isEqualTo(answered);
  }

  @Test
  void aLineForTheShellStaysALine() {
    JobSpec spec =
        new JobSpec(new Program.ShellLine("a | b > 'c d'\n"), "/", null, "default", Map.of(), 0);

    Job job = insert(spec);

    assertThat(job(job.number()).program()).isEqualTo(new Program.ShellLine("a | b > 'c d'\n"));
    assertThat(job(job.number()).umask()).isZero();
    assertThat(job(job.number()).name()).isNull();
  }

  @Test
  void textOfAllAlphabetsComesBackUnchanged() {
    String text = "Grüße, 東京, עברית, 👩‍🚀🏳️‍🌈, \u0001\t\u007f\ufeff, é";
    JobSpec spec =
        new JobSpec(
            new Program.Argv(List.of(text, text)), "/" + text, text, text, Map.of(text, text), 1);

    Job job = insert(spec);
    AttemptId attempt = next(job);
    store.write(
        t -> {
          assertThat(t.assign(attempt, text, NOON)).isTrue();
          assertThat(t.unreachable(attempt, text, NOON)).isTrue();
          return true;
        });

    Job found = job(job.number());
    assertThat(found.program()).isEqualTo(spec.program());
    assertThat(List.of(found.directory(), found.queue(), String.valueOf(found.name())))
        .containsExactly("/" + text, text, text);
    assertThat(running(job.number()).node()).isEqualTo(text);
    assertThat(running(job.number()).message()).isEqualTo(text);
    assertThat(environment(job.number())).isEqualTo(Map.of(text, text));
    assertThat(numbers(store.read(s -> s.jobs(new JobFilter(Set.of(), text), null, 10)).jobs()))
        .containsExactly(job.number());
  }

  @Test
  void instantsAreKeptToTheMillisecond() {
    Instant fine = Instant.parse("2026-11-24T12:00:00.123456789Z");

    Job answered = store.write(t -> t.insert(spec("true"), UUID.randomUUID(), fine));

    assertThat(answered.submittedAt()).isEqualTo(NOON);
    assertThat(job(answered.number())).isEqualTo(answered);
  }

  @Test
  void numbersCountFromOneWithoutGapsAlsoWithinOneTransaction() {
    List<Job> jobs =
        store.write(
            t ->
                IntStream.range(0, 3)
                    .mapToObj(i -> t.insert(spec("true"), UUID.randomUUID(), NOON))
                    .toList());

    assertThat(numbers(jobs)).containsExactly(1L, 2L, 3L);
    assertThat(insert(spec("true")).number()).isEqualTo(4);
    assertThat(store.read(Snapshot::newestNumber)).isEqualTo(4);
  }

  @Test
  void theSameUuidIsNotTakenTwice() {
    String uuid = "11111111-2222-3333-4444-555555555555";
    insert(uuid);

    assertThatThrownBy(() -> insert(uuid)).isInstanceOf(IllegalStateException.class);

    assertThat(store.read(Snapshot::newestNumber)).isEqualTo(1);
    assertThat(insert(spec("true")).number()).isEqualTo(2);
  }

  @Test
  void aUuidPrefixFindsItsJobsOnly() {
    Job a = insert("1f0c9a2e-7b1d-4c55-9d0e-3f6a2b8c4d10");
    Job b = insert("1f0c9a2e-7b1d-4c55-9d0e-3f6a2b8c4d11");
    Job c = insert("1f0c9a2f-7b1d-4c55-9d0e-3f6a2b8c4d10");
    Job d = insert("ffffffff-ffff-ffff-ffff-ffffffffffff");
    Job e = insert("00000000-0000-0000-0000-000000000000");

    assertThat(prefix("1f0c9a2e", 10)).containsExactlyInAnyOrder(a, b);
    assertThat(prefix("1f0c9a2", 10)).containsExactlyInAnyOrder(a, b, c);
    assertThat(prefix("1f0c9a2e-", 10)).containsExactlyInAnyOrder(a, b);
    assertThat(prefix("1f0c9a2e-7b1d-4c55-9d0e-3f6a2b8c4d11", 10)).containsExactly(b);
    assertThat(prefix("ffffffff", 10)).containsExactly(d);
    assertThat(prefix("00000000", 10)).containsExactly(e);
    assertThat(prefix("1f0c9a2", 2)).hasSize(2);
    assertThat(prefix("12345678", 10)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1f0c9a2e7b1d",
        "1f0c-9a2e",
        "1F0C9A2E",
        "%",
        "xyz",
        "'",
        "1f0c9a2e-7b1d-4c55-9d0e-3f6a2b8c4d100"
      })
  void aPrefixThatIsNotWrittenAsUuidsAreFindsNothing(String prefix) {
    insert("1f0c9a2e-7b1d-4c55-9d0e-3f6a2b8c4d10");

    assertThat(prefix(prefix, 10)).isEmpty();
  }

  private List<Job> prefix(String prefix, int limit) {
    return store.read(snapshot -> snapshot.jobsByUuidPrefix(prefix, limit));
  }

  // --- environments

  @Test
  void aLargeEnvironmentComesBackWhole() {
    Map<String, String> environment = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      environment.put("VARIABLE_" + i, ("=\n" + i).repeat(40_000));
    }

    Job job = insert(withEnvironment(environment));

    assertThat(environment(job.number())).isEqualTo(environment);
  }

  @Test
  void jobsShareAnEnvironmentAndKeepItWhileOneOfThemIsThere() {
    Map<String, String> environment = Map.of("SHARED", "yes", "PATH", "/bin");
    List<Job> jobs =
        List.of(insert(withEnvironment(environment)), insert(withEnvironment(environment)));
    Job other = insert(withEnvironment(Map.of("OTHER", "1")));
    for (Job job : jobs) {
      write(t -> t.end(job.number(), CANCELLED));
    }

    write(t -> t.remove(jobs.get(0).number()));
    assertThat(environment(jobs.get(1).number())).isEqualTo(environment);
    write(t -> t.remove(jobs.get(1).number()));

    assertThat(environment(jobs.get(1).number())).isEmpty();
    assertThat(environment(other.number())).isEqualTo(Map.of("OTHER", "1"));
    Job again = insert(withEnvironment(environment));
    assertThat(environment(again.number())).isEqualTo(environment);
  }

  @Test
  void environmentsThatDifferOnlyWhereNameAndValueMeetAreDifferent() {
    Job a = insert(withEnvironment(Map.of("A", "B=C")));
    Job b = insert(withEnvironment(Map.of("A", "", "B", "C")));
    Job none = insert(withEnvironment(Map.of()));

    assertThat(environment(a.number())).isEqualTo(Map.of("A", "B=C"));
    assertThat(environment(b.number())).isEqualTo(Map.of("A", "", "B", "C"));
    assertThat(environment(none.number())).isEmpty();
  }

  @Test
  void anEnvironmentThatNoProcessCanHaveIsRefusedAndHarmsNothing() {
    assertThatThrownBy(() -> insert(withEnvironment(Map.of("A=B", "C"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> insert(withEnvironment(Map.of("A", "B\0C"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> insert(spec("a\0b"))).isInstanceOf(IllegalArgumentException.class);

    assertThat(insert(spec("true")).number()).isEqualTo(1);
  }

  // --- idempotency keys

  @Test
  void anIdempotencyKeyIsRememberedForEver() {
    store.write(
        t -> {
          t.accept("key 🔑", new Accepted("digest", 3, 12), NOON);
          assertThat(t.accepted("key 🔑")).contains(new Accepted("digest", 3, 12));
          return true;
        });
    reopen();

    assertThat(accepted("key 🔑")).contains(new Accepted("digest", 3, 12));
    assertThat(accepted("KEY 🔑")).isEmpty();
    assertThat(accepted("key")).isEmpty();
  }

  @Test
  void anIdempotencyKeyIsAnsweredOnce() {
    Accepted first = new Accepted("digest", 1, 1);
    write(
        t -> {
          t.accept("key", first, NOON);
          return true;
        });

    assertThatThrownBy(
            () ->
                write(
                    t -> {
                      t.insert(spec("true"), UUID.randomUUID(), NOON);
                      t.accept("key", new Accepted("other", 2, 2), NOON);
                      return true;
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(accepted("key")).contains(first);
    assertThat(store.read(Snapshot::newestNumber)).isZero();
  }

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
    assertThat(job.status()).isEqualTo(new Status.Pending(later, Reason.NODE_TROUBLE));
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

    assertThat(job(first.number()).status()).isEqualTo(new Status.Pending(later, null));
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

  // --- lists

  @Test
  void pagesAreNewestFirstAndDoNotMoveWhenJobsAreAddedBetweenThem() {
    for (int i = 0; i < 5; i++) {
      insert(spec("true"));
    }

    Page first = store.read(s -> s.jobs(JobFilter.ALL, null, 2));
    insert(spec("true"));
    Page second = store.read(s -> s.jobs(JobFilter.ALL, first.next(), 2));
    Page third = store.read(s -> s.jobs(JobFilter.ALL, second.next(), 2));

    assertThat(numbers(first.jobs())).containsExactly(5L, 4L);
    assertThat(numbers(second.jobs())).containsExactly(3L, 2L);
    assertThat(numbers(third.jobs())).containsExactly(1L);
    assertThat(third.next()).isNull();
  }

  @Test
  void aPageGoesOnWhereItsLastJobWasRemoved() {
    List<AttemptId> jobs = List.of(finished(), finished(), finished());
    Page first = store.read(s -> s.jobs(JobFilter.ALL, null, 2));
    write(t -> t.remove(jobs.get(1).number()));

    Page second = store.read(s -> s.jobs(JobFilter.ALL, first.next(), 2));

    assertThat(numbers(second.jobs())).containsExactly(1L);
  }

  @Test
  void aPageThatIsJustFullIsTheLast() {
    insert(spec("true"));
    insert(spec("true"));

    Page page = store.read(s -> s.jobs(JobFilter.ALL, null, 2));

    assertThat(page.jobs()).hasSize(2);
    assertThat(page.next()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1", "1 or 1=1", "99999999999999999999", "1.5", " 1", "٣"})
  void aCursorThatIsNoneIsRefused(String cursor) {
    assertThatThrownBy(() -> store.read(s -> s.jobs(JobFilter.ALL, cursor, 2)))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(store.read(s -> s.jobs(JobFilter.ALL, null, 2)).jobs()).isEmpty();
  }

  @Test
  void filtersByStateAndQueueWorkAloneAndTogetherOverSeveralPages() {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Job job = insert(inQueue("q" + i % 3));
      int kind = i % 4;
      if (kind > 0) {
        write(t -> t.assign(next(job), "node", NOON));
      }
      if (kind > 1) {
        Outcome outcome = kind == 2 ? Outcome.COMPLETED : Outcome.FAILED;
        write(t -> t.finish(next(job), new Ending(outcome, null, null, 0, null, NOON, 0)));
      }
      jobs.add(job(job.number()));
    }
    List<Set<State>> states =
        List.of(
            Set.of(),
            Set.of(State.PENDING),
            Set.of(State.FAILED, State.PENDING),
            Set.of(State.COMPLETED, State.RUNNING, State.LOST),
            Set.of(State.TIMEOUT),
            Set.of(State.values()));
    for (Set<State> wanted : states) {
      for (String queue : new @Nullable String[] {null, "q0", "q1", "none"}) {
        JobFilter filter = new JobFilter(wanted, queue);
        List<Job> expected =
            jobs.stream()
                .filter(job -> wanted.isEmpty() || wanted.contains(job.state()))
                .filter(job -> queue == null || queue.equals(job.queue()))
                .toList();
        List<Job> oldestFirst = new ArrayList<>();
        store.read(
            s -> {
              s.forEachJob(filter, oldestFirst::add);
              return true;
            });
        assertThat(oldestFirst).as("%s", filter).isEqualTo(expected);
        List<Job> paged = new ArrayList<>();
        String after = null;
        do {
          String cursor = after;
          Page page = store.read(s -> s.jobs(filter, cursor, 3));
          paged.addAll(0, reversed(page.jobs()));
          after = page.next();
        } while (after != null);
        assertThat(paged).as("%s", filter).isEqualTo(expected);
      }
    }
  }

  private static List<Job> reversed(List<Job> jobs) {
    List<Job> reversed = new ArrayList<>(jobs);
    java.util.Collections.reverse(reversed);
    return reversed;
  }

  @Test
  void everyJobIsReadOnceAlsoWhenThereAreManyAndTheReaderAsksFurther() {
    write(
        t -> {
          for (int i = 0; i < 1203; i++) {
            t.insert(withEnvironment(Map.of("I", "" + i)), UUID.randomUUID(), NOON);
          }
          return true;
        });
    List<Long> seen = new ArrayList<>();

    store.read(
        s -> {
          s.forEachJob(
              JobFilter.ALL,
              job -> {
                seen.add(job.number());
                assertThat(s.environment(job.number())).containsEntry("I", "" + (seen.size() - 1));
                assertThat(s.job(job.number())).contains(job);
              });
          return true;
        });

    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 1203).boxed().toList());
  }

  @Test
  void whatIsUnfinishedComesInSubmitOrder() {
    Job waiting = insert(spec("true"));
    AttemptId final_ = finished();
    AttemptId running = started();
    AttemptId starting = assigned();
    Job last = insert(spec("true"));
    AttemptId retried = new AttemptId(final_.number(), final_.uuid(), 1);

    assertThat(numbers(store.read(Snapshot::unfinished)))
        .containsExactly(waiting.number(), running.number(), starting.number(), last.number());
    write(t -> t.retry(retried.number(), null));
    List<Job> unfinished = store.read(Snapshot::unfinished);
    assertThat(numbers(unfinished)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(unfinished).isEqualTo(LongStream.rangeClosed(1, 5).mapToObj(this::job).toList());
  }

  // --- queues

  @Test
  void queuesAreAddedChangedAndListedByName() {
    write(
        t -> {
          t.save(new QueueSettings("gpu", 2, false));
          t.save(QueueSettings.DEFAULT);
          t.save(new QueueSettings("gpu", 10_000, true));
          return true;
        });
    reopen();

    assertThat(store.read(Snapshot::queues))
        .containsExactly(QueueSettings.DEFAULT, new QueueSettings("gpu", 10_000, true));
  }

  // --- transactions

  @Test
  void aTransactionReadsWhatItHasWritten() {
    write(
        t -> {
          Job job = t.insert(spec("true"), UUID.randomUUID(), NOON);
          assertThat(t.job(job.number())).contains(job);
          assertThat(t.assign(next(job), "node", NOON)).isTrue();
          assertThat(t.unfinished()).hasSize(1);
          assertThat(t.finish(next(job), SUCCESS)).isTrue();
          assertThat(t.finish(next(job), SUCCESS)).isFalse();
          assertThat(t.unfinished()).isEmpty();
          assertThat(t.attempts(job.number())).hasSize(1);
          assertThat(t.remove(job.number())).isTrue();
          assertThat(t.removed(job.number())).isTrue();
          assertThat(t.newestNumber()).isEqualTo(1);
          assertThat(t.insert(spec("true"), UUID.randomUUID(), NOON).number()).isEqualTo(2);
          return true;
        });
  }

  @Test
  void whatTheWorkThrowsComesOutUntouchedAndNothingHasHappened() {
    AttemptId open = started();
    List<Object> before = all(open.number());
    RuntimeException thrown = new UnsupportedOperationException("mine");
    Error error = new AssertionError("mine too");
    for (Throwable mine : List.of(thrown, error)) {
      assertThatThrownBy(
              () ->
                  write(
                      t -> {
                        t.insert(withEnvironment(Map.of("NEW", "1")), UUID.randomUUID(), NOON);
                        t.save(new QueueSettings("new", 1, false));
                        t.accept("key", new Accepted("d", 1, 1), NOON);
                        t.finish(open, SUCCESS);
                        if (mine instanceof RuntimeException exception) {
                          throw exception;
                        }
                        throw (Error) mine;
                      }))
          .isSameAs(mine);
    }

    assertThat(all(open.number())).isEqualTo(before);
    assertThat(store.read(Snapshot::newestNumber)).isEqualTo(open.number());
    assertThat(store.read(Snapshot::queues)).isEmpty();
    assertThat(accepted("key")).isEmpty();
    assertThat(insert(withEnvironment(Map.of("NEW", "1"))).number()).isEqualTo(open.number() + 1);
  }

  @Test
  void whatAQueryThrowsComesOutUntouchedAndReadingGoesOn() {
    RuntimeException mine = new UnsupportedOperationException("mine");
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(
              () ->
                  store.read(
                      s -> {
                        s.unfinished();
                        throw mine;
                      }))
          .isSameAs(mine);
    }

    assertThat(store.read(Snapshot::newestNumber)).isZero();
  }

  @Test
  void aWriteInsideAWriteIsAMistake() {
    assertThatThrownBy(() -> write(t -> write(u -> true)))
        .isInstanceOf(IllegalStateException.class);

    assertThat(insert(spec("true")).number()).isEqualTo(1);
  }

  @Test
  void aQuerySeesOneInstantAndNeitherWaitsForTheWriterNorDelaysIt() throws Exception {
    Job job = insert(spec("true"));
    CountDownLatch opened = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<List<Object>> query =
          threads.submit(
              () ->
                  store.read(
                      s -> {
                        Page before = s.jobs(JobFilter.ALL, null, 10);
                        opened.countDown();
                        await(written);
                        Page after = s.jobs(JobFilter.ALL, null, 10);
                        return List.of(before, after, s.unfinished(), s.newestNumber());
                      }));
      await(opened);
      insert(spec("true"));
      write(t -> t.end(job.number(), CANCELLED));
      written.countDown();

      Page page = new Page(List.of(job), null);
      assertThat(get(query)).containsExactly(page, page, List.of(job), 1L);
      assertThat(store.read(Snapshot::newestNumber)).isEqualTo(2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatIsNotCommittedIsSeenByNobodyElse() throws Exception {
    CountDownLatch inserted = new CountDownLatch(1);
    CountDownLatch looked = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(1);
    try {
      Future<Job> write =
          threads.submit(
              () ->
                  store.write(
                      t -> {
                        Job job = t.insert(spec("true"), UUID.randomUUID(), NOON);
                        inserted.countDown();
                        await(looked);
                        return job;
                      }));
      await(inserted);
      assertThat(store.read(Snapshot::newestNumber)).isZero();
      looked.countDown();

      assertThat(get(write).number()).isEqualTo(1);
      assertThat(store.read(Snapshot::newestNumber)).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void manyThreadsReadAndWriteAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int j = 0; j < 20; j++) {
                    Job job = insert(spec("true"));
                    assertThat(job(job.number())).isEqualTo(job);
                  }
                  return true;
                }));
      }
      for (Future<Boolean> one : all) {
        assertThat(get(one)).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(store.read(Snapshot::newestNumber)).isEqualTo(160);
    assertThat(store.read(Snapshot::unfinished)).hasSize(160);
  }

  @Test
  void recoveringAHealthyStoreChangesNothing() {
    Job job = insert(spec("true"));

    store.recover();

    assertThat(job(job.number())).isEqualTo(job);
    assertThat(insert(spec("true")).number()).isEqualTo(2);
  }

  @Test
  void aClosedStoreSaysSo() {
    insert(spec("true"));
    store.close();
    store.close();

    assertThatThrownBy(() -> store.read(Snapshot::newestNumber)).isInstanceOf(StoreDown.class);
    assertThatThrownBy(() -> insert(spec("true"))).isInstanceOf(StoreDown.class);
    assertThatThrownBy(() -> store.recover()).isInstanceOf(StoreDown.class);
  }

  @Test
  void theSecondToOpenTakesOverAndTheFirstCanOnlyRead() {
    Job job = insert(spec("true"));
    try (Store second = open()) {
      assertThatThrownBy(() -> insert(spec("true")))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("another server has taken over this home");
      assertThatThrownBy(() -> store.recover())
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("another server has taken over this home");

      assertThat(job(job.number())).isEqualTo(job);
      assertThat(second.write(t -> t.insert(spec("true"), UUID.randomUUID(), NOON)).number())
          .isEqualTo(2);
    }
  }

  protected static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  protected static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
