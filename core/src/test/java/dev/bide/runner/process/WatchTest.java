package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look does that comes after something could not be told. */
class WatchTest {
  @TempDir Path runs;
  private final News news = new News();
  private final Stopping stopping = new Stopping(Cgroups.NONE);
  private Watch watch;

  @BeforeEach
  void open() {
    watch = watching("boot", news, stopping);
  }

  /** Without launchers: nobody starts anything here. */
  static Watch watching(String bootId, News news, Stopping stopping) {
    LauncherPool launchers = null;
    return new Watch(
        bootId,
        news,
        launchers,
        stopping,
        Cgroups.NONE,
        Runnable::run,
        disk -> {},
        Clock.systemUTC());
  }

  @AfterEach
  void close() {
    stopping.close();
  }

  /** As when there were no file descriptors for its log when the last of its processes ended. */
  @Test
  void anEndingOfAStoppedAttemptThatCouldNotBeToldIsToldLater() throws IOException {
    AttemptId id = new AttemptId(1, UUID.randomUUID(), 1);
    OpenAttempt attempt =
        new OpenAttempt(id, new RunDirectory(runs, id), OpenAttempt.Stage.STARTED, Instant.EPOCH);
    Files.createDirectories(attempt.directory().path());
    attempt.record = new ProcessRecord.Runs(new ProcessIdentity(1, 1, "boot"), null);
    attempt.grace = Duration.ZERO;
    attempt.exit = new RunDirectory.RecordedExit(143, Instant.EPOCH);
    assertThat(watch.add(attempt)).isTrue();

    attempt.attended = true;
    watch.check(attempt);
    assertThat(news.of(id)).as("its processes are still being ended").isEmpty();

    attempt.hunted = true;
    watch.check(attempt);
    assertThat(((News.Exited) news.of(id).get(0)).exit().code()).isEqualTo(143);
    assertThat(watch.all()).isEmpty();
  }
}
