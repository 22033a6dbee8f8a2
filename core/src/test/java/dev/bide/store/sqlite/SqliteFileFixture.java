package dev.bide.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Leftovers;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A database in a home of its own, and what another program or process does to it. */
@SuppressWarnings("NullAway.Init")
abstract class SqliteFileFixture {
  static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path home;

  Path file;

  @AfterEach
  void endAll() {
    Leftovers.end(home);
  }

  @BeforeEach
  void nameTheFile() {
    file = home.resolve("bide.db");
  }

  static Job insert(SqliteStore store, String word, Map<String, String> environment) {
    JobSpec spec =
        new JobSpec(
            new Program.Argv(List.of("echo", word)), "/", null, "default", environment, 0022);
    return store.write(t -> t.insert(spec, UUID.randomUUID(), NOON));
  }

  static Job insert(SqliteStore store) {
    return insert(store, "x", Map.of("PATH", "/bin"));
  }

  /** What another program could do to the file. */
  void tamper(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

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

  Process writer(String umask, String temporary) throws IOException {
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

  static long number(@Nullable String line) {
    assertThat(line).isNotNull();
    return Long.parseLong(String.valueOf(line));
  }
}
