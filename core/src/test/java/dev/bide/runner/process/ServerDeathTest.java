package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.Leftovers;
import dev.bide.job.AttemptId;
import dev.bide.runner.Runner.Open;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is killed with SIGKILL at any moment; another finds everything again. */
class ServerDeathTest {
  private static final int SLOTS = 6;

  @TempDir Path home;

  @AfterEach
  void endAll() {
    Leftovers.end(home);
  }

  @Test
  void whateverMomentItIsKilledEveryAttemptHasItsTrueEnd() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int ran = 0;
    for (int round = 0; round < 4; round++) {
      Path roundHome = Files.createDirectory(home.resolve("round" + round));
      // on a slow machine a server may never get as far as to a command: the last one does
      boolean ranOne = ran == 0 && round == 3;
      List<AttemptId> known = killedAfter(roundHome, random.nextInt(1_200), ranOne);
      RunnerHome next = new RunnerHome(roundHome);
      List<Open> open = new ArrayList<>();
      for (AttemptId attempt : known) {
        if (next.runner().recorded(attempt).isEmpty()) {
          open.add(next.open(attempt));
        }
      }
      assertThat(open.size()).as("seed %d", seed).isLessThanOrEqualTo(SLOTS);
      next.runner().adopt(open);
      open.forEach(each -> next.news().awaitEnd(each.attempt()));
      for (AttemptId attempt : known) {
        ran += assertTrueEnd(next, attempt, seed) ? 1 : 0;
      }
      next.release();
      await().untilAsserted(() -> assertThat(processesOf(roundHome)).isEmpty());
    }
    assertThat(ran).isPositive();
  }

  /** True when it ran. */
  private static boolean assertTrueEnd(RunnerHome next, AttemptId attempt, long seed)
      throws IOException {
    Path ledger = next.home().resolve("ledger");
    long lines =
        Files.exists(ledger)
            ? Files.readAllLines(ledger).stream().filter(attempt.cookie()::equals).count()
            : 0;
    boolean never = next.news().of(attempt).stream().anyMatch(News.NotStarted.class::isInstance);
    if (never) {
      assertThat(lines).as("%s was told never to run, seed %d", attempt, seed).isZero();
      return false;
    }
    assertThat(lines)
        .as("%s ran once, seed %d: %s", attempt, seed, next.news().of(attempt))
        .isEqualTo(1);
    assertThat(next.runner().recorded(attempt).orElseThrow().code())
        .isEqualTo(RunnerInAnotherJava.code(attempt));
    assertThat(next.log(attempt)).isEqualTo("begin\nend\n");
    return true;
  }

  private static List<AttemptId> killedAfter(Path home, int milliseconds, boolean ranOne)
      throws Exception {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RunnerInAnotherJava.class.getName(),
                home.toString(),
                "" + SLOTS)
            .redirectError(home.resolve("errors").toFile())
            .start();
    List<AttemptId> known = new ArrayList<>();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      String line = said.readLine();
      assertThat(line).as(Files.readString(home.resolve("errors"))).isNotNull();
      Thread killer =
          new Thread(
              () -> {
                while (ranOne && !Files.exists(home.resolve("ledger")) && server.isAlive()) {
                  Thread.onSpinWait();
                }
                long until = System.nanoTime() + Duration.ofMillis(milliseconds).toNanos();
                while (System.nanoTime() < until) {
                  Thread.onSpinWait();
                }
                // by its handle: the other way closes what it said, while it is read
                server.toHandle().destroyForcibly();
              });
      killer.start();
      while (line != null) {
        String[] words = line.split(" ", -1);
        if (words.length == 2 && words[1].length() == 36) {
          known.add(new AttemptId(Long.parseLong(words[0]), UUID.fromString(words[1]), 1));
        }
        line = said.readLine();
      }
      killer.join();
    }
    server.waitFor();
    return known;
  }

  /** Processes with the home in their words: launchers, and commands. */
  static List<String> processesOf(Path home) {
    return ProcessHandle.allProcesses()
        .map(process -> commandLine(process.pid()))
        .filter(words -> words.contains(home.toString()))
        .toList();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }
}
