package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.Leftovers;
import dev.bide.Needed;
import dev.bide.job.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Launchers are as many as are needed, and leave when they are not. */
class LauncherPoolTest {
  private static final AttemptId NOWHERE = new AttemptId(1, UUID.randomUUID(), 1);

  @TempDir Path home;

  @AfterEach
  void endAll() {
    Leftovers.end(home);
  }

  @Test
  void launchersAreUsedAgainAndAllLeaveWhenTheRunnerCloses() throws Exception {
    RunnerHome bench = new RunnerHome(home);
    List<String> launchers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      AttemptId attempt = bench.shell("exit 0");
      bench.end(attempt);
      launchers.add(Files.readString(bench.file(attempt, "pid")).split(" ", -1)[2]);
    }
    assertThat(launchers).allMatch(launchers.get(0)::equals);
    bench.release();
    await().untilAsserted(() -> assertThat(ServerDeathTest.processesOf(home)).isEmpty());
  }

  @Test
  void aLauncherThatIsIdleForAWhileLeaves() throws Exception {
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    Path runs = Files.createDirectory(home.resolve("runs"));
    Path fifo = home.resolve("exits");
    LauncherCommand command =
        new LauncherCommand(home.resolve("lib"), RunnerHome.PATH, List.of("/bin/sh"));
    try (ExitChannel exits = new ExitChannel(fifo, (name, hint) -> {});
        LauncherPool pool =
            new LauncherPool(
                command,
                runs,
                fifo,
                Cgroups.NONE,
                timer,
                Duration.ofMillis(50),
                (name, code) -> {})) {
      assertThat(exits).isNotNull();
      pool.send(NOWHERE);
      assertThat(pool.size()).isEqualTo(1);
      pool.free(NOWHERE.directory());
      await().untilAsserted(() -> assertThat(pool.size()).isZero());
      await().untilAsserted(() -> assertThat(ServerDeathTest.processesOf(home)).isEmpty());
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  void aLauncherThatIsFreeWhileTheRunnerClosesLeavesAtOnce() throws Exception {
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    Path runs = Files.createDirectory(home.resolve("runs"));
    Path fifo = home.resolve("exits");
    LauncherCommand command =
        new LauncherCommand(home.resolve("lib"), RunnerHome.PATH, List.of("/bin/sh"));
    try (ExitChannel exits = new ExitChannel(fifo, (name, hint) -> {});
        LauncherPool pool =
            new LauncherPool(
                command,
                runs,
                fifo,
                Cgroups.NONE,
                timer,
                Duration.ofMinutes(5),
                (name, code) -> {})) {
      assertThat(exits).isNotNull();
      pool.send(NOWHERE);
      timer.shutdownNow();
      pool.free(NOWHERE.directory());
      assertThat(pool.size()).isZero();
      await().untilAsserted(() -> assertThat(ServerDeathTest.processesOf(home)).isEmpty());
    }
  }

  @Test
  void aLauncherThatCannotWorkIsTheMachinesFault() {
    try (RunnerHome bench = new RunnerHome(home, List.of("/no/such/shell"))) {
      AttemptId attempt = bench.shell("exit 0");
      News.NotStarted told = bench.news().await(attempt, News.NotStarted.class);
      assertThat(told.commandsFault()).isFalse();
      assertThat(told.message()).contains("127");
    }
  }

  @Test
  void aLauncherThatCannotForkIsTheMachinesFaultAndTheCommandNeverRan() throws Exception {
    List<String> withoutForks =
        List.of("setpriv", "--reuid=65534", "--clear-groups", "prlimit", "--nproc=0", "/bin/sh");
    Needed.check(
        Needed.succeeds("setpriv", "--reuid=65534", "--clear-groups", "prlimit", "--version"),
        "only root can become somebody who may not fork");
    allowEverybodyToRead(home);
    try (RunnerHome bench = new RunnerHome(home, withoutForks)) {
      allowEverybodyToRead(home.resolve("lib"));
      AttemptId attempt = bench.shell("echo ran");
      News.NotStarted told = bench.news().await(attempt, News.NotStarted.class);
      assertThat(told.commandsFault()).isFalse();
      assertThat(told.message()).contains("ended with code 2");
      assertThat(bench.log(attempt)).isEmpty();
      assertThat(Files.readString(bench.file(attempt, "pid"))).startsWith("0 0 server ");
    }
  }

  private static void allowEverybodyToRead(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
  }

  @Test
  void theScriptIsCopiedOnceUnderTheNameOfItsContent() throws Exception {
    Path lib = home.resolve("lib");
    Path script = new LauncherCommand(lib, RunnerHome.PATH, List.of("sh")).script();
    assertThat(script.getFileName().toString()).matches("launcher-1-[0-9a-f]{8}\\.sh");
    assertThat(script).hasBinaryContent(LauncherCommand.resource());
    Files.writeString(script, "torn");
    new LauncherCommand(lib, RunnerHome.PATH, List.of("sh"));
    assertThat(script).hasBinaryContent(LauncherCommand.resource());
    assertThat(lib).isDirectoryContaining(file -> file.equals(script));
    try (var files = Files.list(lib)) {
      assertThat(files).hasSize(1);
    }
  }
}
