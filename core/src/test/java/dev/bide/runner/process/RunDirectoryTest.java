package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Unhurried;
import dev.bide.job.AttemptId;
import dev.bide.job.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of an attempt: whose they are, what they hold, and how they go. */
class RunDirectoryTest {
  @TempDir Path home;
  private RunnerHome bench;

  @BeforeEach
  void open() {
    bench = new RunnerHome(home);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void fourFilesAreInItAndOnlyItsOwnerReadsThem() throws IOException {
    AttemptId attempt = bench.shell("umask 0; echo text");
    bench.end(attempt);
    Path directory = bench.runner().directory(attempt);
    assertThat(directory)
        .isEqualTo(
            home.resolve("runs")
                .resolve(attempt.number() + "-" + attempt.uuid().toString().substring(0, 8))
                .resolve("1"));
    assertThat(mode(directory)).isEqualTo("rwx------");
    assertThat(mode(directory.resolve(".."))).isEqualTo("rwx------");
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("job", "log", "pid", "exit");
    }
    for (String name : new String[] {"job", "log", "pid", "exit"}) {
      assertThat(mode(directory.resolve(name))).as(name).isEqualTo("rw-------");
    }
    assertThat(mode(home.resolve("exits"))).isEqualTo("rw-------");
    assertThat(mode(home.resolve("lib"))).isEqualTo("rwx------");
  }

  @Test
  void theScriptRunsAgainByHand() throws Exception {
    AttemptId attempt = bench.shell("echo \"$BIDE_JOB_NUMBER in $(pwd)\"; exit 3");
    bench.end(attempt);
    Process byHand =
        new ProcessBuilder("sh", "job")
            .directory(bench.runner().directory(attempt).toFile())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(byHand.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(byHand.waitFor(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(byHand.exitValue()).isEqualTo(3);
    assertThat(said).isEqualTo(bench.log(attempt));
    assertThat(Files.readString(bench.file(attempt, "job")))
        .startsWith("#!/bin/sh\n# Bide job, format 1\n# Job 1, attempt 1: ");
  }

  @Test
  void aNewlineInACommandStaysInItsComment() throws IOException {
    AttemptId attempt = bench.start("printf", "%s", "a\n\r\necho injected\n");
    assertThat(bench.end(attempt).code()).isZero();
    assertThat(bench.log(attempt)).isEqualTo("a\n\r\necho injected\n");
  }

  @Test
  void theSameAttemptIsNeverStartedTwice() throws IOException {
    AttemptId attempt = bench.shell("echo ran; exit 5");
    bench.end(attempt);
    bench.start(
        attempt,
        new dev.bide.job.Program.ShellLine("echo ran again"),
        home.toString(),
        RunnerHome.PATH);
    Awaitility.await().until(() -> bench.news().of(attempt).size() == 4);
    assertThat(bench.log(attempt)).isEqualTo("ran\n");
    assertThat(((News.Exited) bench.news().of(attempt).get(3)).exit().code()).isEqualTo(5);
  }

  @Test
  void recordedSaysHowItEndedAndNothingBefore() throws IOException {
    AttemptId attempt = bench.shell("while [ ! -e " + home + "/go ]; do sleep 0.02; done; echo ok");
    bench.news().await(attempt, News.Started.class);
    assertThat(bench.runner().recorded(attempt)).isEmpty();
    assertThat(bench.runner().recorded(bench.nextAttempt())).isEmpty();
    Files.createFile(home.resolve("go"));
    assertThat(bench.end(attempt)).isEqualTo(bench.runner().recorded(attempt).orElseThrow());
  }

  @Test
  void removingAJobTakesItsFilesAndFollowsNoLink() throws IOException {
    Path precious = Files.createDirectory(home.resolve("precious"));
    Files.writeString(precious.resolve("file"), "precious");
    AttemptId attempt =
        bench.shell(
            "cd \"$BIDE_HOME/runs/\"$BIDE_JOB_NUMBER-*/1; ln -s "
                + precious
                + " link; ln -sf "
                + precious
                + "/file log; mkdir -p deep/er; : >deep/er/file; chmod 000 deep/er");
    bench.end(attempt);
    bench.runner().remove(attempt);
    Path ofJob = home.resolve("runs").resolve(RunDirectory.ofJob(attempt));
    Awaitility.await().until(() -> !Files.exists(ofJob));
    assertThat(precious.resolve("file")).hasContent("precious");
  }

  @Test
  void aLogThatBecameALinkOrAPipeIsNotRead() throws IOException {
    Files.writeString(home.resolve("token"), "secret\n");
    for (String replacement : new String[] {"ln -s " + home + "/token log", "mkfifo log"}) {
      AttemptId attempt =
          bench.shell(
              "cd \"$BIDE_HOME/runs/\"$BIDE_JOB_NUMBER-*/1; rm log; " + replacement + "; exit 2");
      var exit = bench.end(attempt);
      assertThat(exit.code()).isEqualTo(2);
      assertThat(exit.lastLine()).isNull();
      assertThat(exit.logSize()).isZero();
    }
  }

  @Test
  void theDirectoryMayGoWhileTheCommandRuns() throws IOException {
    AttemptId attempt = bench.shell("while [ ! -e " + home + "/go ]; do sleep 0.02; done; exit 4");
    bench.news().await(attempt, News.Started.class);
    new Removal(home.resolve("runs")).remove(RunDirectory.ofJob(attempt));
    Files.createFile(home.resolve("go"));
    assertThat(bench.end(attempt).code()).isEqualTo(4);
    assertThat(bench.end(bench.shell("exit 6")).code()).isEqualTo(6);
  }

  @Test
  void aCommandThatRemovesItsOwnDirectoryAtOnceHasStartedAndEnded() throws IOException {
    for (int round = 0; round < 20; round++) {
      Path ledger = home.resolve("ledger" + round);
      AttemptId attempt =
          bench.shell(
              "rm -rf \"$BIDE_HOME/runs/\"$BIDE_JOB_NUMBER-*; echo ran >>" + ledger + "; exit 5");
      bench.news().awaitEnd(attempt);
      assertThat(bench.news().of(attempt))
          .as("round " + round)
          .extracting(item -> item.getClass().getSimpleName())
          .containsExactly("Started", "Exited");
      assertThat(bench.end(attempt).code()).isEqualTo(5);
      assertThat(ledger).hasContent("ran\n");
    }
  }

  @Test
  void aCommandThatRemovesItsFenceAndKillsItsLauncherRunsOnce() throws IOException {
    Path ledger = home.resolve("ledger");
    AttemptId attempt =
        bench.shell(
            "cd \"$BIDE_HOME/runs/\"$BIDE_JOB_NUMBER-*/1; rm pid; echo ran >>"
                + ledger
                + "; kill -9 $PPID; exit 5");
    assertThat(bench.news().await(attempt, News.Lost.class).why()).isEqualTo(Reason.UNKNOWN_EXIT);
    assertThat(ledger).hasContent("ran\n");
  }

  @Test
  void aCommandThatPutsALinkInPlaceOfItsDirectoryKeepsTheCodeItsLauncherSaw() throws IOException {
    for (int round = 0; round < 5; round++) {
      AttemptId attempt =
          bench.shell(
              "cd \"$BIDE_HOME/runs/\"$BIDE_JOB_NUMBER-*; mv 1 away; ln -s \"$BIDE_HOME\" 1; exit 5");
      assertThat(bench.end(attempt).code()).isEqualTo(5);
    }
  }

  @Test
  void aRecordThatItsCommandHasEmptiedIsStillKnown() throws IOException {
    AttemptId attempt =
        bench.shell("cd \"$BIDE_HOME/runs/\"$BIDE_JOB_NUMBER-*/1; : >pid; kill -9 $PPID; exit 5");
    assertThat(bench.news().await(attempt, News.Lost.class).why()).isEqualTo(Reason.UNKNOWN_EXIT);
    assertThat(bench.news().of(attempt).get(0)).isInstanceOf(News.Started.class);
  }

  @Test
  void onlyAWholeRecordIsACode() {
    assertThat(RunDirectory.exitCode("0                   \n")).hasValue(0);
    assertThat(RunDirectory.exitCode("255                 \n   ")).hasValue(255);
    assertThat(RunDirectory.exitCode("256                 \n")).isEmpty();
    assertThat(RunDirectory.exitCode("0                   ")).isEmpty();
    assertThat(RunDirectory.exitCode("                    \n")).isEmpty();
    assertThat(RunDirectory.exitCode("-1                  \n")).isEmpty();
    assertThat(RunDirectory.exitCode("")).isEmpty();
  }
}
