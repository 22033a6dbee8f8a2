package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inserting and finding jobs, their environments, idempotency keys. */
abstract class JobsContract extends StoreFixture {
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
          assertThat(snapshot.uuidOfRemoved(1)).isEmpty();
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
                Terms.NONE,
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
  void manyJobsAreFoundAtOnceByTheirNumbers() {
    List<Job> jobs = IntStream.range(0, 1_203).mapToObj(i -> insert(spec("true"))).toList();
    write(
        t -> {
          t.end(2, CANCELLED);
          return t.remove(2);
        });
    List<Long> asked = new ArrayList<>(numbers(jobs));
    Collections.reverse(asked);
    asked.addAll(List.of(3L, 3L, 5_000L));

    List<Long> found = store.read(snapshot -> numbers(snapshot.jobs(asked)));

    assertThat(found).hasSize(1_202).isSorted().doesNotContain(2L).doesNotHaveDuplicates();
    List<Job> one = store.read(snapshot -> snapshot.jobs(List.of(7L)));
    assertThat(one).containsExactly(job(7));
    List<Job> none = store.read(snapshot -> snapshot.jobs(List.of()));
    assertThat(none).isEmpty();
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
}
