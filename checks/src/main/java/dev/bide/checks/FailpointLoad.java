package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bide.checks.Client.Answer;
import dev.bide.checks.LoadJob.Fate;
import dev.bide.checks.failpoints.Step;
import java.util.Map;
import java.util.Optional;

/**
 * Seven jobs that take a server through every step: one that runs over the deaths, one that is
 * stopped, one that is cancelled while it waits, one that fails, one that is retried, one that is
 * removed and one that cannot start.
 */
final class FailpointLoad {
  private final MortalServer server;
  private final Map<String, LoadJob> accepted;
  private final String prefix;

  FailpointLoad(MortalServer server, Map<String, LoadJob> accepted, String prefix) {
    this.server = server;
    this.accepted = accepted;
    this.prefix = prefix;
  }

  /**
   * Drives all of them to their end.
   *
   * @param oneRuns done when the first of them runs
   */
  void run(Runnable oneRuns) {
    LoadJob over = job("over", "1.2", 40, 0, Fate.ENDS);
    submit(over);
    awaitStart(over);
    oneRuns.run();
    LoadJob stopped = job("stopped", "60", 4, 0, Fate.CANCELLED);
    long stoppedNumber = submit(stopped);
    awaitStart(stopped);
    long waiting = submit(job("waiting", "60", 4, 0, Fate.CANCELLED)); // two slots are taken
    cancel(waiting);
    cancel(stoppedNumber);
    submit(job("fails", "0.1", 10, 7, Fate.ENDS));
    long again = submit(job("again", "0", 4, 5, Fate.RETRIED));
    long gone = submit(job("gone", "0", 4, 0, Fate.REMOVED));
    submit(job("cannot", "0", 0, 0, Fate.CANNOT_START));
    if (server.next().filter(step -> step.when() == Step.When.CLOSING).isPresent()) {
      server.terminate();
    }
    retry(again);
    remove(gone);
    server.until(this::allEnded);
  }

  private LoadJob job(String name, String seconds, int lines, int code, Fate fate) {
    LoadJob job = new LoadJob(prefix + name, seconds, lines, code, fate);
    accepted.put(job.ticket(), job);
    return job;
  }

  private long submit(LoadJob job) {
    JsonNode[] found = new JsonNode[1];
    server.until(
        () -> {
          Optional<JsonNode> answer = server.ground().submit(job);
          answer.ifPresent(json -> found[0] = json);
          return answer.isPresent();
        });
    return found[0].get("number").asLong();
  }

  private void awaitStart(LoadJob job) {
    server.until(
        () ->
            server.ground().ledger().notes().stream()
                .anyMatch(note -> note.ticket().equals(job.ticket())));
  }

  private void cancel(long number) {
    server.ask("POST", path(number) + "/cancel", Map.of("graceSeconds", 1)).expect(200);
  }

  /** A retry has no key: whether one was heard shows in the job. */
  private void retry(long number) {
    server.until(() -> Client.ended(job(number)));
    int before = job(number).get("attempt").asInt();
    server.until(
        () -> {
          Optional<Answer> answer =
              server.ground().client().send("POST", path(number) + "/retry", Map.of(), Map.of());
          if (answer.isPresent()) {
            answer.get().expect(200);
            return true;
          }
          JsonNode now = job(number);
          return !Client.ended(now) || now.get("attempt").asInt() > before;
        });
  }

  private void remove(long number) {
    server.until(() -> Client.ended(job(number)));
    server.ask("DELETE", path(number), Map.of()).expect(204, 410);
  }

  private JsonNode job(long number) {
    return server.ask(() -> server.ground().client().get(path(number))).expect(200).json();
  }

  private boolean allEnded() {
    return server
        .ground()
        .client()
        .get("/api/v1/jobs?state=PENDING,RUNNING&limit=1")
        .filter(answer -> answer.expect(200).json().get("jobs").isEmpty())
        .isPresent();
  }

  private static String path(long number) {
    return "/api/v1/jobs/" + number;
  }
}
