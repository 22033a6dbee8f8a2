package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Shell.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The server as it is started by hand, with something behind its output. */
class ServeInAPipeTest {
  @Test
  void a_server_whose_output_nobody_reads_runs_jobs_and_stops_when_told() throws Exception {
    try (Shell shell = new Shell()) {
      Running server = shell.start("mkfifo said; exec 3<>said; ebide serve >&3 2>&3");
      Awaitility.await().until(() -> shell.server() != null);
      Awaitility.await().until(() -> shell.type("bide --no-start status").code() == 0);
      shell.type(
          "dd if=/dev/zero of=said oflag=nonblock bs=1 count=200000 2>dd; grep -q 'Resource temporarily' dd");
      Path runs = shell.home().resolve("runs");
      Files.delete(runs); // each start that fails is logged
      String number = shell.type("bide add echo done").out().strip();
      Awaitility.await()
          .until(() -> shell.type("bide show " + number).out().contains("NODE_TROUBLE"));
      assertThat(shell.type("bide show " + number).out())
          .contains("message: it could not be started: ");
      Files.createDirectory(
          runs, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      assertThat(shell.type("bide wait " + number).code()).isZero();
      assertThat(shell.type("bide logs " + number).out()).isEqualTo("done\n");
      server.signal("TERM");
      assertThat(server.end().code()).isZero();
    }
  }
}
