package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The server stands still (SIGSTOP) while its jobs go on, and then goes on itself: what ended
 * meanwhile is told with the time at which it ended, a follower hears all of it, and who asked
 * meanwhile is answered.
 *
 * @param time how long it stands still; a second and more
 */
record Pause(Duration time) {
  /**
   * Does it, telling a line.
   *
   * @return whether nothing was lost and everything told is true
   */
  boolean run(Consumer<String> tell) {
    List<String> findings = new ArrayList<>();
    Map<String, LoadJob> accepted = new TreeMap<>();
    try (Ground ground = new Ground().quick()) {
      ground.serve();
      try (Follower follower = new Follower(ground)) {
        long early = submit(ground, accepted, new LoadJob("ends-meanwhile", "0.7", 20, 7));
        submit(ground, accepted, new LoadJob("ends-meanwhile-too", "0.8", 20, 0));
        submit(ground, accepted, new LoadJob("goes-on", time.toSeconds() + ".5", 200, 0));
        for (int index = 0; index < 5; index++) {
          submit(ground, accepted, new LoadJob("waits-" + index, "0", 20, index));
        }
        ground.client().await(early, job -> job.get("pid").isNumber());
        LoadJob during = new LoadJob("asked-meanwhile", "0", 20, 3);
        accepted.put(during.ticket(), during);
        Thread asker = new Thread(() -> ground.submit(during), "asker"); // or no answer in time
        ground.server().signal("STOP");
        try {
          asker.start();
          BideServer.pause(time);
        } finally {
          ground.server().signal("CONT");
        }
        join(asker);
        ground.mustSubmit(during);
        ground.awaitAllEnded(Duration.ofSeconds(60));
        Verdict verdict = Checker.check(ground, accepted, new HashSet<>(), 3);
        findings.addAll(verdict.findings());
        List<JsonNode> jobs = ground.client().jobs();
        findings.addAll(follower.missing(jobs, Duration.ofSeconds(20)));
        jobs.forEach(job -> untrueEnd(ground, job).ifPresent(findings::add));
        tell.accept(
            "stood still for %d s: %s%s"
                .formatted(
                    time.toSeconds(),
                    verdict,
                    findings.isEmpty()
                        ? ""
                        : "\n  all findings:\n  " + String.join("\n  ", findings)));
        return findings.isEmpty();
      }
    }
  }

  /** When a job ended is when its exit code was written down, whenever that was read. */
  private static Optional<String> untrueEnd(Ground ground, JsonNode job) {
    String directory =
        ground
            .client()
            .job(job.get("number").asLong())
            .get("attempts")
            .get(0)
            .get("directory")
            .asText();
    try {
      Instant recorded = Files.getLastModifiedTime(Path.of(directory, "exit")).toInstant();
      Instant told = Instant.parse(job.get("endedAt").asText());
      return told.equals(recorded.truncatedTo(ChronoUnit.MILLIS))
          ? Optional.empty()
          : Optional.of("ended at " + recorded + ", told as " + job);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long submit(Ground ground, Map<String, LoadJob> accepted, LoadJob job) {
    accepted.put(job.ticket(), job);
    return ground.mustSubmit(job);
  }

  private static void join(Thread thread) {
    try {
      thread.join(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
