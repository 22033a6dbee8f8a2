package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.JobSpec;
import dev.bide.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The thread that decides, when something happens to it that nobody foresaw. */
@Timeout(60)
class EngineThreadTest {
  @Test
  void aMachineWithoutMoreThreadsOrClassesEndsNotTheThreadThatDecides(@TempDir Path home)
      throws Exception {
    ScriptedRunner runner = new ScriptedRunner();
    Deque<Error> faults =
        new ArrayDeque<>(
            List.of(
                new OutOfMemoryError("unable to create native thread"),
                new NoClassDefFoundError("org/sqlite/SQLiteErrorCode")));
    runner.onStart =
        launch -> {
          if (!faults.isEmpty()) {
            throw faults.remove();
          }
        };
    try (SqliteStore store = SqliteStore.open(home.resolve("bide.db"));
        Engine engine =
            new Engine(
                store,
                runner,
                Clock.systemUTC(),
                UUID::randomUUID,
                () -> false,
                Duration.ZERO,
                Runnable::run,
                event -> {})) {
      engine.start();

      for (int job = 0; job < 2; job++) {
        JobSpec spec = JobSpec.of("true").in("/").with(Map.of("PATH", "/bin"));
        engine.ask(new Command.Submit(List.of(spec), null)).get(30, TimeUnit.SECONDS);
        Awaitility.await().until(() -> engine.down() == null);
      }

      assertThat(faults).isEmpty();
      Awaitility.await().untilAsserted(() -> assertThat(runner.adopted).hasSize(2));
    }
  }
}
