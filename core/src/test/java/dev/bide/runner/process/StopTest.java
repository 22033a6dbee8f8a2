package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessMarks;
import dev.bide.runner.Runner.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopping ends every process of an attempt, and none of anybody else. */
class StopTest {
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

  /** Starts a line that writes the pids of its processes, one a line, and then `ready`. */
  private AttemptId startAndWait(String line) {
    AttemptId attempt = bench.shell(line);
    await().until(() -> text(attempt).contains("ready\n"));
    return attempt;
  }

  private String text(AttemptId attempt) {
    try {
      Path log = bench.file(attempt, "log");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private List<Long> pids(AttemptId attempt) {
    List<Long> pids = new ArrayList<>();
    for (String line : text(attempt).split("\n", -1)) {
      if (line.matches("[0-9]+")) {
        pids.add(Long.valueOf(line));
      }
    }
    return pids;
  }

  private static void assertGone(List<Long> pids) {
    assertThat(pids).isNotEmpty();
    await()
        .untilAsserted(
            () ->
                assertThat(pids)
                    .noneMatch(
                        pid -> ProcessTable.stat(pid).filter(ProcessTable.Stat::runs).isPresent()));
  }

  @Test
  void aCommandThatMindsIsAskedToEnd() {
    AttemptId attempt =
        startAndWait(
            "trap 'echo bye; exit 9' TERM; echo $$; echo ready; while :; do sleep 0.05; done");
    bench.runner().stop(attempt, Duration.ofSeconds(20));
    assertThat(bench.end(attempt).code()).isEqualTo(9);
    assertThat(bench.end(attempt).lastLine()).isEqualTo("bye");
    assertGone(pids(attempt));
  }

  @Test
  void aCommandThatIgnoresTermIsKilledAfterTheGrace() {
    AttemptId attempt =
        startAndWait("trap '' TERM; echo $$; echo ready; while :; do sleep 0.05; done");
    bench.runner().stop(attempt, Duration.ofMillis(300));
    assertThat(bench.end(attempt).code()).isEqualTo(137);
    assertGone(pids(attempt));
  }

  @Test
  void aSecondStopWithoutGraceDoesNotWaitForTheFirst() {
    AttemptId attempt =
        startAndWait("trap '' TERM; echo $$; echo ready; while :; do sleep 0.05; done");
    bench.runner().stop(attempt, Duration.ofHours(1));
    bench.runner().stop(attempt, Duration.ZERO);
    assertThat(bench.end(attempt).code()).isEqualTo(137);
  }

  @Test
  void aStoppedCommandIsWokenSoThatItHearsThatItIsAsked() {
    AttemptId attempt =
        startAndWait(
            "trap 'echo bye; exit 9' TERM; echo $$; echo ready; kill -STOP $$;"
                + " while :; do sleep 0.05; done");
    long pid = pids(attempt).get(0);
    await().until(() -> ProcessTable.stat(pid).orElseThrow().state() == 'T');
    bench.runner().stop(attempt, Duration.ofSeconds(60));
    assertThat(bench.end(attempt).code()).isEqualTo(9);
    assertGone(pids(attempt));
  }

  @Test
  void aStoppedCommandThatIgnoresTermIsKilled() {
    AttemptId attempt =
        startAndWait(
            "trap '' TERM; echo $$; echo ready; while :; do kill -STOP $$; sleep 0.05; done");
    bench.runner().stop(attempt, Duration.ofMillis(100));
    assertThat(bench.end(attempt).code()).isEqualTo(137);
  }

  @Test
  void aProcessWhoseFirstThreadHasEndedIsEnded() {
    AttemptId attempt =
        bench.start(
            "python3",
            "-c",
            """
            import ctypes, os, threading, time
            def other():
              stat = '/proc/%d/stat' % os.getpid()
              while open(stat).read().rsplit(')')[-1].split()[0] != 'Z': time.sleep(.01)
              print(os.getpid(), 'ready', sep='\\n')
              time.sleep(1000)
            threading.Thread(target=other).start()
            time.sleep(.1)
            ctypes.CDLL(None).pthread_exit(None)
            """);
    await().until(() -> text(attempt).contains("ready\n"));
    bench.runner().stop(attempt, Duration.ofSeconds(20));
    assertThat(bench.end(attempt).code()).isEqualTo(143);
    assertGone(pids(attempt));
  }

  @Test
  void childrenThatOutliveTheCommandAreEndedToo() {
    AttemptId attempt =
        startAndWait(
            "(trap '' TERM; sleep 300 & echo $!; wait; sleep 300) & echo $!;"
                + " setsid sh -c 'echo $$; trap \"\" TERM; echo ready; sleep 300; sleep 300' &"
                + " (sh -c 'sleep 301 & echo $!' &); wait; wait");
    List<Long> pids = pids(attempt);
    bench.runner().stop(attempt, Duration.ofMillis(300));
    bench.end(attempt);
    assertGone(pids);
  }

  @Test
  void theEndIsToldWhenTheLastProcessHasEnded() {
    AttemptId attempt =
        startAndWait(
            "sh -c 'trap \"\" TERM; echo $$; echo ready; while :; do sleep 0.05; done' & wait");
    bench.runner().stop(attempt, Duration.ofMillis(500));
    bench.news().awaitEnd(attempt);
    assertThat(pids(attempt))
        .isNotEmpty()
        .noneMatch(pid -> ProcessTable.stat(pid).filter(ProcessTable.Stat::runs).isPresent());
  }

  @Test
  void theNextServerEndsTheProcessesOfAnAttemptThatWasBeingStopped() throws Exception {
    AttemptId attempt =
        startAndWait(
            "sh -c 'trap \"\" TERM; echo $$; echo ready; while :; do sleep 0.05; done' & wait");
    bench.runner().stop(attempt, Duration.ofHours(1));
    await().until(() -> bench.runner().recorded(attempt).isPresent());
    bench.reopen();
    Open open = bench.open(attempt);
    bench
        .runner()
        .adopt(List.of(new Open(attempt, open.node(), open.process(), Duration.ofMillis(100))));
    bench.news().awaitEnd(attempt);
    assertGone(pids(attempt));
  }

  @Test
  void aServerThatTheCommandHasStartedIsNotEndedNorWhatItRuns() throws Exception {
    // as a command line starts one: in a session of its own, and still a child of the command
    String server =
        "env -u BIDE_JOB_ATTEMPT_ID "
            + ProcessMarks.SERVER
            + "=1 setsid sh -c 'echo $$; env -u "
            + ProcessMarks.SERVER
            + " sh -c \"echo \\$\\$; echo ready; sleep 300; :\"; :' & wait";
    AttemptId attempt = startAndWait(server);
    List<Long> spared = pids(attempt);
    bench.runner().stop(attempt, Duration.ZERO);
    bench.end(attempt);
    assertThat(spared)
        .hasSize(2)
        .allMatch(pid -> ProcessTable.stat(pid).filter(ProcessTable.Stat::runs).isPresent());
  }

  @Test
  void whatForksWhileItIsHuntedIsEnded() {
    AttemptId attempt =
        startAndWait(
            "trap '' TERM; f() { i=0; while [ $i -lt 4 ]; do i=$((i+1)); sleep 30 & done; };"
                + " echo $$; echo ready; while :; do f; sleep 0.02; kill %1 %2 %3 %4; done 2>/dev/null");
    bench.runner().stop(attempt, Duration.ofMillis(200));
    bench.end(attempt);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        ProcessTable.snapshot()
                            .members(
                                bench.news().await(attempt, News.Started.class).process(),
                                attempt.cookie(),
                                Set.of()))
                    .isEmpty());
  }

  @Test
  void whatForksAndEndsFasterThanItIsLookedForIsEnded() throws Exception {
    for (String pause : List.of(".01", ".02", ".03")) {
      AttemptId attempt =
          startAndWait(
              "trap '' TERM; exec python3 -c '"
                  + """
                  import os, time
                  end = time.monotonic() + 30 # whatever becomes of the test
                  def flee():
                    os.setsid()
                    while time.monotonic() < end:
                      time.sleep(PAUSE)
                      if os.fork() != 0: os._exit(0)
                  for i in range(4):
                    if os.fork() == 0: flee()
                  print("ready", flush=True)
                  time.sleep(1000)
                  """
                      .replace("PAUSE", pause)
                  + "'");
      bench.runner().stop(attempt, Duration.ofMillis(200));
      assertThat(bench.end(attempt).code()).isEqualTo(137);
      for (int look = 0; look < 20; look++) {
        assertThat(ProcessTable.snapshot().oldestByCookie())
            .as(pause)
            .doesNotContainKey(attempt.cookie());
      }
    }
  }

  @Test
  void othersAreLeftAlone() {
    AttemptId other = startAndWait("echo $$; echo ready; sleep 300");
    AttemptId attempt = startAndWait("echo $$; echo ready; sleep 300");
    AttemptId later = startAndWait("echo $$; echo ready; sleep 300");
    for (AttemptId each : List.of(other, attempt, later)) {
      bench.news().await(each, News.Started.class); // which may be told after its first line
    }
    bench.runner().stop(attempt, Duration.ofSeconds(5));
    assertThat(bench.end(attempt).code()).isEqualTo(143);
    for (AttemptId spared : List.of(other, later)) {
      assertThat(pids(spared))
          .allMatch(pid -> ProcessTable.stat(pid).filter(ProcessTable.Stat::runs).isPresent());
      assertThat(bench.news().of(spared)).hasSize(1);
    }
  }

  @Test
  void whatHasNotStartedNeverWill() throws IOException {
    int never = 0;
    for (int i = 0; i < 100; i++) {
      AttemptId attempt = bench.shell("echo ran");
      bench.runner().stop(attempt, Duration.ZERO);
      bench.news().awaitEnd(attempt);
      boolean ran = text(attempt).contains("ran");
      boolean refused = bench.news().of(attempt).get(0) instanceof News.NotStarted;
      if (refused) {
        never++;
        assertThat(ran).as("told never to run, and ran").isFalse();
        assertThat(bench.news().of(attempt)).hasSize(1);
      } else {
        assertThat(bench.news().of(attempt).get(0)).isInstanceOf(News.Started.class);
      }
    }
    assertThat(never).isPositive();
    // its launchers are still good for others
    assertThat(bench.end(bench.shell("exit 3")).code()).isEqualTo(3);
  }

  @Test
  void childrenLeftAfterANormalEndAreNamedAndLeftAlone() {
    AttemptId attempt = startAndWait("sleep 300 & echo $!; echo ready; exit 0");
    long child = pids(attempt).get(0);
    assertThat(bench.end(attempt).left()).extracting(p -> p.pid()).containsExactly(child);
    ProcessHandle handle = ProcessHandle.of(child).orElseThrow();
    assertThat(handle.isAlive()).isTrue();
  }
}
