package dev.bide.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.store.Home;
import dev.bide.store.StoreDown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies are of one moment, and looking changes nothing. */
@SuppressWarnings("NullAway.Init")
class DatabaseFileTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00.123Z");
  private static final JobSpec SPEC =
      new JobSpec(
          new Program.Argv(List.of("true")), "/", null, "default", Map.of("PATH", "/bin"), 0022);

  @TempDir Path home;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = home.resolve("bide.db");
  }

  /** Two jobs in one transaction: no moment has an odd number. */
  private static void insertTwo(SqliteStore store) {
    store.write(
        transaction -> {
          transaction.insert(SPEC, UUID.randomUUID(), NOON);
          return transaction.insert(SPEC, UUID.randomUUID(), NOON);
        });
  }

  private Path empty(String name) throws IOException {
    Path copy = home.resolve(name);
    Home.createPrivateFile(copy);
    return copy;
  }

  @Test
  void aCopyIsOfOneMomentWhileOthersWrite() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    try (SqliteStore store = SqliteStore.open(file)) {
      insertTwo(store);
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                while (!enough.get()) {
                  insertTwo(store);
                }
              });
      try {
        for (int i = 0; i < 5; i++) {
          Path copy = empty("copy" + i);
          store.copy(copy);
          DatabaseFile.Facts facts = DatabaseFile.facts(copy);
          assertThat(facts.jobs()).isPositive().isEven();
          assertThat(facts.waiting()).isEqualTo(facts.jobs());
          assertThat(facts.newest()).isEqualTo(NOON);
          assertThat(DatabaseFile.problems(copy, true)).isEmpty();
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
              .isEqualTo("rw-------");
        }
      } finally {
        enough.set(true);
        writing.join();
      }
      insertTwo(store);
      assertThat(store.problems()).as("the store goes on").isEmpty();
    }
  }

  @Test
  void aCopyReplacesNothing() throws Exception {
    Path dear = Files.writeString(home.resolve("dear"), "dear");
    try (SqliteStore store = SqliteStore.open(file)) {
      insertTwo(store);
      assertThatThrownBy(() -> store.copy(dear)).isInstanceOf(StoreDown.class);
      insertTwo(store);
    }
    assertThat(dear).hasContent("dear");
  }

  @Test
  void lookingLeavesNothingBesideAFileThatWasClosed() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      insertTwo(store);
    }
    byte[] before = Files.readAllBytes(file);
    assertThat(DatabaseFile.facts(file).jobs()).isEqualTo(2);
    assertThat(DatabaseFile.problems(file, true)).isEmpty();
    try (Stream<Path> files = Files.list(home)) {
      // the library that reads it is unpacked once per process
      assertThat(files.map(path -> path.getFileName().toString()).filter(x -> !x.equals("lib")))
          .containsExactly("bide.db");
    }
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void whatANewerVersionOrAnotherProgramWroteIsRefused() throws Exception {
    try (SqliteStore store = SqliteStore.open(file)) {
      insertTwo(store);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("insert into migration values (999, 'x')");
    }
    assertThatThrownBy(() -> DatabaseFile.facts(file))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining("a newer version of Bide");
    Path other = home.resolve("other.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + other);
        Statement statement = connection.createStatement()) {
      statement.execute("create table cake (crumbs)");
    }
    assertThatThrownBy(() -> DatabaseFile.facts(other))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining("another program");
  }
}
