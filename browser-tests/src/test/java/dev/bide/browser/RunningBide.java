package dev.bide.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import dev.bide.checks.Gate;
import dev.bide.checks.ProcessTable;
import dev.bide.checks.QuickStart;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A Bide of its own: the jar as a process, with a home, a port and a directory for its jobs. */
final class RunningBide implements AutoCloseable {
  /** As many as a new home has. */
  private static final int SLOTS = 3;

  private final Path root;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;
  private int gates;

  private RunningBide(Path root, int port) throws IOException {
    this.root = root;
    this.port = port;
    this.process = launch();
  }

  /** Starts one and waits until it answers. */
  static RunningBide start() {
    try {
      Path root = Files.createTempDirectory("bide-browser-");
      Files.createDirectories(root.resolve("work"));
      RunningBide bide = new RunningBide(root, freePort());
      try {
        bide.awaitReady();
      } catch (RuntimeException e) {
        bide.close();
        throw e;
      }
      return bide;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process launch() throws IOException {
    List<String> words = new ArrayList<>(List.of("env", "--default-signal", "LC_ALL=C.UTF-8"));
    words.addAll(QuickStart.program());
    words.addAll(List.of("serve", "--port", Integer.toString(port)));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().keySet().removeIf(name -> name.startsWith("BIDE_"));
    builder.environment().put("BIDE_HOME", root.resolve("home").toString());
    builder.environment().put("XDG_CONFIG_HOME", root.resolve("config").toString());
    builder.directory(directory().toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(root.resolve("output").toFile()));
    builder.redirectInput(new File("/dev/null"));
    return builder.start();
  }

  private void awaitReady() {
    Awaitility.await("the server answers")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException(
                    "the server ended: " + Files.readString(root.resolve("output")));
              }
              return healthy();
            });
  }

  private boolean healthy() {
    try {
      return http.send(
                  HttpRequest.newBuilder(URI.create(url("/healthz"))).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** kill -9. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts it again on the same home and port. */
  void startAgain() {
    try {
      process = launch();
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again with this in its {@code bide.toml}. */
  void configure(String toml) {
    try {
      Path folder = Files.createDirectories(root.resolve("config").resolve("bide"));
      Files.writeString(folder.resolve("bide.toml"), toml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    kill();
    startAgain();
  }

  /** Starts it again as if these jobs had ended so long ago. */
  void endedBefore(Duration ago, long... numbers) {
    kill();
    long at = System.currentTimeMillis() - ago.toMillis();
    try (Connection database =
            DriverManager.getConnection("jdbc:sqlite:" + root.resolve("home").resolve("bide.db"));
        PreparedStatement job =
            database.prepareStatement("update job set final_at = ? where number = ?");
        PreparedStatement attempt =
            database.prepareStatement("update attempt set ended_at = ? where number = ?")) {
      for (PreparedStatement statement : List.of(job, attempt)) {
        for (long number : numbers) {
          statement.setLong(1, at);
          statement.setLong(2, number);
          statement.executeUpdate();
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    startAgain();
  }

  /** An address of it. */
  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  int port() {
    return port;
  }

  /** Where its jobs run unless they say otherwise. */
  Path directory() {
    return root.resolve("work");
  }

  /** A new one, closed. */
  Gate gate() {
    return new Gate(root.resolve("gate-" + ++gates));
  }

  /** What a person types to log in. */
  String token() {
    try {
      return Files.readString(root.resolve("home").resolve("token")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new one-time link. */
  String loginLink() {
    return Fields.of(json("POST", "/api/v1/login-codes", null)).needed("url");
  }

  /** Adds a line for the shell by the API; answers its number. */
  long addShell(String line) {
    return Fields.of(
            json(
                "POST", "/api/v1/jobs", Map.of("shell", line, "directory", directory().toString())))
        .number("number");
  }

  /** Adds jobs as the API takes them, in one transaction; answers their numbers. */
  List<Long> addAll(List<Map<String, Object>> jobs) {
    return Fields.of(json("POST", "/api/v1/jobs", Map.of("jobs", jobs))).list("jobs").stream()
        .map(job -> Fields.of(job).number("number"))
        .toList();
  }

  /** Adds a schedule as the API takes it; its job is {@code true} unless it says otherwise. */
  void schedule(Map<String, Object> fields) {
    Map<String, Object> request = new HashMap<>(fields);
    request.putIfAbsent(
        "job", Map.of("command", List.of("true"), "directory", directory().toString()));
    json("POST", "/api/v1/schedules", request);
  }

  /** Makes up for the runs of a schedule between two instants. */
  void backfill(String schedule, String from, String to) {
    json("POST", "/api/v1/schedules/" + schedule + "/backfill", Map.of("from", from, "to", to));
  }

  /** Asks for something that needs no words. */
  void post(String path) {
    json("POST", path, null);
  }

  void delete(String path) {
    json("DELETE", path, null);
  }

  /** A job as the API shows it. */
  Fields job(long number) {
    return Fields.of(json("GET", "/api/v1/jobs/" + number, null));
  }

  /** How many jobs there are, up to a thousand. */
  int count() {
    return Fields.of(json("GET", "/api/v1/jobs?limit=1000", null)).list("jobs").size();
  }

  /** Waits until a job is in a state. */
  void awaitState(long number, String state) {
    Awaitility.await("job " + number + " is " + state)
        .atMost(Duration.ofSeconds(30))
        .until(() -> state.equals(job(number).text("state")));
  }

  /** Sets the slots of the default queue. */
  void slots(int slots) {
    json("PATCH", "/api/v1/queues/default", Map.of("slots", slots));
  }

  /** Takes back what a test that failed has left for the next one: jobs, slots, a dead server. */
  void tidy() {
    if (!process.isAlive()) {
      startAgain();
    }
    for (Object one : Fields.of(json("GET", "/api/v1/jobs?limit=1000", null)).list("jobs")) {
      Fields job = Fields.of(one);
      if (List.of("PENDING", "RUNNING").contains(job.text("state"))) {
        json("POST", "/api/v1/jobs/" + job.number("number") + "/cancel", Map.of("graceSeconds", 0));
      }
    }
    slots(SLOTS);
  }

  /** The default queue as the API shows it. */
  Fields queue() {
    return Fields.of(json("GET", "/api/v1/queues/default", null));
  }

  private Object json(String method, String path, Object body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .header("Authorization", "Bearer " + token())
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(Json.write(body), UTF_8))
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(
            method + " " + path + ": " + new String(answer.body(), UTF_8));
      }
      return answer.body().length == 0 ? Map.of() : Json.read(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Json.Malformed e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it with all its jobs, and deletes everything. */
  @Override
  public void close() throws IOException {
    try {
      if (process.isAlive()) {
        json("POST", "/api/v1/server/stop", Map.of("killJobs", true));
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
          kill();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
      // a server that was killed left its jobs
      ProcessTable.endAll(root.resolve("home"));
      try (Stream<Path> all = Files.walk(root)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(one);
        }
      }
    }
  }
}
