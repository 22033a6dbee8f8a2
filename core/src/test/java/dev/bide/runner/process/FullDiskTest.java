package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.AttemptId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full to the last byte: on a file system of its own, so only root runs it. */
class FullDiskTest {
  @TempDir Path directory;
  private SmallDisk disk;
  private Path home;
  private RunnerHome bench;

  @BeforeEach
  void mount() throws Exception {
    disk = new SmallDisk(directory);
    home = disk.path();
    bench = new RunnerHome(home);
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      try {
        bench.close();
      } finally {
        disk.unmount();
      }
    }
  }

  private void fill() {
    try (OutputStream out = Files.newOutputStream(home.resolve("ballast"))) {
      byte[] block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left on device");
    }
  }

  @Test
  void theCodeOfWhatRunsIsRecordedAndWhatCannotStartIsTheMachinesFault() throws Exception {
    Path go = directory.resolve("go");
    AttemptId running = bench.shell("while [ ! -e " + go + " ]; do sleep 0.02; done; exit 9");
    bench.news().await(running, News.Started.class);
    fill();
    AttemptId refused = bench.shell("echo ran >" + directory.resolve("ran"));
    News.NotStarted told = bench.news().await(refused, News.NotStarted.class);
    assertThat(told.commandsFault()).isFalse();
    assertThat(told.message()).contains("No space left on device");
    assertThat(directory.resolve("ran")).doesNotExist();
    Files.createFile(go);
    assertThat(bench.end(running).code()).isEqualTo(9);
    assertThat(bench.runner().recorded(running).orElseThrow().code()).isEqualTo(9);
    Files.delete(home.resolve("ballast"));
    assertThat(bench.end(bench.shell("exit 3")).code()).isEqualTo(3);
  }
}
