package dev.bide.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
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
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

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

  private final List<String> names = new CopyOnWriteArrayList<>();
  private final String scheme;

  /** On a free port of this machine. */
  public HttpReceiver() throws IOException {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
  }

  /**
   * At an address.
   *
   * @param tls what it encrypts with; null: it does not
   */
  public HttpReceiver(InetSocketAddress address, @Nullable SSLContext tls) throws IOException {
    if (tls == null) {
      server = HttpServer.create(address, 0);
      scheme = "http";
    } else {
      HttpsServer encrypted = HttpsServer.create(address, 0);
      encrypted.setHttpsConfigurator(new HttpsConfigurator(tls));
      server = encrypted;
      scheme = "https";
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    if (exchange instanceof HttpsExchange encrypted
        && encrypted.getSSLSession() instanceof ExtendedSSLSession session) {
      session.getRequestedServerNames().forEach(name -> names.add(name.toString()));
    }
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
    return url("127.0.0.1", path);
  }

  /** The same by a name. */
  public String url(String host, String path) {
    return scheme + "://" + host + ":" + port() + path;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** The names by which clients called it when they began to encrypt. */
  public List<String> names() {
    return names;
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
