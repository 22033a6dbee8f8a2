package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Bed.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server starts nothing more, and what runs goes on. */
class DrainTest {
  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  @BeforeEach
  void open() throws Exception {
    bed = Bed.open();
    bed.variables().put("NO_COLOR", "1");
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  @Test
  void what_runs_goes_on_and_what_is_added_waits_and_says_why() throws Exception {
    Path go = bed.directory().resolve("go");
    bed.type("add", "-c", "until test -e go; do sleep 0.05; done; exit 3");
    assertThat(bed.type("drain")).isEqualTo(new Said(0, "1 job still runs\n", ""));
    assertThat(bed.atTerminal("", "add", "true").out())
        .isEqualTo("2  waits: the server was told to start nothing more until it is restarted\n");
    assertThat(bed.type("show", "2").out()).contains("reason: DRAINING\n");
    assertThat(bed.atTerminal("", "status").out()).contains("nothing new starts: drained");
    Files.createFile(go);
    assertThat(bed.type("wait", "1").code()).isEqualTo(3);
    assertThat(bed.type("drain").out()).isEqualTo("nothing runs any more\n");
    assertThat(bed.type("ls", "--state", "PENDING").out()).startsWith("2\tPENDING");
  }

  @Test
  void to_wait_is_to_be_told_when_the_last_has_ended() throws Exception {
    bed.type("add", "-c", "until test -e go; do sleep 0.05; done");
    bed.type("add", "-c", "until test -e go; do sleep 0.05; done");
    CompletableFuture<Said> waits =
        CompletableFuture.supplyAsync(() -> bed.type("drain", "--wait"));
    Awaitility.await().until(() -> bed.type("status").out().contains("draining: true"));
    assertThat(bed.type("wait", "--timeout", "1s", "1").code()).isEqualTo(124);
    assertThat(waits).isNotDone();
    Files.createFile(bed.directory().resolve("go"));
    assertThat(waits.get(30, TimeUnit.SECONDS))
        .isEqualTo(new Said(0, "2 jobs still run\nnothing runs any more\n", ""));
  }

  @Test
  void a_restart_undoes_it() throws Exception {
    bed.type("drain");
    bed.type("add", "true");
    bed.stopServer();
    bed.startServer();
    assertThat(bed.type("wait", "1").code()).isZero();
    assertThat(bed.type("status").out()).contains("draining: false");
  }

  @Test
  void without_a_server_it_says_so_and_starts_none() {
    bed.stopServer();
    Said said = bed.type("drain", "--wait");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .isEqualTo("bide: no server runs for " + bed.home() + ": nothing starts there\n");
  }
}
