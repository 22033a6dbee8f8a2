package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bide.checks.Client.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A client that does not give up: it asks again where no answer came or the server could not do it,
 * and has the server started again when it has ended.
 */
abstract class StubbornClient {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Ground ground;

  StubbornClient(Ground ground) {
    this.ground = ground;
  }

  Ground ground() {
    return ground;
  }

  /**
   * Starts the next server when this one has ended, and need not wait until it is ready.
   *
   * @throws IllegalStateException when it should not have ended, or not so
   */
  abstract void startAgain();

  /** Waits until that is so, through ends of the server. */
  void until(BooleanSupplier so) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!so.getAsBoolean()) {
      if (!ground.server().lives()) {
        startAgain();
      } else if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited in vain: " + ground.server().printed());
      }
      BideServer.pause(Duration.ofMillis(10));
    }
  }

  void awaitReady() {
    until(() -> ground.client().healthy());
  }

  /** A question, which may find nobody. */
  interface Question {
    /** Asks once. */
    Optional<Answer> once();
  }

  /** The answer to a question that may be asked again. */
  Answer ask(Question question) {
    List<Answer> answers = new ArrayList<>();
    until(
        () -> {
          heard(question.once()).ifPresent(answers::add);
          return !answers.isEmpty();
        });
    return answers.get(0);
  }

  private static Optional<Answer> heard(Optional<Answer> answer) {
    return answer.filter(some -> some.status() != 503);
  }

  /** The number of a job, once it is accepted. */
  long submit(LoadJob job) {
    List<JsonNode> answers = new ArrayList<>();
    until(
        () -> {
          ground.submit(job).ifPresent(answers::add);
          return !answers.isEmpty();
        });
    return answers.get(0).get("number").asLong();
  }

  void awaitStart(LoadJob job) {
    until(
        () ->
            ground.ledger().notes().stream().anyMatch(note -> note.ticket().equals(job.ticket())));
  }

  void cancel(long number) {
    Map<String, Object> soon = Map.of("graceSeconds", 1);
    ask(() -> ground.client().send("POST", path(number) + "/cancel", soon, Map.of())).expect(200);
  }

  /** A retry has no key: whether one was heard shows in the job. */
  void retry(long number) {
    until(() -> Client.ended(job(number)));
    int before = job(number).get("attempt").asInt();
    until(
        () -> {
          Optional<Answer> answer =
              heard(ground.client().send("POST", path(number) + "/retry", Map.of(), Map.of()));
          if (answer.isPresent()) {
            answer.get().expect(200);
            return true;
          }
          JsonNode now = job(number);
          return !Client.ended(now) || now.get("attempt").asInt() > before;
        });
  }

  /** It stays, however old it is. */
  void pin(long number) {
    ask(() -> ground.client().send("POST", path(number) + "/pin", Map.of(), Map.of())).expect(200);
  }

  void remove(long number) {
    until(() -> Client.ended(job(number)));
    ask(() -> ground.client().send("DELETE", path(number), Map.of(), Map.of())).expect(204, 410);
  }

  JsonNode job(long number) {
    return ask(() -> ground.client().get(path(number))).expect(200).json();
  }

  /** The newest jobs, at most a thousand. */
  Iterable<JsonNode> jobs() {
    return ask(() -> ground.client().get("/api/v1/jobs?limit=1000")).expect(200).json().get("jobs");
  }

  void awaitAllEnded() {
    until(
        () ->
            heard(ground.client().get("/api/v1/jobs?state=PENDING,RUNNING&limit=1"))
                .filter(answer -> answer.expect(200).json().get("jobs").isEmpty())
                .isPresent());
  }

  private static String path(long number) {
    return "/api/v1/jobs/" + number;
  }
}
