package dev.bide.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.queue.QueueSettings;
import dev.bide.retention.Candidate;
import dev.bide.retention.Held;
import dev.bide.retention.Older;
import dev.bide.retention.Tally;
import dev.bide.store.Accepted;
import dev.bide.store.Snapshot;
import dev.bide.store.Transaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of jobs, in the real file. */
@SuppressWarnings("NullAway.Init")
class SqliteRetentionTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path directory;
  private SqliteStore store;

  @BeforeEach
  void open() {
    store = SqliteStore.open(directory.resolve("bide.db"));
    store.write(
        transaction -> {
          transaction.save(QueueSettings.DEFAULT);
          return true;
        });
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static JobSpec spec(String queue) {
    return new JobSpec(
        new Program.Argv(List.of("true")), "/tmp", null, queue, Map.of("PATH", "/bin"), 0022);
  }

  private static Job ended(
      Transaction transaction, String queue, Outcome outcome, Instant at, long logSize) {
    Job job = transaction.insert(spec(queue), UUID.randomUUID(), NOON);
    run(transaction, job, outcome, at, logSize);
    return job;
  }

  private static void run(
      Transaction transaction, Job job, Outcome outcome, Instant at, long logSize) {
    AttemptId attempt = new AttemptId(job.number(), job.uuid(), job.attempt() + 1);
    assertThat(transaction.assign(attempt, "node", NOON)).isTrue();
    Ending ending = new Ending(outcome, null, null, 0, null, at, logSize);
    assertThat(transaction.finish(attempt, ending)).isTrue();
  }

  private long ended(Outcome outcome, int second, long logSize) {
    return store
        .write(t -> ended(t, "default", outcome, NOON.plusSeconds(second), logSize))
        .number();
  }

  private List<Tally> tallies() {
    return store.read(Snapshot::tallies);
  }

  private static Tally tally(State state, long jobs, long logBytes) {
    return new Tally("default", state, new Held(jobs, logBytes));
  }

  private void change(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("bide.db"));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  @Test
  void whatThereIsIsCountedThroughAllThatCanHappenToAJob() {
    Job job = store.write(t -> t.insert(spec("default"), UUID.randomUUID(), NOON));
    assertThat(tallies()).containsExactly(tally(State.PENDING, 1, 0));
    store.write(
        t -> {
          run(t, job, Outcome.FAILED, NOON.plusSeconds(5), 700);
          return true;
        });
    assertThat(tallies()).containsExactly(tally(State.FAILED, 1, 700));
    assertThat(store.<Boolean>write(t -> t.retry(job.number(), null))).isTrue();
    assertThat(tallies()).containsExactly(tally(State.PENDING, 1, 700));
    store.write(
        t -> {
          run(t, t.job(job.number()).orElseThrow(), Outcome.COMPLETED, NOON.plusSeconds(9), 50);
          return true;
        });
    assertThat(tallies()).containsExactly(tally(State.COMPLETED, 1, 750));
    assertThat(store.<Boolean>write(t -> t.remove(job.number()))).isTrue();
    assertThat(tallies()).isEmpty();
  }

  @Test
  void aJobThatIsCancelledWhileItWaitsIsACandidate() {
    Job job = store.write(t -> t.insert(spec("default"), UUID.randomUUID(), NOON));
    Ending ending = Ending.withoutProcess(Outcome.CANCELLED, Reason.CANCELLED_BY_USER, null, NOON);
    assertThat(store.<Boolean>write(t -> t.end(job.number(), ending))).isTrue();
    assertThat(
            store.<List<Candidate>>read(s -> s.oldestEnded("default", State.CANCELLED, false, 10)))
        .containsExactly(new Candidate(job.number(), "default", State.CANCELLED, NOON, 0));
  }

  @Test
  void candidatesAreThoseThatEndedFirstWithoutPinnedOnes() {
    long late = ended(Outcome.COMPLETED, 30, 1);
    long pinned = ended(Outcome.COMPLETED, 5, 1);
    long early = ended(Outcome.COMPLETED, 10, 0);
    long failed = ended(Outcome.FAILED, 1, 1);
    assertThat(store.<Boolean>write(t -> t.pin(pinned, true))).isTrue();
    assertThat(store.<Boolean>write(t -> t.pin(999, true))).isFalse();
    assertThat(
            store.<List<Candidate>>read(s -> s.oldestEnded("default", State.COMPLETED, false, 10)))
        .extracting(Candidate::number)
        .containsExactly(early, late);
    assertThat(
            store.<List<Candidate>>read(s -> s.oldestEnded("default", State.COMPLETED, true, 10)))
        .extracting(Candidate::number)
        .containsExactly(late);
    assertThat(
            store.<List<Candidate>>read(s -> s.oldestEnded("default", State.COMPLETED, false, 1)))
        .extracting(Candidate::number)
        .containsExactly(early);
    Older all = new Older(NOON.plusSeconds(30), Set.of(), null);
    assertThat(store.<Held>read(s -> s.count(all))).isEqualTo(new Held(2, 1));
    assertThat(store.<List<Candidate>>read(s -> s.some(all, 10)))
        .extracting(Candidate::number)
        .containsExactlyInAnyOrder(early, failed);
    assertThat(store.<Optional<Job>>read(s -> s.job(pinned)).orElseThrow().pinned()).isTrue();
  }

  @Test
  void candidatesAreReadAlongAnIndexAlone() throws SQLException {
    for (String query :
        List.of(
            "select number, queue, state, final_at, log_bytes from job indexed by job_by_end where"
                + " queue = 'default' and state = 'FAILED' and final_at is not null and pinned = 0"
                + " order by final_at limit 200",
            "select count(*), sum(log_bytes) from job indexed by job_by_end where queue = 'x'"
                + " and state = 'FAILED' and final_at < 5 and pinned = 0")) {
      try (Connection connection =
              DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("bide.db"));
          Statement statement = connection.createStatement();
          var row = statement.executeQuery("explain query plan " + query)) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString("detail"))
            .contains("USING COVERING INDEX job_by_end (queue=? AND state=?");
        assertThat(row.next()).as("a sort: %s", query).isFalse();
      }
    }
  }

  @Test
  void aLogThatWasCutIsSmallerInAllThatIsTold() {
    long number = ended(Outcome.COMPLETED, 5, 5_000_000);
    ended(Outcome.COMPLETED, 5, 900_000);
    List<AttemptId> tooLong = store.read(s -> s.longLogs(2_000_000, 10));
    assertThat(tooLong).extracting(AttemptId::number).containsExactly(number);
    assertThat(store.<Boolean>write(t -> t.logCut(tooLong.get(0), 1_999_990, 3_000_010))).isTrue();
    assertThat(store.<List<AttemptId>>read(s -> s.longLogs(2_000_000, 10))).isEmpty();
    assertThat(tallies()).containsExactly(tally(State.COMPLETED, 2, 2_899_990));
    var attempt = store.read(s -> s.attempts(number)).get(0);
    assertThat(attempt.logCut()).isEqualTo(3_000_010);
    assertThat(attempt.ending().logSize()).isEqualTo(1_999_990);
  }

  @Test
  void aKeyIsForgottenOnceItsJobsAreGoneAndItIsOld() {
    long gone = ended(Outcome.COMPLETED, 5, 0);
    long there = ended(Outcome.COMPLETED, 5, 0);
    store.write(
        t -> {
          t.accept("gone", new Accepted("d", gone, gone), NOON);
          t.accept("there", new Accepted("d", there, there), NOON);
          t.accept("new", new Accepted("d", gone, gone), NOON.plusSeconds(60));
          t.remove(gone);
          t.forgetKeys(NOON.plusSeconds(1));
          return true;
        });
    assertThat(store.<Optional<Accepted>>read(s -> s.accepted("gone"))).isEmpty();
    assertThat(store.<Optional<Accepted>>read(s -> s.accepted("there"))).isPresent();
    assertThat(store.<Optional<Accepted>>read(s -> s.accepted("new"))).isPresent();
  }

  @Test
  void aFileOfAnOlderVersionIsCountedWhenItIsOpened() throws SQLException {
    long old = ended(Outcome.FAILED, 5, 300);
    Job waits = store.write(t -> t.insert(spec("default"), UUID.randomUUID(), NOON));
    store.close();
    for (String sql :
        List.of(
            "drop trigger job_added",
            "drop trigger job_changed",
            "drop trigger job_gone",
            "drop table tally",
            "drop table swept",
            "drop index job_by_end",
            "drop index job_by_long_log",
            "drop index accepted_by_time",
            "alter table job drop column pinned",
            "alter table job drop column final_at",
            "alter table job drop column log_bytes",
            "alter table attempt drop column log_cut",
            "delete from migration where number = 4")) {
      change(sql);
    }
    store = SqliteStore.open(directory.resolve("bide.db"));
    assertThat(tallies()).containsExactly(tally(State.FAILED, 1, 300), tally(State.PENDING, 1, 0));
    assertThat(store.<List<Candidate>>read(s -> s.oldestEnded("default", State.FAILED, false, 10)))
        .containsExactly(new Candidate(old, "default", State.FAILED, NOON.plusSeconds(5), 300));
    assertThat(store.<Optional<Job>>read(s -> s.job(waits.number()))).contains(waits);
  }

  @Test
  void aCopyCanBecomeSmallerAlsoWhereTheFileItselfCannot() throws Exception {
    long number = ended(Outcome.COMPLETED, 5, 0);
    store.close();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("bide.db"));
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("pragma auto_vacuum = none");
      statement.executeUpdate("vacuum");
    }
    open();
    assertThat(store.<Integer>write(t -> t.shrink(100))).isZero();
    Path copy = Files.createFile(directory.resolve("copy.db"));
    store.copy(copy);
    assertThat(autoVacuum(copy)).isEqualTo(2);
    store.close();
    assertThat(autoVacuum(directory.resolve("bide.db"))).isZero();
    open();
    assertThat(store.<Optional<Job>>read(s -> s.job(number))).isPresent();
  }

  private static int autoVacuum(Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("pragma auto_vacuum")) {
      return row.getInt(1);
    }
  }

  @Test
  void theFileBecomesSmallerAgain() throws Exception {
    store.write(
        t -> {
          for (int i = 0; i < 5_000; i++) {
            ended(t, "default", Outcome.COMPLETED, NOON, 0);
          }
          return true;
        });
    store.write(
        t -> {
          t.some(new Older(NOON.plusSeconds(1), Set.of(), null), 5_000)
              .forEach(job -> t.remove(job.number()));
          return true;
        });
    int given = 0;
    int step;
    while ((step = store.<Integer>write(t -> t.shrink(100))) > 0) {
      assertThat(step).isLessThanOrEqualTo(100);
      given += step;
    }
    assertThat(given).isPositive();
    store.close();
    long small = Files.size(directory.resolve("bide.db"));
    open();
    assertThat(small).isLessThan(1_700_000);
    assertThat(store.problems()).isEmpty();
  }
}
