package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.runner.Runner.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a restart each open attempt is told once, by evidence. */
class AdoptionTest {
  private static final String NOBODY = "4194300 1 4194301:1 ";

  @TempDir Path home;
  private RunnerHome bench;
  private Node here;

  @BeforeEach
  void open() throws IOException {
    bench = new RunnerHome(home);
    here = Node.here();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private News.Item adopt(AttemptId attempt, String node) {
    return adopt(new Open(attempt, node));
  }

  private News.Item adopt(Open open) {
    bench.runner().adopt(List.of(open));
    assertThat(bench.news().of(open.attempt())).hasSize(1);
    return bench.news().of(open.attempt()).get(0);
  }

  /** As a server leaves it that prepared a start. */
  private AttemptId prepared() throws IOException {
    AttemptId attempt = bench.nextAttempt();
    var launch =
        bench.launch(attempt, new Program.Argv(List.of("true")), home.toString(), RunnerHome.PATH);
    new RunDirectory(home.resolve("runs"), attempt)
        .create(JobScript.write(attempt, launch.job(), RunnerHome.PATH));
    return attempt;
  }

  private String elsewhere() {
    return new Node("other", null, "another-boot", "1", null).toString();
  }

  private String earlierBoot() {
    return new Node(here.host(), here.machine(), "another-boot", here.processNamespace(), null)
        .toString();
  }

  private void record(AttemptId attempt, String name, String content) throws IOException {
    Files.writeString(bench.file(attempt, name), content);
  }

  @Test
  void whatRunsIsToldAsStartedAndEndsWithItsOwnCode() throws Exception {
    AttemptId attempt =
        bench.shell("while [ ! -e " + home + "/go ]; do sleep 0.02; done; echo whole; exit 5");
    ProcessIdentity process = bench.news().await(attempt, News.Started.class).process();
    bench.reopen();
    News.Item told = adopt(bench.open(attempt));
    assertThat(told).isInstanceOf(News.Started.class);
    assertThat(((News.Started) told).process()).isEqualTo(process);
    Files.createFile(home.resolve("go"));
    assertThat(bench.end(attempt).code()).isEqualTo(5);
    assertThat(bench.log(attempt)).isEqualTo("whole\n");
  }

  @Test
  void whatEndedMeanwhileIsToldWithItsCode() throws Exception {
    AttemptId attempt =
        bench.shell("while [ ! -e " + home + "/go ]; do sleep 0.02; done; echo last; exit 6");
    bench.news().await(attempt, News.Started.class);
    bench.runner().close();
    Files.createFile(home.resolve("go"));
    await().until(() -> Files.readString(bench.file(attempt, "exit")).startsWith("6 "));
    bench.reopen();
    bench.runner().adopt(List.of(bench.open(attempt)));
    assertThat(bench.news().of(attempt))
        .extracting(item -> (Object) item.getClass())
        .containsExactly(News.Started.class, News.Exited.class);
    assertThat(bench.end(attempt).lastLine()).isEqualTo("last");
  }

  @Test
  void whatWasAssignedAndNeverPreparedDidNotStart() {
    News.NotStarted told = (News.NotStarted) adopt(bench.open(bench.nextAttempt()));
    assertThat(told.commandsFault()).isFalse();
  }

  @Test
  void whatWasPreparedAndNotStartedNeverWill() throws IOException {
    AttemptId attempt = prepared();
    assertThat(adopt(bench.open(attempt))).isInstanceOf(News.NotStarted.class);
    assertThat(Files.readString(bench.file(attempt, "pid"))).startsWith("0 0 server ");
  }

  @Test
  void whatAnEarlierServerForbadeDidNotStart() throws IOException {
    AttemptId attempt = prepared();
    record(attempt, "pid", ProcessRecord.never(here.bootId()));
    assertThat(adopt(bench.open(attempt))).isInstanceOf(News.NotStarted.class);
  }

  @Test
  void anEmptyRecordThatNobodyHoldsMeansItNeverRan() throws IOException {
    AttemptId attempt = prepared();
    record(attempt, "pid", "");
    assertThat(adopt(bench.open(attempt))).isInstanceOf(News.NotStarted.class);
  }

  @Test
  void anEmptyRecordThatSomebodyHoldsIsWaitedFor() throws Exception {
    AttemptId attempt = prepared();
    record(attempt, "pid", "");
    Process holder =
        new ProcessBuilder("sleep", "300")
            .redirectOutput(bench.file(attempt, "log").toFile())
            .start();
    try {
      bench.runner().adopt(List.of(bench.open(attempt)));
      assertThat(bench.news().of(attempt)).isEmpty();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    bench.news().await(attempt, News.NotStarted.class);
  }

  @Test
  void commandAndLauncherBothGoneWithoutACodeIsLost() throws IOException {
    AttemptId attempt = prepared();
    record(attempt, "pid", NOBODY + here.bootId() + "\n");
    bench.runner().adopt(List.of(bench.open(attempt)));
    News.Lost lost = bench.news().await(attempt, News.Lost.class);
    assertThat(lost.why()).isEqualTo(Reason.UNKNOWN_EXIT);
    assertThat(lost.evidence()).contains("4194300").contains("no exit code is recorded");
  }

  @Test
  void halfACodeIsNoCode() throws IOException {
    // the last: 137 over the blanks, cut short
    for (String torn :
        List.of(
            "",
            "1",
            "137 ",
            "0                   ",
            "999                 \n",
            "13" + " ".repeat(62))) {
      AttemptId attempt = prepared();
      record(attempt, "pid", NOBODY + here.bootId() + "\n");
      record(attempt, "exit", torn);
      bench.runner().adopt(List.of(bench.open(attempt)));
      bench.news().await(attempt, News.Lost.class);
    }
  }

  @Test
  void anotherProcessUnderTheSameNumberIsNotTheCommand() throws IOException {
    AttemptId attempt = prepared();
    long self = ProcessHandle.current().pid();
    record(attempt, "pid", self + " 1 " + self + ":1 " + here.bootId() + "\n");
    bench.runner().adopt(List.of(bench.open(attempt)));
    bench.news().await(attempt, News.Lost.class);
  }

  @Test
  void aLauncherThatLivesIsWaitedFor() throws Exception {
    AttemptId attempt = prepared();
    Process launcher = new ProcessBuilder("sleep", "300").start();
    try {
      long ticks = ProcessTable.stat(launcher.pid()).orElseThrow().startTicks();
      record(
          attempt, "pid", "4194300 1 " + launcher.pid() + ":" + ticks + " " + here.bootId() + "\n");
      assertThat(adopt(bench.open(attempt))).isInstanceOf(News.Started.class);
      record(attempt, "exit", "4                   \n" + " ".repeat(43));
    } finally {
      launcher.destroyForcibly().waitFor();
    }
    assertThat(bench.end(attempt).code()).isEqualTo(4);
  }

  @Test
  void aCodeThatIsRecordedWhileItsProcessIsLookedForCounts() throws Exception {
    AttemptId attempt = prepared();
    Process command = new ProcessBuilder("sleep", "300").start();
    try {
      long ticks = ProcessTable.stat(command.pid()).orElseThrow().startTicks();
      record(attempt, "pid", command.pid() + " " + ticks + " 4194301:1 " + here.bootId() + "\n");
      // the start is told between a look for the code, in vain, and one for the process
      bench
          .news()
          .atNextStart(
              () -> {
                try {
                  record(attempt, "exit", "3                   \n" + " ".repeat(43));
                  command.destroyForcibly().waitFor();
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      bench.runner().adopt(List.of(bench.open(attempt)));
    } finally {
      command.destroyForcibly().waitFor();
    }
    assertThat(bench.news().of(attempt))
        .extracting(item -> (Object) item.getClass())
        .containsExactly(News.Started.class, News.Exited.class);
    assertThat(bench.end(attempt).code()).isEqualTo(3);
  }

  @Test
  void aRebootEndsWhatHasNoCode() throws IOException {
    AttemptId attempt = prepared();
    record(attempt, "pid", NOBODY + "another-boot\n");
    News.Lost lost = (News.Lost) adopt(attempt, earlierBoot());
    assertThat(lost.why()).isEqualTo(Reason.REBOOT);
    assertThat(lost.lastSeenAt()).isNotNull();
    // without a trace too: what a power cut took may have run
    assertThat(adopt(bench.nextAttempt(), earlierBoot())).isInstanceOf(News.Lost.class);
  }

  @Test
  void aCodeRecordedBeforeARebootCounts() throws IOException {
    AttemptId attempt = prepared();
    record(attempt, "pid", NOBODY + "another-boot\n");
    record(attempt, "exit", "0                   \n" + " ".repeat(43));
    bench.runner().adopt(List.of(new Open(attempt, earlierBoot())));
    assertThat(bench.end(attempt).code()).isZero();
  }

  @Test
  void whatIsElsewhereIsOutOfReachAndNotLost() throws IOException {
    News.Unreachable told = (News.Unreachable) adopt(prepared(), elsewhere());
    assertThat(told.message()).contains("other");
    assertThat(adopt(prepared(), "import")).isInstanceOf(News.Unreachable.class);
    String container =
        new Node(here.host(), here.machine(), here.bootId(), "4026539999", null).toString();
    assertThat(adopt(prepared(), container)).isInstanceOf(News.Unreachable.class);
  }

  @Test
  void anUnknownFormatIsLeftAlone() throws IOException {
    AttemptId attempt = prepared();
    record(attempt, "job", "#!/bin/sh\n# Bide job, format 2\n");
    News.Unreachable told = (News.Unreachable) adopt(bench.open(attempt));
    assertThat(told.message()).contains("another version").contains("format 2");
    assertThat(bench.file(attempt, "pid")).doesNotExist();
  }

  @Test
  void aMissingDirectoryOfAProcessThatWasKnownIsLost() {
    AttemptId attempt = bench.nextAttempt();
    ProcessIdentity gone = new ProcessIdentity(4194300, 1, here.bootId());
    bench.runner().adopt(List.of(new Open(attempt, bench.runner().node(), gone)));
    assertThat(bench.news().await(attempt, News.Lost.class).evidence())
        .startsWith("run directory missing");
  }

  @Test
  void whatTheDiskLostWhileTheStoreWasDownIsLostAndNotStartedAgain() throws Exception {
    EmergencyNotes notes = EmergencyNotes.here(home.resolve("runs").toRealPath());
    AttemptId attempt = bench.shell("exit 3");
    AttemptId never = bench.nextAttempt();
    bench.news().awaitEnd(attempt);
    bench.runner().storeIsDown(List.of(attempt, never));
    await().until(() -> notes.read().containsKey(attempt.cookie()));

    bench.reopen();
    new Removal(home.resolve("runs")).remove(RunDirectory.ofJob(attempt));
    bench.runner().adopt(List.of(bench.open(attempt), bench.open(never)));

    await().until(() -> bench.news().of(attempt).size() == 2);
    assertThat(bench.news().of(attempt))
        .extracting(item -> (Object) item.getClass())
        .containsExactly(News.Started.class, News.Lost.class);
    assertThat(bench.news().of(never).get(0)).isInstanceOf(News.NotStarted.class);
    bench.runner().storeIsBack();
    await().until(() -> notes.read().isEmpty());
  }

  @Test
  void aRecordThatTheDiskLostOfAProcessThatWasKnownIsLost() throws IOException {
    for (String content : List.of("", "4711 ")) {
      AttemptId attempt = prepared();
      record(attempt, "pid", content);
      ProcessIdentity gone = new ProcessIdentity(4_000_000, 1, here.bootId());
      bench.runner().adopt(List.of(new Open(attempt, bench.runner().node(), gone)));
      bench.news().await(attempt, News.Lost.class);
    }
  }

  @Test
  void aMissingDirectoryOfAProcessThatLivesIsNoStart() throws Exception {
    AttemptId attempt = bench.shell("sleep 300");
    bench.news().await(attempt, News.Started.class);
    // started is said just before the shell becomes the command and has the cookie
    Awaitility.await()
        .until(() -> ProcessTable.snapshot().oldestByCookie().containsKey(attempt.cookie()));
    bench.runner().close();
    new Removal(home.resolve("runs")).remove(RunDirectory.ofJob(attempt));
    bench.reopen();
    assertThat(adopt(bench.open(attempt))).isInstanceOf(News.Started.class);
    bench.runner().stop(attempt, java.time.Duration.ZERO);
    // its launcher saw the end, and says so to whoever listens
    bench.news().awaitEnd(attempt);
  }

  @Test
  void aMissingRecordOfAProcessThatLivesIsNoStart() throws Exception {
    AttemptId attempt = bench.shell("while [ ! -e go ]; do sleep 0.02; done; exit 9");
    bench.news().await(attempt, News.Started.class);
    Awaitility.await()
        .until(() -> ProcessTable.snapshot().oldestByCookie().containsKey(attempt.cookie()));
    bench.runner().close();
    Files.delete(bench.file(attempt, "pid"));
    bench.reopen();
    assertThat(adopt(bench.open(attempt))).isInstanceOf(News.Started.class);
    assertThat(bench.file(attempt, "pid")).doesNotExist();
    Files.createFile(home.resolve("go"));
    assertThat(bench.end(attempt).code()).isEqualTo(9);
  }

  /** The lock stands for a look at the process table that takes long; the check, for the net's. */
  @Test
  void nothingIsDecidedOfWhatIsFoundAgainWhileItsProcessIsLookedFor() throws Exception {
    News news = new News();
    AttemptId attempt = bench.nextAttempt();
    long self = ProcessHandle.current().pid();
    long ticks = ProcessTable.stat(self).orElseThrow().startTicks();
    EmergencyNotes notes = new EmergencyNotes(home, home.resolve("runs"));
    notes.keep(Map.of(attempt.cookie(), new ProcessIdentity(self, ticks, here.bootId())));
    try (Stopping stopping = new Stopping(Cgroups.NONE)) {
      Watch watch = WatchTest.watching(here.bootId(), news, stopping);
      Adoption adoption = new Adoption(home.resolve("runs"), here, notes, news, watch);
      Thread adopts = new Thread(() -> adoption.adopt(new Open(attempt, here.toString())));
      Thread checks = new Thread(() -> watch.all().forEach(watch::check));
      synchronized (adoption) {
        adopts.start();
        await().until(() -> adopts.getState() == Thread.State.BLOCKED);
        checks.start();
        await().until(() -> checks.getState() == Thread.State.BLOCKED || !checks.isAlive());
      }
      adopts.join();
      checks.join();
    }
    assertThat(news.of(attempt)).singleElement().isInstanceOf(News.Started.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsDecidedOfWhatCannotBeReadYet(boolean stopped) throws Exception {
    AttemptId attempt = bench.shell("rm \"$BIDE_HOME\"/runs/*/*/pid; exec sleep 300");
    ProcessIdentity process = bench.news().await(attempt, News.Started.class).process();
    Path ofJob = bench.file(attempt, "log").getParent().getParent();
    await().until(() -> !Files.exists(bench.file(attempt, "pid")));
    bench.reopen();
    Path aside = home.resolve("aside");
    Files.move(ofJob, aside);
    Files.createSymbolicLink(ofJob, ofJob); // a loop: an error for whoever reads what is below
    adopt(new Open(attempt, here.toString(), process, null));
    assertThat(bench.news().of(attempt)).singleElement().isInstanceOf(News.Unreachable.class);
    if (stopped) {
      bench.runner().stop(attempt, Duration.ZERO);
    }

    Files.delete(ofJob);
    Files.move(aside, ofJob);
    assertThat(bench.news().await(attempt, News.Started.class).process()).isEqualTo(process);
    assertThat(bench.news().of(attempt)).noneMatch(News.NotStarted.class::isInstance);
    if (stopped) {
      bench.news().awaitEnd(attempt); // without its record it may count as lost
      assertThat(ProcessTable.runs(process.pid(), process.startTicks())).isFalse();
    }
  }

  @Test
  void tenThousandAreToldInSeconds() throws IOException {
    List<Open> many = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      many.add(bench.open(i % 10 == 0 ? prepared() : bench.nextAttempt()));
    }
    bench.runner().adopt(many);
    assertThat(many.stream().filter(open -> bench.news().of(open.attempt()).size() != 1).limit(9))
        .isEmpty();
  }
}
