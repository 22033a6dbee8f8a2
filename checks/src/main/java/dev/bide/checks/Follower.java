package dev.bide.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Follows the live events of a server as a page does: where the stream ends, it asks again for what
 * came after the last event. Listens on a thread of its own until it is closed.
 */
final class Follower implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Ground ground;
  private final Map<Long, JsonNode> heard = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::follow, "follower");
  private final CountDownLatch begun = new CountDownLatch(1);
  private volatile boolean ending;
  private volatile boolean reset;
  private volatile String lastId = "";

  /** Begins; a server must run. What is told from now on is heard. */
  Follower(Ground ground) {
    this.ground = ground;
    thread.setDaemon(true);
    thread.start();
    try {
      if (!begun.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no stream of events begins");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    while (!ending) {
      try {
        listen();
      } catch (IOException e) {
        BideServer.pause(Duration.ofMillis(100)); // the stream broke off
      }
    }
  }

  private void listen() throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + ground.port() + "/api/v1/events?topics=jobs");
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    String token = Files.readString(ground.home().resolve("token")).strip();
    connection.setRequestProperty("Authorization", "Bearer " + token);
    connection.setRequestProperty("Accept", "text/event-stream");
    if (!lastId.isEmpty()) {
      connection.setRequestProperty("Last-Event-ID", lastId);
    }
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
      begun.countDown();
      String event = "";
      String line;
      while (!ending && (line = lines.readLine()) != null) {
        if (line.startsWith("id:")) {
          lastId = line.substring(3).strip();
        } else if (line.startsWith("event:")) {
          event = line.substring(6).strip();
        } else if (line.startsWith("data:") && event.equals("job")) {
          JsonNode job = JSON.readTree(line.substring(5));
          heard.put(job.get("number").asLong(), job);
        } else if (line.startsWith("data:") && event.equals("reset")) {
          reset = true; // it is told that it has missed something, and would read the list
        }
      }
    } finally {
      connection.disconnect();
    }
  }

  /** What of these jobs, all of which have ended, it did not hear in time. */
  List<String> missing(List<JsonNode> ended, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      List<String> missing =
          ended.stream()
              .filter(job -> !said(job).equals(job.get("state").asText()))
              .map(job -> "a follower heard \"" + said(job) + "\" of " + job)
              .toList();
      if (missing.isEmpty() || reset || System.nanoTime() > deadline) {
        return reset ? List.of() : missing;
      }
      BideServer.pause(Duration.ofMillis(20));
    }
  }

  private String said(JsonNode job) {
    JsonNode last = heard.get(job.get("number").asLong());
    return last == null ? "" : last.get("state").asText();
  }

  /** Hears no more; its thread ends with the next word of the server, or with the server. */
  @Override
  public void close() {
    ending = true;
  }
}
