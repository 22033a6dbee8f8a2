package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that not even SIGKILL ends, since they wait in the kernel: for a network file system
 * that does not answer or, here, for one that is frozen. Only root can freeze one.
 */
class StuckProcessTest {
  @TempDir Path directory;
  private SmallDisk disk;
  private RunnerHome bench;

  @BeforeEach
  void mount() throws Exception {
    disk = new SmallDisk(directory);
    bench = new RunnerHome(Files.createDirectory(directory.resolve("home")));
    assertThat(disk.freeze()).isTrue();
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      try {
        disk.thaw();
        bench.close();
      } finally {
        disk.unmount();
      }
    }
  }

  @Test
  void areNamedAndEndWhenTheyCan() throws Exception {
    String stuck = "exec 2>/dev/null; >" + disk.path() + "/";
    AttemptId itself = bench.shell("echo $$; " + stuck + "itself");
    AttemptId child = bench.shell("(" + stuck + "child) & echo $!; wait");
    ProcessIdentity first = bench.news().await(itself, News.Started.class).process();
    bench.news().await(child, News.Started.class);
    await().until(() -> bench.log(child).endsWith("\n"));
    long second = Long.parseLong(bench.log(child).strip());
    await().until(() -> hangs(first.pid()) && hangs(second));
    bench.runner().stop(itself, Duration.ZERO);
    bench.runner().stop(child, Duration.ZERO);

    assertThat(bench.end(child).code()).isEqualTo(137);
    assertThat(bench.end(child).left()).extracting(ProcessIdentity::pid).containsExactly(second);
    assertThat(bench.news().await(itself, News.Unreachable.class).message())
        .isEqualTo("1 process of it does not end, even by SIGKILL: " + first.pid());
    assertThat(bench.runner().recorded(itself)).isEmpty();

    assertThat(disk.thaw()).isTrue();
    assertThat(bench.end(itself).code()).isEqualTo(137);
    assertThat(bench.end(itself).left()).isEmpty();
  }

  private static boolean hangs(long pid) {
    return ProcessTable.stat(pid).filter(stat -> stat.state() == 'D').isPresent();
  }
}
