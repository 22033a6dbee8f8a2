package dev.bide.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bide.Leftovers;
import dev.bide.Needed;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import dev.bide.schedule.CronTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.store.Home;
import dev.bide.store.JobFilter;
import dev.bide.store.Snapshot;
import dev.bide.store.StoreDown;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is true of the file only: its rights, its versions, its damages, its failures. */
@SuppressWarnings("NullAway.Init")
class SqliteFileTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path home;
  private Path file;

  @AfterEach
  void endAll() {
    Leftovers.end(home);
  }

  @BeforeEach
  void nameTheFile() {
    file = home.resolve("bide.db");
  }

  private static Job insert(SqliteStore store, String word, Map<String, String> environment) {
    JobSpec spec =
        new JobSpec(
            new Program.Argv(List.of("echo", word)), "/", null, "default", environment, 0022);
    return store.write(t -> t.insert(spec, UUID.randomUUID(), NOON));
  }

  private static Job insert(SqliteStore store) {
    return insert(store, "x", Map.of("PATH", "/bin"));
  }

  /** What another program could do to the file. */
  private void tamper(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  // --- opening

  @ParameterizedTest
  @ValueSource(strings = {"what?mode=memory", "100%20", "a#b", "a b", "ä 🚀", "a&b=c", "file:x"})
  void aHomeOfAnyNameHoldsItsFile(String name) throws Exception {
    Path odd = Files.createDirectory(home.resolve(name)).resolve("bide.db");
    try (SqliteStore store = SqliteStore.open(odd)) {
      insert(store);
    }

    assertThat(odd).exists();
    try (SqliteStore store = SqliteStore.open(odd)) {
      assertThat(store.read(Snapshot::newestNumber)).isEqualTo(1);
    }
    try (var entries = Files.list(home)) {
      assertThat(entries).hasSize(1);
    }
  }

  @Test
  void everyCommitWaitsForTheDisk() {
    try (SqliteStore store = SqliteStore.open(file);
        Session session = Session.writer(file)) {
      insert(store);
      // 2 is FULL: the journal is synced before a commit returns
      assertThat(session.list("pragma synchronous", row -> row.getInt(1))).containsExactly(2);
      assertThat(session.list("pragma journal_mode", row -> row.getString(1)))
          .containsExactly("wal");
    }
  }

  @Test
  void aCleanStopLeavesOneFileAndTheLibraryThatReadsIt() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.stoppedUncleanly()).isFalse();
      insert(store);
      store.read(Snapshot::newestNumber);
      assertThat(home.resolve("bide.db-wal")).exists();
    }

    try (var entries = Files.list(home)) {
      assertThat(entries).contains(file).isSubsetOf(file, home.resolve("lib"));
    }
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.stoppedUncleanly()).isFalse();
    }
  }

  @Test
  void aNewerVersionsFileIsRefusedAndLeftAsItIs() throws Exception {
    SqliteStore.open(file).close();
    tamper("insert into migration (number, checksum) values (99, 'x')");
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessage(
            file
                + " was written by a newer version of Bide (its tables have version 99, this one"
                + " knows "
                + new Migrations().newest()
                + "): start that version");

    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void theFirstVersionsFileIsBroughtUpToDateAndKeepsItsJobs() throws Exception {
    Home.createPrivateFile(file);
    Migrations migrations = new Migrations();
    try (Session session = Session.writer(file)) {
      migrations.apply(file, session, 1);
      session.update("insert into environment (id, digest, bytes) values (1, x'00', x'413d3100')");
      session.update(
          "insert into job (number, uuid, queue, state, not_before)"
              + " values (1, x'00112233445566778899aabbccddeeff', 'default', 'PENDING', 77)");
      session.update(
          "insert into spec (number, words, directory, umask, submitted_at, environment)"
              + " values (1, x'747275650a00', '/srv', 18, 5, 1)");
    }

    try (SqliteStore store = SqliteStore.open(file)) {
      Job kept = store.read(s -> s.job(1)).orElseThrow();
      assertThat(kept.program()).isEqualTo(new Program.Argv(List.of("true\n")));
      assertThat(kept.terms()).isEqualTo(Terms.NONE);
      assertThat(kept.status()).isEqualTo(new Status.Pending(Instant.ofEpochMilli(77), null, null));
      Map<String, String> environment = store.read(s -> s.environment(1));
      assertThat(environment).isEqualTo(Map.of("A", "1"));
      assertThat(store.read(Snapshot::schedules)).isEmpty();
      assertThat(insert(store).number()).isEqualTo(2);
    }
    assertThat(DatabaseFile.problems(file, true)).isEmpty();
  }

  @Test
  void aScheduleInATimeZoneThatIsNotKnownIsReadAsPausedAndSaysWhy() throws Exception {
    Schedule schedule =
        new Schedule(
            "far",
            JobSpec.of("true").with(Map.of()),
            new Timetable(
                CronTrigger.of("@daily"),
                ZoneId.of("Europe/Berlin"),
                null,
                null,
                MissedRunPolicy.ONCE,
                Duration.ofDays(1),
                1),
            OverlapPolicy.SKIP,
            Duration.ZERO,
            0,
            NOON,
            Schedule.Standing.from(NOON));
    try (SqliteStore store = SqliteStore.open(file)) {
      store.write(
          t -> {
            t.save(schedule);
            return true;
          });
    }
    tamper("update schedule set zone = 'Mars/Olympus'");

    try (SqliteStore store = SqliteStore.open(file)) {
      Schedule read = store.read(s -> s.schedule("far")).orElseThrow();
      assertThat(read.standing())
          .isEqualTo(
              new Schedule.Standing(NOON, true, "this Java knows no time zone Mars/Olympus", 0));
      assertThat(read.next()).isNull();
      assertThat(read.timetable().zoneName()).isEqualTo("Mars/Olympus");
      assertThat(store.read(Snapshot::schedules)).containsExactly(read);
      store.write(
          t -> {
            t.save(read);
            return true;
          });
      Schedule again = store.read(s -> s.schedule("far")).orElseThrow();
      assertThat(again).as("saving it keeps the zone").isEqualTo(read);
    }
  }

  @Test
  void anotherBuildsTablesAreRefused() throws Exception {
    SqliteStore.open(file).close();
    tamper("update migration set checksum = 'other'");

    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining(file + " was written by another version of Bide");
  }

  @Test
  void anotherProgramsDatabaseIsRefusedAndLeftAsItIs() throws Exception {
    tamper("create table bookmarks (url text)");

    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessage(file + " is a database of another program");
  }

  @Test
  void whatIsNoDatabaseIsRefused() throws Exception {
    Files.writeString(file, "Dear diary,\n".repeat(1000));

    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessageStartingWith(
            file + " is no database of Bide, or its beginning is damaged: stop the server and");
    assertThat(Files.readString(file)).startsWith("Dear diary");
  }

  @Test
  void aDirectoryInItsPlaceOrNoDirectoryAtAllIsSaid() throws Exception {
    Files.createDirectory(file);
    assertThatThrownBy(() -> SqliteStore.open(file))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining(file.toString());
    Path nowhere = home.resolve("no/such/bide.db");

    assertThatThrownBy(() -> SqliteStore.open(nowhere))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining(nowhere.toString());
  }

  // --- damage

  @Test
  void aDamagedFileIsSaidByWhoeverReadsTheDamage() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      for (int i = 0; i < 500; i++) {
        insert(store, "word " + i, Map.of("I", "" + i));
      }
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] noise = new byte[(int) bytes.length() - 8192];
      new Random(3).nextBytes(noise);
      bytes.seek(8192);
      bytes.write(noise);
    }

    assertThatThrownBy(
            () -> {
              try (SqliteStore store = SqliteStore.open(file)) {
                store.read(s -> s.jobs(JobFilter.ALL, null, 1000));
              }
            })
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining(file + " is damaged");
  }

  @Test
  void problemsAreFoundWhenLookedFor() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      for (int i = 0; i < 200; i++) {
        insert(store);
      }
      assertThat(store.problems()).isEmpty();
    }
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      // The last page is a leaf of some index or table.
      bytes.seek(bytes.length() - 4096);
      bytes.write(new byte[4096]);
    }

    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.problems()).isNotEmpty();
    }
  }

  @Test
  void damageThatAnUncleanStopLeftIsFoundInTheBackgroundAndNothingMoreIsWritten() throws Exception {
    Path copy = Files.createDirectory(home.resolve("copy")).resolve("bide.db");
    try (SqliteStore store = SqliteStore.open(file)) {
      store.recover(); // all of it in the file itself
      insert(store);
      for (String end : List.of("", "-wal")) {
        Files.copy(home.resolve("bide.db" + end), copy.resolveSibling("bide.db" + end));
      }
    }
    long root;
    try (Session session = Session.reader(file)) {
      // what is in the log too would come back from there: nothing here has made an attempt
      root =
          session
              .first(
                  "select rootpage from sqlite_schema where name = 'attempt'",
                  row -> row.getLong(1))
              .orElseThrow();
    }
    try (RandomAccessFile bytes = new RandomAccessFile(copy.toFile(), "rw")) {
      bytes.seek((root - 1) * 4096);
      bytes.write(new byte[4096]);
    }

    try (SqliteStore store = SqliteStore.open(copy)) {
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> store.write(transaction -> 0))
                      .isInstanceOf(StoreDown.class)
                      .hasMessageStartingWith(copy + " is damaged ("));
      assertThatThrownBy(store::recover).isInstanceOf(StoreDown.class);
      assertThat(store.read(Snapshot::newestNumber)).as("reading goes on").isEqualTo(1);
    }
  }

  // --- failure and recovery

  @Test
  void afterAFailureWritesAreRefusedUntilItIsRecoveredButReadingGoesOn() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      insert(store);
      tamper("alter table spec rename to elsewhere");

      assertThatThrownBy(() -> insert(store))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("no such table")
          .satisfies(e -> assertThat(((StoreDown) e).outcomeUnknown()).isFalse());
      tamper("alter table elsewhere rename to spec");
      assertThatThrownBy(() -> store.write(Snapshot::newestNumber))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining("no such table");
      assertThat(store.read(Snapshot::unfinished)).hasSize(1);

      store.recover();

      assertThat(insert(store).number()).isEqualTo(2);
    }
  }

  @Test
  void recoveringFailsWhileTheFileIsOutOfReach() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      insert(store);
      Path away = home.resolve("away.db");
      Files.move(file, away);

      assertThatThrownBy(store::recover)
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining(file + " was removed or replaced");

      Files.move(away, file);
      store.recover();
      assertThat(insert(store).number()).isEqualTo(2);
    }
  }

  @Test
  void nothingIsAcceptedIntoAFileThatWasRemovedOrReplaced() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      insert(store);
      Path away = home.resolve("away.db");
      Files.move(file, away);
      assertThatThrownBy(() -> insert(store))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining(file + " was removed or replaced");

      Files.copy(away, file);
      assertThatThrownBy(store::recover).isInstanceOf(StoreDown.class);
      assertThatThrownBy(() -> insert(store)).isInstanceOf(StoreDown.class);

      Files.move(away, file, StandardCopyOption.REPLACE_EXISTING);
      store.recover();
      assertThat(insert(store).number()).isEqualTo(2);
    }
  }

  @Test
  void whatWasAcceptedOutlivesTheRemovalOfTheWriteAheadLog() throws Exception {
    Path journal = home.resolve("bide.db-wal");
    try (SqliteStore store = SqliteStore.open(file)) {
      insert(store);
      assertThat(journal).isNotEmptyFile();
      Files.delete(journal);
      assertThatThrownBy(() -> insert(store))
          .isInstanceOf(StoreDown.class)
          .hasMessageContaining(journal + " was removed or replaced");

      store.recover();
      assertThat(insert(store).number()).isEqualTo(2);
    }
    try (SqliteStore store = SqliteStore.open(file)) {
      assertThat(store.read(Snapshot::unfinished)).hasSize(2);
    }
  }

  @Test
  void aFullDiskIsSaidNothingIsLostAndRoomBringsItBack() throws Exception {
    Path mount = Files.createDirectory(home.resolve("small"));
    Needed.check(
        Needed.succeeds("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", mount.toString()),
        "only root can mount a small disk");
    try {
      Path ballast = mount.resolve("ballast");
      Files.write(ballast, new byte[5 << 20]);
      Path small = mount.resolve("bide.db");
      List<Job> accepted = new ArrayList<>();
      try (SqliteStore store = SqliteStore.open(small)) {
        StoreDown down = fill(store, accepted);

        assertThat(down)
            .hasMessageContaining("the disk that holds " + small + " is full")
            .satisfies(e -> assertThat(e.outcomeUnknown()).isTrue());
        assertThat(store.read(Snapshot::unfinished)).isEqualTo(accepted);
        Files.delete(ballast);
        store.recover();
        assertThat(store.read(Snapshot::unfinished)).startsWith(accepted.toArray(new Job[0]));
        long newest = store.read(Snapshot::newestNumber);
        assertThat(newest).isBetween((long) accepted.size(), accepted.size() + 1L);
        assertThat(insert(store).number()).isEqualTo(newest + 1);
      }
      try (SqliteStore store = SqliteStore.open(small)) {
        assertThat(store.read(Snapshot::unfinished)).startsWith(accepted.toArray(new Job[0]));
        assertThat(store.problems()).isEmpty();
      }
    } finally {
      assertThat(Needed.succeeds("umount", mount.toString())).isTrue();
    }
  }

  private static StoreDown fill(SqliteStore store, List<Job> accepted) {
    while (true) {
      try {
        String large = UUID.randomUUID() + "x".repeat(100_000);
        accepted.add(insert(store, "x", Map.of("LARGE", large)));
      } catch (StoreDown e) {
        return e;
      }
    }
  }

  // --- another process

  /** Inserts for ever and prints each number once it is accepted. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      SqliteStore store = SqliteStore.open(Path.of(arguments[0]));
      while (true) {
        System.out.println(insert(store).number());
      }
    }
  }

  private Process writer(String umask, String temporary) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            "sh",
            "-c",
            "umask " + umask + "; exec \"$@\"",
            "sh",
            java,
            "-Dorg.sqlite.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void nothingThatWasAcceptedIsLostWhenTheWriterIsKilled() throws Exception {
    long accepted = 0;
    for (int round = 0; round < 3; round++) {
      Process writer = writer("022", home.toString());
      long last = 0;
      try (BufferedReader output = writer.inputReader(StandardCharsets.US_ASCII)) {
        for (int i = 0; i < 40 + round; i++) {
          last = number(output.readLine());
        }
        // By its handle: killed by itself, it would close the pipe before it was read to its end.
        writer.toHandle().destroyForcibly();
        String line;
        while ((line = output.readLine()) != null && !line.isEmpty()) {
          last = number(line);
        }
      }
      assertThat(writer.waitFor()).isEqualTo(128 + 9);
      assertThat(last).isGreaterThan(accepted);
      accepted = last;
      try (SqliteStore store = SqliteStore.open(file)) {
        assertThat(store.stoppedUncleanly()).isTrue();
        assertThat(Files.size(home.resolve("bide.db-wal"))).isLessThan(20_000);
        // One more may have been kept whose number was not yet printed, or only in part.
        long newest = store.read(Snapshot::newestNumber);
        assertThat(newest).isGreaterThanOrEqualTo(accepted);
        assertThat(store.read(Snapshot::unfinished)).hasSize((int) newest);
        assertThat(store.problems()).isEmpty();
      }
    }
  }

  private static long number(@Nullable String line) {
    assertThat(line).isNotNull();
    return Long.parseLong(String.valueOf(line));
  }

  @Test
  void aWriteAheadLogThatWasCutShortIsReadUpToTheCut() throws Exception {
    Path copy = Files.createDirectory(home.resolve("copy")).resolve("bide.db");
    long size;
    try (SqliteStore store = SqliteStore.open(file)) {
      for (int i = 0; i < 20; i++) {
        insert(store);
      }
      for (String end : List.of("", "-wal")) {
        Files.copy(
            home.resolve("bide.db" + end),
            copy.resolveSibling("bide.db" + end),
            StandardCopyOption.REPLACE_EXISTING);
      }
      size = Files.size(home.resolve("bide.db-wal"));
    }
    try (RandomAccessFile log =
        new RandomAccessFile(copy.resolveSibling("bide.db-wal").toFile(), "rw")) {
      log.setLength(size - 5000);
    }

    try (SqliteStore store = SqliteStore.open(copy)) {
      long newest = store.read(Snapshot::newestNumber);
      assertThat(newest).isBetween(10L, 19L);
      assertThat(store.read(Snapshot::unfinished)).hasSize((int) newest);
      assertThat(insert(store).number()).isEqualTo(newest + 1);
    }
  }

  @Test
  void theLibraryIsUnpackedOnceAndLeavesNothingInTheDirectoryForTemporaryFiles() throws Exception {
    Path temporary = Files.createDirectory(home.resolve("temporary"));
    for (int round = 0; round < 2; round++) {
      Process writer = writer("022", temporary.toString());
      try (BufferedReader output = writer.inputReader(StandardCharsets.US_ASCII)) {
        number(output.readLine());
      } finally {
        writer.destroyForcibly().waitFor();
      }
    }

    try (var left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
    try (var unpacked = Files.walk(home.resolve("lib")).filter(Files::isRegularFile)) {
      assertThat(unpacked)
          .singleElement()
          .satisfies(
              library ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(library)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void nobodyElseCanReadTheFilesWhateverTheUmask() throws Exception {
    Process writer = writer("000", home.toString());
    try (BufferedReader output = writer.inputReader(StandardCharsets.US_ASCII)) {
      number(output.readLine());
      for (String name : List.of("bide.db", "bide.db-wal", "bide.db-shm")) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name))))
            .as(name)
            .isEqualTo("rw-------");
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }
  }

  // --- cost

  @Test
  void noPageOfAnyFilterEverWalksOverAllJobs() {
    SqliteStore.open(file).close();
    try (Session session = Session.reader(file)) {
      for (Set<State> states :
          List.of(Set.<State>of(), Set.of(State.LOST), Set.of(State.FAILED, State.PENDING))) {
        for (String queue : new @Nullable String[] {null, "gpu"}) {
          for (boolean newestFirst : new boolean[] {true, false}) {
            JobFilter filter = new JobFilter(states, queue);
            List<String> plan =
                session.list(
                    "explain query plan " + SqliteSnapshot.pageSql(filter, newestFirst),
                    row -> row.getString("detail"));
            String index =
                queue != null
                    ? "job USING COVERING INDEX job_by_queue (queue=? AND state=? AND rowid"
                    : states.isEmpty()
                        ? "job USING INTEGER PRIMARY KEY (rowid"
                        : "job USING COVERING INDEX job_by_state (state=? AND rowid";
            assertThat(plan).as("%s", filter).anySatisfy(step -> assertThat(step).contains(index));
            assertThat(plan)
                .as("%s", filter)
                .noneMatch(step -> step.matches("SCAN (job|j|s|a|spec|attempt)\\b.*"));
          }
        }
      }
      assertThat(
              session.list(
                  "explain query plan select number from job where state in ('PENDING', 'RUNNING')",
                  row -> row.getString("detail")))
          .allSatisfy(step -> assertThat(step).contains("job_by_state"));
    }
  }
}
