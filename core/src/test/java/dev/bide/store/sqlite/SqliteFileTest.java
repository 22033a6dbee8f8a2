package dev.bide.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.State;
import dev.bide.store.JobFilter;
import dev.bide.store.Snapshot;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is true of the file only: its name, its rights, what it leaves behind, how it is read. */
class SqliteFileTest extends SqliteFileFixture {
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
