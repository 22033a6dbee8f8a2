package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server dies and jobs do not notice. */
@Timeout(240)
class ServerDeathTest {
  private final Ground ground = new Ground().quick();

  @AfterEach
  void everythingIsGone() {
    ground.close();
    assertThat(ground.processes()).isEmpty();
  }

  @Test
  void threeRunningAndNineWaitingJobsSurviveAKillOfTheServer() {
    ground.serve();
    Map<String, LoadJob> jobs = new TreeMap<>();
    // of the first three, one ends while no server is there, one about when the next comes, one
    // after
    List<Gate> gates = List.of(ground.gate(), ground.gate(), ground.gate());
    for (int index = 0; index < 12; index++) {
      LoadJob job =
          index < 3
              ? new LoadJob("job-" + index, gates.get(index), 100, index)
              : new LoadJob("job-" + index, "0.3", 100, index);
      jobs.put(job.ticket(), job);
      ground.mustSubmit(job);
    }
    awaitStarts(3);

    ground.server().kill();
    gates.get(0).open();
    awaitNotes(4);
    BideServer.pause(Duration.ofSeconds(2));
    assertThat(ground.ledger().notes())
        .filteredOn(Ledger.Note::start)
        .as("nothing starts without a server")
        .hasSize(3);
    BideServer next = ground.launch();
    gates.get(1).open();
    next.awaitReady();
    gates.get(2).open();
    ground.awaitAllEnded(Duration.ofSeconds(60));

    Verdict verdict = Checker.check(ground, jobs, new HashSet<>(), 3);
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.mostAtOnce()).isEqualTo(3);
  }

  @Test
  void jobsThatEndWithoutAServerKeepTheirExitCodesAndLogs() {
    ground.serve();
    Map<String, LoadJob> jobs = new TreeMap<>();
    Gate end = ground.gate();
    for (int index = 0; index < 3; index++) {
      LoadJob job = new LoadJob("job-" + index, end, 2000, 100 + index);
      jobs.put(job.ticket(), job);
      ground.mustSubmit(job);
    }
    awaitStarts(3);

    ground.server().kill();
    end.open();
    awaitNotes(6);
    ground.serve();
    ground.awaitAllEnded(Duration.ofSeconds(60));

    assertThat(Checker.check(ground, jobs, new HashSet<>(), 3).findings()).isEmpty();
  }

  @Test
  void oneJobKeepsItsProcessThroughThreeServers() {
    ground.serve();
    Gate end = ground.gate();
    LoadJob job = new LoadJob("long", end, 500, 7);
    long number = ground.mustSubmit(job);
    awaitStarts(1);
    long pid = ground.ledger().notes().get(0).pid();

    for (String signal : List.of("KILL", "TERM", "INT")) {
      ground.server().signal(signal);
      ground.server().awaitEnd();
      assertThat(ProcessTable.lives(pid)).isTrue();
      ground.serve();
      JsonNode now = ground.client().job(number);
      assertThat(now.get("state").asText()).as(now.toString()).isEqualTo("RUNNING");
      assertThat(now.get("pid").asLong()).isEqualTo(pid);
    }
    end.open();
    ground.client().await(number, Client::ended);

    assertThat(Checker.check(ground, Map.of("long", job), new HashSet<>(), 3).findings()).isEmpty();
  }

  @Test
  void aServerThatIsToldToEndLeavesJobsRunningAndEndsWithoutTrouble() {
    for (String signal : List.of("TERM", "INT")) {
      ground.serve();
      LoadJob job = new LoadJob("until-" + signal, "60", 10, 0);
      ground.mustSubmit(job);
      awaitStarts(signal.equals("TERM") ? 1 : 2);
      long pid = ground.ledger().notes().get(ground.ledger().notes().size() - 1).pid();

      ground.server().signal(signal);
      assertThat(ground.server().awaitEnd()).as("exit code after " + signal).isIn(0, 130, 143);
      assertThat(ProcessTable.lives(pid)).isTrue();
      assertThat(ground.server().printed()).doesNotContain("Exception", "\tat ");
    }
  }

  @Test
  void stopWithKillJobsEndsTheServerAndEveryJob() {
    ground.serve();
    long first = ground.mustSubmit(new LoadJob("first", "60", 10, 0));
    ground.mustSubmit(new LoadJob("second", "60", 10, 0));
    awaitStarts(2);

    ground.client().post("/api/v1/server/stop", Map.of("killJobs", true)).expect(202);
    ground.server().awaitEnd();

    assertThat(ground.awaitNoProcess(Duration.ofSeconds(10))).isEmpty();
    ground.serve();
    JsonNode job = ground.client().job(first);
    assertThat(job.get("state").asText()).isEqualTo("CANCELLED");
    assertThat(job.get("reason").asText()).isEqualTo("SERVER_STOP");
  }

  private void awaitStarts(int count) {
    awaitNotes(count);
  }

  private void awaitNotes(int count) {
    org.awaitility.Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> ground.ledger().notes().size() >= count);
  }
}
