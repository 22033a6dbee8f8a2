package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bide.checks.Client.Answer;
import dev.bide.checks.LoadJob.Fate;
import dev.bide.checks.failpoints.Step;
import dev.bide.checks.failpoints.Step.When;
import dev.bide.retention.Keep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Seven jobs that take a server through every step: one that runs over the deaths, one that is
 * stopped, one that is cancelled while it waits, one that fails, one that is retried, one that is
 * removed and one that cannot start. Where the steps want it, somebody is told how they end, a
 * schedule plans a run each second, and two more go because they are old or lose some of their log.
 */
final class FailpointLoad {
  private static final int LINES_OF_A_LONG_LOG = 45_000;
  private static final int PLANNED_RUNS = 3;
  private static final int MOST_SWEEPS = 5;

  /** A sweep begins a second after something has ended for which it is due. */
  private static final Duration PATIENCE_WITH_A_SWEEP = Duration.ofSeconds(4);

  private final MortalServer server;
  private final Map<String, LoadJob> accepted;
  private final String prefix;
  private final Set<When> wanted;
  private final List<LoadJob> jobs = new ArrayList<>();
  private final PlannedInstants planned;

  /**
   * On a server.
   *
   * @param accepted where each job is noted
   * @param prefix of their tickets
   * @param wanted what has to happen for the steps to be passed
   */
  FailpointLoad(
      MortalServer server, Map<String, LoadJob> accepted, String prefix, Set<When> wanted) {
    this.server = server;
    this.accepted = accepted;
    this.prefix = prefix;
    this.wanted = wanted;
    this.planned = new PlannedInstants(server.ground());
  }

  /**
   * Drives all of them to their end.
   *
   * @param oneRuns done when the first of them runs
   */
  void run(Runnable oneRuns) {
    server
        .ground()
        .notify(
            job ->
                wanted.contains(When.TELLING)
                    ? List.of("end=" + server.ground().told().target(job.ticket()))
                    : List.of());
    LoadJob over = job("over", "1.2", 40, 0, Fate.ENDS);
    server.submit(over);
    server.awaitStart(over);
    oneRuns.run();
    if (wanted.contains(When.PLANNING)) {
      plan();
    }
    LoadJob stopped = job("stopped", "60", 4, 0, Fate.CANCELLED);
    long stoppedNumber = server.submit(stopped);
    server.awaitStart(stopped);
    long waiting = server.submit(job("waiting", "60", 4, 0, Fate.CANCELLED)); // two slots are taken
    if (wanted.contains(When.SWEEPING)) {
      server.cancel(server.submit(job("old", "0", 0, 0, Fate.SWEPT)));
    }
    server.pin(waiting); // what is cancelled goes else, and could not be looked at any more
    server.pin(stoppedNumber);
    server.cancel(waiting);
    server.cancel(stoppedNumber);
    server.submit(job("fails", "0.1", 10, 7, Fate.ENDS));
    long again = server.submit(job("again", "0", 4, 5, Fate.RETRIED));
    long gone = server.submit(job("gone", "0", 4, 0, Fate.REMOVED));
    server.submit(job("cannot", "0", 0, 0, Fate.CANNOT_START));
    if (server.next().filter(step -> step.when() == Step.When.CLOSING).isPresent()) {
      server.terminate();
    }
    server.retry(again);
    server.remove(gone);
    if (wanted.contains(When.SWEEPING)) {
      sweep();
    }
    if (wanted.contains(When.PLANNING)) {
      server.until(() -> runs() >= PLANNED_RUNS);
      server.ask(() -> post("/api/v1/schedules/" + schedule() + "/pause", Map.of())).expect(200);
    }
    server.awaitAllEnded();
    if (wanted.contains(When.TELLING)) {
      server.until(this::everybodyIsTold);
    }
  }

  /** What is wrong with what was planned and told, once no server dies any more. */
  List<String> findings() {
    List<String> findings = new ArrayList<>();
    if (wanted.contains(When.PLANNING)) {
      findings.addAll(planned.compare(schedule()::equals));
      server
          .ask(() -> server.ground().client().send("DELETE", path(), Map.of(), Map.of()))
          .expect(204);
    }
    return findings;
  }

  /** Those of which each ending is to be told. */
  List<LoadJob> told() {
    return wanted.contains(When.TELLING) ? jobs : List.of();
  }

  private String schedule() {
    return prefix + "each-second";
  }

  private String path() {
    return "/api/v1/schedules/" + schedule();
  }

  private Optional<Answer> post(String path, Map<String, Object> body) {
    return server.ground().client().send("POST", path, body, Map.of());
  }

  /** Without a key, a second asking says that the name is taken. */
  private void plan() {
    Map<String, Object> request = planned.request(schedule(), "skip", "all", "0");
    server.ask(() -> post("/api/v1/schedules", request)).expect(201, 409);
  }

  private int runs() {
    return server
        .ask(() -> server.ground().client().get(path() + "/runs?limit=10"))
        .expect(200)
        .json()
        .get("runs")
        .size();
  }

  private boolean everybodyIsTold() {
    return server
        .ask(() -> server.ground().client().get("/api/v1/notices?state=WAITING&limit=1"))
        .expect(200)
        .json()
        .get("notices")
        .isEmpty();
  }

  /** The end of a long log has a sweep done soon, which finds the job that is old as well. */
  private void sweep() {
    for (int i = 0; i < MOST_SWEEPS && !isSwept(); i++) {
      long number = server.submit(job("long" + i, "0", LINES_OF_A_LONG_LOG, 0, Fate.CUT));
      server.until(() -> Client.ended(server.job(number)));
      long deadline = System.nanoTime() + PATIENCE_WITH_A_SWEEP.toNanos();
      server.until(() -> isSwept() || System.nanoTime() > deadline);
    }
  }

  private boolean isSwept() {
    boolean stillAhead = server.next().filter(step -> step.when() == When.SWEEPING).isPresent();
    for (JsonNode job : server.jobs()) {
      LoadJob known = accepted.get(job.get("name").asText());
      if (known != null
          && (known.fate() == Fate.SWEPT
              || (known.fate() == Fate.CUT
                  && job.get("logSize").asLong() > Keep.LEAST_LONGEST_LOG))) {
        return false;
      }
    }
    return !stillAhead;
  }

  private LoadJob job(String name, String seconds, int lines, int code, Fate fate) {
    LoadJob job = new LoadJob(prefix + name, seconds, lines, code, fate);
    accepted.put(job.ticket(), job);
    jobs.add(job);
    return job;
  }
}
