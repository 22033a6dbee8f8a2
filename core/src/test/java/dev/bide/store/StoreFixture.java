package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Unhurried;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store, and what the tests of the contract say often. */
@SuppressWarnings("NullAway.Init")
abstract class StoreFixture {
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

  protected static JobSpec spec(String... words) {
    return new JobSpec(
        new Program.Argv(List.of(words)), "/tmp", null, "default", Map.of("PATH", "/bin"), 0022);
  }

  static JobSpec inQueue(String queue) {
    return new JobSpec(
        new Program.Argv(List.of("true")), "/tmp", null, queue, Map.of("PATH", "/bin"), 0022);
  }

  static JobSpec withEnvironment(Map<String, String> environment) {
    return new JobSpec(
        new Program.Argv(List.of("true")), "/tmp", null, "default", environment, 0022);
  }

  protected final Job insert(JobSpec spec) {
    return store.write(transaction -> transaction.insert(spec, UUID.randomUUID(), NOON));
  }

  Job insert(String uuid) {
    return store.write(
        transaction -> transaction.insert(spec("true"), UUID.fromString(uuid), NOON));
  }

  protected final Job job(long number) {
    return store.read(snapshot -> snapshot.job(number)).orElseThrow();
  }

  Optional<Job> job(UUID uuid) {
    return store.read(snapshot -> snapshot.job(uuid));
  }

  Map<String, String> environment(long number) {
    return store.read(snapshot -> snapshot.environment(number));
  }

  Optional<Accepted> accepted(String key) {
    return store.read(snapshot -> snapshot.accepted(key));
  }

  boolean removed(long number) {
    return store.read(snapshot -> snapshot.removed(number));
  }

  /** One change, and whether its guard held. */
  boolean write(Predicate<Transaction> change) {
    return store.write(change::test);
  }

  static AttemptId next(Job job) {
    return new AttemptId(job.number(), job.uuid(), job.attempt() + 1);
  }

  /** Assigned, its process not known yet. */
  AttemptId assigned() {
    AttemptId attempt = next(insert(spec("true")));
    assertThat(write(t -> t.assign(attempt, "node", NOON))).isTrue();
    return attempt;
  }

  AttemptId started() {
    AttemptId attempt = assigned();
    assertThat(write(t -> t.started(attempt, PROCESS, NOON.plusSeconds(1)))).isTrue();
    return attempt;
  }

  AttemptId finished() {
    AttemptId attempt = started();
    assertThat(write(t -> t.finish(attempt, SUCCESS))).isTrue();
    return attempt;
  }

  Status.Running running(long number) {
    return (Status.Running) job(number).status();
  }

  Status.Ended ended(long number) {
    return (Status.Ended) job(number).status();
  }

  List<Attempt> attempts(long number) {
    return store.read(snapshot -> snapshot.attempts(number));
  }

  static List<Long> numbers(List<Job> jobs) {
    return jobs.stream().map(Job::number).toList();
  }

  /** All that can be seen of a job, to tell that nothing was changed. */
  List<Object> all(long number) {
    return store.read(s -> List.of(s.job(number), s.attempts(number), s.environment(number)));
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
