package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who takes webhooks on the loopback interface, and is not always well: some messages are
 * refused, some get no answer for long, of some the connection breaks. Thread-safe.
 */
final class NoticeReceiver implements AutoCloseable {
  /** Longer than a server waits for an answer. */
  private static final long HANGING_SECONDS = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One notice as it arrived.
   *
   * @param path where it went
   * @param message the id of the message that it came in
   * @param id its own
   * @param event what happened
   * @param facts what was known then
   * @param taken whether the sender was told that it had arrived
   */
  record Arrival(
      String path, String message, String id, String event, JsonNode facts, boolean taken) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Random random;
  private final int mostTroubles;
  private final List<Arrival> arrivals = new ArrayList<>(); // guarded by this
  private final List<String> findings = new ArrayList<>(); // guarded by this
  private final Map<String, Integer> troubles = new HashMap<>(); // guarded by this
  private final CountDownLatch calm = new CountDownLatch(1);
  private int troubled; // guarded by this

  /**
   * Begins to take what comes.
   *
   * @param mostTroubles how often a message is not taken at most, so that its pauses stay short
   */
  NoticeReceiver(Random random, int mostTroubles) {
    this.random = random;
    this.mostTroubles = mostTroubles;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::take);
    server.setExecutor(threads);
    server.start();
  }

  /** Where to post, without a path. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on everything is taken at once. */
  void calmDown() {
    calm.countDown();
  }

  /** Everything that arrived. */
  synchronized List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  /** What was wrong with the messages themselves. */
  synchronized List<String> findings() {
    return List.copyOf(findings);
  }

  /** How often a message was not taken. */
  synchronized int troubled() {
    return troubled;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode message = JSON.readTree(exchange.getRequestBody().readAllBytes());
      int kind = kind(message.get("id").asText());
      note(exchange, message, kind == 0);
      switch (kind) {
        case 1 -> exchange.sendResponseHeaders(500, -1);
        case 2 -> {
          boolean ended = calm.await(HANGING_SECONDS, TimeUnit.SECONDS);
          exchange.getResponseHeaders().add("calm", Boolean.toString(ended));
          // and then no answer at all
        }
        case 3 -> {
          // no answer
        }
        default -> exchange.sendResponseHeaders(204, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** 0: it is taken. */
  private synchronized int kind(String id) {
    int kind = random.nextInt(10);
    if (calm.getCount() == 0
        || kind < 1
        || kind > 3
        || troubles.getOrDefault(id, 0) >= mostTroubles) {
      return 0;
    }
    troubles.merge(id, 1, Integer::sum);
    troubled++;
    return kind;
  }

  private synchronized void note(HttpExchange exchange, JsonNode message, boolean taken) {
    String id = message.get("id").asText();
    String path = exchange.getRequestURI().getPath();
    if (!id.equals(exchange.getRequestHeaders().getFirst("webhook-id"))) {
      findings.add("another id in the header than in " + message);
    }
    JsonNode together = message.get("facts").get("notices");
    if (together == null) {
      arrivals.add(arrival(path, id, message, taken));
    } else {
      together.forEach(one -> arrivals.add(arrival(path, id, one, taken)));
    }
  }

  private static Arrival arrival(String path, String message, JsonNode one, boolean taken) {
    return new Arrival(
        path, message, one.get("id").asText(), one.get("event").asText(), one.get("facts"), taken);
  }

  @Override
  public void close() {
    calmDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
