package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What servers have told of jobs, and must never take back: that a job exists, and how it ended.
 * Listens to a server's list on a thread of its own until it is closed. Thread-safe.
 */
final class Told implements AutoCloseable {
  private final Ground ground;
  private final Map<Long, JsonNode> jobs = new TreeMap<>(); // guarded by itself
  private final List<String> findings = new ArrayList<>(); // guarded by jobs
  private final Thread listener = new Thread(this::listen, "listener");
  private volatile boolean ending;

  /** Listens to whichever server runs on this ground; one must have been launched. */
  Told(Ground ground) {
    this.ground = ground;
    listener.setDaemon(true);
    listener.start();
  }

  private void listen() {
    while (!ending) {
      ground
          .client()
          .get("/api/v1/jobs?limit=100")
          .filter(answer -> answer.status() == 200)
          .ifPresent(answer -> answer.json().get("jobs").forEach(this::hear));
      BideServer.pause(Duration.ofMillis(15));
    }
  }

  /** A server has said this. */
  void hear(JsonNode job) {
    ObjectNode told = job.deepCopy();
    told.remove("attempts"); // only said of one job
    synchronized (jobs) {
      JsonNode before = jobs.put(told.get("number").asLong(), told);
      if (before != null && Client.ended(before) && !before.equals(told)) {
        if (Client.ended(told)) {
          findings.add("told as " + before + ", now as " + told);
        }
        jobs.put(told.get("number").asLong(), before); // an answer may overtake another
      }
    }
  }

  /** How many jobs it was told of, and how many endings. */
  String amounts() {
    synchronized (jobs) {
      return jobs.size()
          + " jobs and "
          + jobs.values().stream().filter(Client::ended).count()
          + " endings told";
    }
  }

  /** What the server that runs now takes back of all that was told before. */
  List<String> takenBack() {
    Map<Long, JsonNode> before;
    synchronized (jobs) {
      before = new TreeMap<>(jobs);
    }
    Map<Long, JsonNode> now = new HashMap<>();
    ground.client().jobs().forEach(job -> now.put(job.get("number").asLong(), job));
    List<String> all = new ArrayList<>();
    before.forEach(
        (number, job) -> {
          Optional<JsonNode> found = Optional.ofNullable(now.get(number));
          boolean same =
              found
                  .filter(one -> one.get("uuid").equals(job.get("uuid")))
                  .filter(one -> !Client.ended(job) || one.equals(job))
                  .isPresent();
          if (!same) {
            all.add("told as " + job + ", now as " + found.map(Object::toString).orElse("unknown"));
          }
        });
    synchronized (jobs) {
      all.addAll(findings);
      findings.clear();
    }
    return all;
  }

  @Override
  public void close() {
    ending = true;
    try {
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
