package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.job.AttemptId;
import dev.bide.job.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A launcher may be killed at any moment: nothing runs twice, nothing is guessed. */
class LauncherDeathTest {
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

  private ProcessHandle launcherOf(AttemptId attempt) throws IOException {
    String[] record = Files.readString(bench.file(attempt, "pid")).split(" ", -1);
    return ProcessHandle.of(Long.parseLong(record[2].split(":", -1)[0])).orElseThrow();
  }

  private String untilGo() {
    return "echo begin; while [ ! -e " + home + "/go ]; do sleep 0.02; done; echo end; exit 4";
  }

  @Test
  void theCommandGoesOnItsLogIsWholeAndItsEndIsUnknown() throws IOException {
    AttemptId attempt = bench.shell(untilGo());
    bench.news().await(attempt, News.Started.class);
    launcherOf(attempt).destroyForcibly();
    // another runs meanwhile
    assertThat(bench.end(bench.shell("exit 2")).code()).isEqualTo(2);
    News.Unreachable told = bench.news().await(attempt, News.Unreachable.class);
    assertThat(told.message()).isEqualTo(Report.NOBODY_WAITS);
    assertThat(told.lastSeenAt()).isNotNull();
    assertThat(bench.news().of(attempt)).as("it is not taken for ended").hasSize(2);
    Files.createFile(home.resolve("go"));
    News.Lost lost = bench.news().await(attempt, News.Lost.class);
    assertThat(lost.why()).isEqualTo(Reason.UNKNOWN_EXIT);
    assertThat(bench.log(attempt)).isEqualTo("begin\nend\n");
  }

  @Test
  void signalsToALauncherDoNotCostTheCode() throws Exception {
    AttemptId attempt = bench.shell(untilGo());
    bench.news().await(attempt, News.Started.class);
    long launcher = launcherOf(attempt).pid();
    for (String signal : List.of("HUP", "INT", "QUIT", "TERM", "USR1", "PIPE")) {
      new ProcessBuilder("kill", "-" + signal, "" + launcher).start().waitFor();
    }
    Files.createFile(home.resolve("go"));
    assertThat(bench.end(attempt).code()).isEqualTo(4);
  }

  @Test
  void aCommandThatKillsItsGroupAndParentIsStillRecorded() {
    assertThat(bench.end(bench.shell("kill -9 0")).code()).isEqualTo(137);
    assertThat(bench.end(bench.shell("trap 'exit 9' TERM; kill -TERM 0")).code()).isEqualTo(9);
  }

  @Test
  void aLauncherThatIsStoppedIsWokenWhenItsCommandIsOver() throws IOException {
    AttemptId attempt = bench.shell("kill -STOP $PPID; exit 4");
    assertThat(bench.end(attempt).code()).isEqualTo(4);
  }

  @Test
  void theScriptOfLaunchersMayBeDeletedWhileAServerRuns() throws IOException {
    try (var scripts = Files.list(home.resolve("lib"))) {
      for (Path script : scripts.toList()) {
        Files.delete(script);
      }
    }
    Files.delete(home.resolve("lib"));
    assertThat(bench.end(bench.shell("exit 3")).code()).isEqualTo(3);
  }

  @Test
  void idleLaunchersThatDieAreReplaced() throws IOException {
    AttemptId first = bench.shell("exit 0");
    bench.end(first);
    ProcessHandle launcher = launcherOf(first);
    launcher.destroyForcibly();
    AttemptId second = bench.shell("exit 3");
    assertThat(bench.end(second).code()).isEqualTo(3);
    await().until(() -> !launcher.isAlive());
    assertThat(launcherOf(second).pid()).isNotEqualTo(launcher.pid());
  }

  @Test
  void whereverALauncherDiesNothingRunsTwiceAndNothingIsForgotten() throws IOException {
    int lost = 0;
    for (int round = 0; round < 40; round++) {
      Path ledger = home.resolve("ledger" + round);
      AttemptId before = bench.shell("exit 0");
      bench.end(before);
      ProcessHandle launcher = launcherOf(before);
      AttemptId attempt = bench.shell("echo ran >>" + ledger + "; exit 5");
      long until = System.nanoTime() + Duration.ofMillis(round).toNanos() / 4;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      launcher.destroyForcibly();
      bench.news().awaitEnd(attempt);
      List<News.Item> told = new ArrayList<>(bench.news().of(attempt));
      News.Item end = told.get(told.size() - 1);
      if (end instanceof News.Exited exited) {
        assertThat(exited.exit().code()).isEqualTo(5);
        assertThat(ledger).hasContent("ran\n");
      } else {
        assertThat(end).isInstanceOf(News.Lost.class);
        assertThat(ledger).hasContent("ran\n");
        lost++;
      }
    }
    assertThat(lost).isLessThan(40);
  }

  @Test
  void aLauncherThatWasNotHeardAndCannotRecordIsSentAwayAndTheEndIsUnknown() throws IOException {
    AttemptId attempt =
        bench.shell(
            "while [ ! -e go ]; do sleep 0.02; done; "
                + "cd \"$BIDE_HOME/runs/$BIDE_JOB_NUMBER-${BIDE_JOB_UUID%%-*}/1\" && rm exit && "
                + "mkfifo exit && printf rubbish >>\"$BIDE_HOME/exits\"; exit 4");
    bench.news().await(attempt, News.Started.class);
    Files.createFile(home.resolve("go"));
    News.Lost lost = bench.news().await(attempt, News.Lost.class);
    assertThat(lost.why()).isEqualTo(Reason.UNKNOWN_EXIT);
    assertThat(bench.end(bench.shell("exit 2")).code()).isEqualTo(2);
  }
}
