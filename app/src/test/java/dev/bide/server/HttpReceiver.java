package dev.bide.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bide.api.Fields;
import dev.bide.api.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;

/** A web server that remembers what is posted to it. */
public final class HttpReceiver implements AutoCloseable {
  /** What was posted. */
  public record Posted(String path, Map<String, String> headers, String body) {
    /** As JSON. */
    public Fields json() {
      try {
        return Fields.of(Json.read(body.getBytes(StandardCharsets.UTF_8)));
      } catch (Json.Malformed e) {
        throw new AssertionError(body, e);
      }
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Posted> posted = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();

  /** On a free port of this machine. */
  public HttpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    Map<String, String> headers = new HashMap<>();
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(lower(name), values.get(0)));
    posted.add(
        new Posted(
            path,
            headers,
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    int status = answers.getOrDefault(path, 204);
    if (status == 0) {
      return; // it never answers
    }
    if (status / 100 == 3) {
      exchange.getResponseHeaders().set("Location", url("/elsewhere"));
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static String lower(String name) {
    return name.toLowerCase(java.util.Locale.ROOT);
  }

  /** Where it is, with a path. */
  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** Answers what is posted there with this status; 0: never. */
  public void answer(String path, int status) {
    answers.put(path, status);
  }

  /** All that was posted so far. */
  public List<Posted> posted() {
    return posted;
  }

  /** Waits until so much was posted. */
  public List<Posted> await(int count) {
    Awaitility.await().until(() -> posted.size() >= count);
    return posted;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
