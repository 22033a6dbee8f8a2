package dev.bide.server;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.Leftovers;
import dev.bide.api.Fields;
import dev.bide.api.HomeFiles;
import dev.bide.api.Json;
import dev.bide.notice.NoticeSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A server in a home of its own on a free port, and a client that has its token. */
final class RunningServer implements AutoCloseable {
  private final Path directory;
  private final Server server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String token;

  private RunningServer(Path directory, Server server) throws IOException {
    this.directory = directory;
    this.server = server;
    this.token = Files.readString(files().token()).strip();
  }

  static RunningServer start() throws Exception {
    return start(Files.createTempDirectory("bide-server"));
  }

  static RunningServer start(Path directory) throws Exception {
    return new RunningServer(directory, Server.start(settings(directory)));
  }

  static ServerSettings settings(Path directory) {
    return new ServerSettings(
        directory.resolve("home"),
        0,
        List.of("queue.example"),
        Duration.ofSeconds(5),
        false,
        Map.of("PATH", System.getenv("PATH"), "MARK", "of the caller", "BIDE_HOME", "/elsewhere"),
        directory.toString(),
        "1.2.3");
  }

  /** One that sends notices as these settings say. */
  static RunningServer start(NoticeSettings notices) throws Exception {
    return start(Files.createTempDirectory("bide-server"), notices);
  }

  private static RunningServer start(Path directory, NoticeSettings notices) throws Exception {
    ServerSettings usual = settings(directory);
    return new RunningServer(
        directory,
        Server.start(
            new ServerSettings(
                usual.home(),
                usual.port(),
                usual.hostNames(),
                usual.grace(),
                usual.service(),
                usual.callerEnvironment(),
                usual.startDirectory(),
                notices,
                usual.version(),
                usual.keep())));
  }

  /** One whose queue is opened in another way. */
  static RunningServer start(Function<BideConfig, Bide> opening) throws Exception {
    Path directory = Files.createTempDirectory("bide-server");
    return new RunningServer(directory, Server.start(settings(directory), opening));
  }

  /** Another server of the same home, once this one is stopped; closes it in this one's place. */
  RunningServer next(NoticeSettings notices) throws Exception {
    server.close();
    return start(directory, notices);
  }

  Server server() {
    return server;
  }

  HomeFiles files() {
    return new HomeFiles(directory.resolve("home"));
  }

  Path directory() {
    return directory;
  }

  String token() {
    return token;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  /** A request to a path below /api/v1, with the token. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path.startsWith("/") ? path : "/api/v1/" + path))
        .header("Authorization", "Bearer " + token);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Sends it without waiting for the answer. */
  CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> sendAsync(String path) {
    return sendAsync(request(path));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  /** Sends a form of a page. */
  HttpResponse<String> form(String path, Map<String, String> fields)
      throws IOException, InterruptedException {
    String body =
        fields.entrySet().stream()
            .map(
                field ->
                    field.getKey()
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "text/html")
            .POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<String> post(String path, @Nullable Object body)
      throws IOException, InterruptedException {
    return send(json("POST", path, body));
  }

  HttpRequest.Builder json(String method, String path, @Nullable Object body) {
    return request(path)
        .header("Content-Type", "application/json")
        .method(
            method,
            body == null
                ? BodyPublishers.noBody()
                : BodyPublishers.ofString(body instanceof String text ? text : Json.write(body)));
  }

  /** Adds a job and returns its number. */
  long add(String... command) throws Exception {
    HttpResponse<String> answer = post("jobs", Map.of("command", List.of(command)));
    if (answer.statusCode() != 201) {
      throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }
    return fields(answer).number("number");
  }

  /** Adds a job that fails after a word, of which somebody is told. */
  long addTelling(String... rules) throws Exception {
    HttpResponse<String> answer =
        post(
            "jobs",
            Map.of("shell", "echo a last word; exit 7", "notify", List.of(rules), "name", "told"));
    if (answer.statusCode() != 201) {
      throw new AssertionError(answer.statusCode() + ": " + answer.body());
    }
    return fields(answer).number("number");
  }

  /** The notices that a query finds, newest first. */
  List<Fields> notices(String query) throws Exception {
    return fields(get("notices" + query)).list("notices").stream().map(Fields::of).toList();
  }

  /** Waits until a job has ended. */
  Fields end(long job) throws Exception {
    Fields fields = fields(get("jobs/" + job + "?wait=60"));
    if (fields.text("endedAt") == null) {
      throw new AssertionError("job " + job + " has not ended: " + fields);
    }
    return fields;
  }

  static Fields fields(HttpResponse<String> answer) throws Json.Malformed {
    return Fields.of(Json.read(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** A server on the same home, after this one was stopped. */
  RunningServer again() throws Exception {
    server.close();
    return start(directory);
  }

  /** The same, with a queue that is opened in another way. */
  RunningServer again(Function<BideConfig, Bide> opening) throws Exception {
    server.close();
    return new RunningServer(directory, Server.start(settings(directory), opening));
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop(true);
    } finally {
      // a test that failed between two servers on the same home left its jobs
      Leftovers.end(directory);
      Leftovers.delete(directory);
    }
  }
}
