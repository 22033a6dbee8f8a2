package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Leftovers;
import dev.bide.cli.Shell.Running;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A test that fails halfway leaves no process and no file: what ends its homes ends everything. */
class NothingLeftTest {
  @Test
  void the_jobs_of_a_killed_server_end_with_the_shell() throws Exception {
    Path directory;
    try (Shell shell = new Shell()) {
      directory = shell.directory();
      Running serve = shell.start("ebide serve");
      serve.awaitOut("page  ");
      shell.type("bide add sleep 300");
      Awaitility.await()
          .untilAsserted(() -> assertThat(shell.type("bide show 1").out()).contains("\npid: "));
      shell.killServer();
      assertThat(Leftovers.of(directory)).as("launcher and job").hasSizeGreaterThanOrEqualTo(2);
    }
    assertThat(Leftovers.of(directory)).isEmpty();
    assertThat(directory).doesNotExist();
  }

  @Test
  void the_jobs_between_two_servers_end_with_the_bed() throws Exception {
    Path directory;
    try (Bed bed = Bed.open()) {
      directory = bed.directory();
      bed.type("add", "sleep", "300");
      Awaitility.await().until(() -> bed.type("show", "1").out().contains("\npid: "));
      bed.stopServer();
      assertThat(Leftovers.of(directory)).isNotEmpty();
    }
    assertThat(Leftovers.of(directory)).isEmpty();
    assertThat(directory).doesNotExist();
  }
}
