package dev.bide.checks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs, launchers and what they stand on are taken away; Bide says what is true. */
@Timeout(240)
class ProcessDeathTest {
  private final Ground ground = new Ground().quick();

  @BeforeEach
  void serve() {
    ground.serve();
  }

  @AfterEach
  void everythingIsGone() {
    ground.close();
    assertThat(ground.processes()).isEmpty();
  }

  @Test
  void aJobThatIsKilledHasFailedWith137() {
    long number = ground.mustSubmit(new LoadJob("killed", "600", 10, 0));
    Awaitility.await() // half of its lines come before it sleeps
        .until(() -> new String(ground.client().log(number), UTF_8).lines().count() == 5);

    signal(pidOf("killed"), "KILL");

    JsonNode job = ground.client().await(number, Client::ended);
    assertThat(job.get("state").asText()).isEqualTo("FAILED");
    assertThat(job.get("exitCode").asInt()).isEqualTo(137);
    assertThat(new String(ground.client().log(number), UTF_8).lines()).hasSize(5);
  }

  @Test
  void aJobWhoseLauncherIsKilledGoesOnAndItsEndingIsLostButNotItsLog() {
    Gate end = ground.gate();
    LoadJob load = new LoadJob("alone", end, 100, 3);
    long number = ground.mustSubmit(load);
    long pid = pidOf("alone");

    signal(parentOf(pid), "KILL");

    assertThat(ProcessTable.lives(pid)).isTrue();
    assertThat(ground.client().job(number).get("state").asText()).isEqualTo("RUNNING");
    end.open();
    JsonNode job = ground.client().await(number, Client::ended);
    assertThat(job.get("state").asText()).isEqualTo("LOST");
    assertThat(job.get("reason").asText()).isEqualTo("UNKNOWN_EXIT");
    assertThat(job.get("exitCode").isNull()).isTrue();
    assertThat(ground.client().log(number)).isEqualTo(load.log());
  }

  @Test
  void aJobThatDiesTogetherWithItsLauncherAndTheServerIsLostAndTheNextOneRuns() {
    ground.client().slots(1);
    long first = ground.mustSubmit(new LoadJob("first", "60", 10, 0));
    long pid = pidOf("first");
    long launcher = parentOf(pid);
    long second = ground.mustSubmit(new LoadJob("second", "0", 10, 4));

    ground.server().kill();
    signal(launcher, "KILL");
    signal(pid, "KILL");
    ground.serve();

    JsonNode lost = ground.client().await(first, Client::ended);
    assertThat(lost.get("state").asText()).isEqualTo("LOST");
    assertThat(lost.get("attempt").asInt()).isEqualTo(1);
    JsonNode next = ground.client().await(second, Client::ended);
    assertThat(next.get("exitCode").asInt()).isEqualTo(4);
  }

  @Test
  void aRunDirectoryThatIsRemovedDoesNotDisturbTheJobNorHideItsExitCode() throws IOException {
    Gate end = ground.gate();
    long number = ground.mustSubmit(new LoadJob("homeless", end, 10, 9));
    long pid = pidOf("homeless");

    delete(Path.of(ground.client().job(number).at("/attempts/0/directory").asText()));

    assertThat(ProcessTable.lives(pid)).isTrue();
    end.open();
    JsonNode job = ground.client().await(number, Client::ended);
    assertThat(job.get("exitCode").asInt(-1)).as(job.toString()).isEqualTo(9);
  }

  @Test
  void aRunDirectoryThatIsRemovedWhileNoServerRunsNeverMakesTheJobRunAgain() throws IOException {
    Gate end = ground.gate();
    long number = ground.mustSubmit(new LoadJob("homeless", end, 10, 9));
    long pid = pidOf("homeless");
    Path directory = Path.of(ground.client().job(number).at("/attempts/0/directory").asText());
    ground.client().await(number, job -> !job.get("startedAt").isNull());

    ground.server().kill();
    delete(directory);
    ground.serve();

    assertThat(ProcessTable.lives(pid)).isTrue();
    assertThat(ground.client().job(number).get("state").asText()).isEqualTo("RUNNING");
    end.open();
    JsonNode job = ground.client().await(number, Client::ended);
    assertThat(job.get("exitCode").asInt(-1)).as(job.toString()).isEqualTo(9);
    assertThat(ground.ledger().notes().stream().filter(Ledger.Note::start)).hasSize(1);
  }

  @Test
  void jobsThatAreCancelledWhileTheyStartLeaveNoProcessAndNoDoubt() {
    ground.client().slots(8);
    List<Long> numbers = new ArrayList<>();
    for (int index = 0; index < 40; index++) {
      long number = ground.mustSubmit(new LoadJob("brief-" + index, "30", 2, 0));
      numbers.add(number);
      BideServer.pause(Duration.ofMillis(index % 8 * 3L));
      ground
          .client()
          .post("/api/v1/jobs/" + number + "/cancel", Map.of("graceSeconds", 1))
          .expect(200);
    }

    for (long number : numbers) {
      JsonNode job = ground.client().await(number, Client::ended);
      assertThat(job.get("state").asText()).as(job.toString()).isEqualTo("CANCELLED");
      assertThat(job.get("reason").asText()).isEqualTo("CANCELLED_BY_USER");
    }
    assertThat(ProcessTable.ofJobs(ground.home())).isEmpty();
    List<String> started =
        ground.ledger().notes().stream()
            .filter(Ledger.Note::start)
            .map(Ledger.Note::ticket)
            .toList();
    assertThat(started).doesNotHaveDuplicates();
  }

  @Test
  void aCancelIsCarriedOutByTheNextServerWhenTheFirstDiesOfIt() {
    long number =
        ground
            .client()
            .post(
                "/api/v1/jobs",
                Map.of("shell", "trap '' TERM; (trap '' TERM; sleep 50) & sleep 60; sleep 60"))
            .expect(201)
            .json()
            .get("number")
            .asLong();
    ground.client().await(number, job -> !job.get("startedAt").isNull());
    Awaitility.await().until(() -> ProcessTable.ofJobs(ground.home()).size() >= 3);

    ground
        .client()
        .post("/api/v1/jobs/" + number + "/cancel", Map.of("graceSeconds", 2))
        .expect(200);
    ground.server().kill();
    assertThat(ProcessTable.ofJobs(ground.home())).isNotEmpty();
    ground.wrap(List.of("env", "BIDE_GRACE=2s")); // what the first was told, nobody remembers
    ground.serve();

    JsonNode job = ground.client().await(number, Client::ended);
    assertThat(job.get("state").asText()).isEqualTo("CANCELLED");
    Awaitility.await()
        .untilAsserted(() -> assertThat(ProcessTable.ofJobs(ground.home())).isEmpty());
  }

  @Test
  void everyJobRunsOnceWhenLaunchersAreKilledWhileTheyWait() {
    Map<String, LoadJob> jobs = new TreeMap<>();
    for (int round = 0; round < 5; round++) {
      for (int index = 0; index < 3; index++) {
        LoadJob job = new LoadJob("r" + round + "-" + index, "0", 4, index);
        jobs.put(job.ticket(), job);
        ground.mustSubmit(job);
      }
      ground.awaitAllEnded(Duration.ofSeconds(60));
      for (ProcessTable.Entry entry : ground.processes()) {
        if (entry.commandLine().contains("launcher")) {
          signal(entry.pid(), "KILL");
        }
      }
    }

    assertThat(Checker.check(ground, jobs, new HashSet<>(), 3).findings()).isEmpty();
  }

  private long pidOf(String ticket) {
    Awaitility.await()
        .until(
            () -> ground.ledger().notes().stream().anyMatch(note -> note.ticket().equals(ticket)));
    return ground.ledger().notes().stream()
        .filter(note -> note.ticket().equals(ticket))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  private static long parentOf(long pid) {
    return ProcessHandle.of(pid).orElseThrow().parent().orElseThrow().pid();
  }

  private static void signal(long pid, String name) {
    Commands.run(List.of("kill", "-s", name, Long.toString(pid)));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
