package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.api.Fields;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Everything that programs get wrong gets a status, a kind and one clear line, no job is lost or
 * added by half, and the server goes on. The same on the command line: {@code
 * dev.bide.cli.BadInputTest}.
 */
class BadInputTest {
  private static RunningServer server;
  private static long first;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start();
    first = server.add("true");
    server.end(first);
    Files.writeString(server.directory().resolve("data"), "x");
    Files.writeString(server.directory().resolve("count.py"), "print(1)\n");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Fields refused(int status, String kind, String detail, HttpRequest.Builder request)
      throws Exception {
    List<?> before = jobs();
    HttpResponse<String> answer = server.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    Fields problem = fields(answer);
    assertThat(problem.text("type")).isEqualTo("urn:bide:" + kind);
    assertThat(problem.number("status")).isEqualTo(status);
    assertThat(problem.needed("title")).isNotBlank();
    assertThat(problem.needed("detail")).isEqualTo(detail).doesNotContain("\n");
    assertThat(problem.needed("errorId")).matches("[0-9a-f]{12}");
    assertThat(answer.body()).doesNotContain("\tat ").doesNotContain("Exception");
    assertThat(jobs()).isEqualTo(before);
    return problem;
  }

  private static void invalid(String field, String message, Object body) throws Exception {
    Fields problem =
        refused(422, "invalid", field + ": " + message, server.json("POST", "jobs", body));
    assertThat(problem.list("errors")).hasSize(1);
    Fields error = Fields.of(problem.list("errors").get(0));
    assertThat(error.text("field")).isEqualTo(field);
    assertThat(error.text("message")).isEqualTo(message);
  }

  private static void failsToStart(String message, Map<String, Object> request) throws Exception {
    List<?> before = jobs();
    HttpResponse<String> added = server.post("jobs", request);
    assertThat(added.statusCode()).isEqualTo(201);
    Fields end = server.end(fields(added).number("number"));
    assertThat(end.text("state")).isEqualTo("FAILED");
    assertThat(end.text("reason")).isEqualTo("START_FAILED");
    assertThat(end.text("message")).isEqualTo(message);
    assertThat(end.integer("exitCode")).isNull();
    List<?> after = jobs();
    assertThat(after.subList(1, after.size())).isEqualTo(before);
  }

  private static List<?> jobs() throws Exception {
    return fields(server.get("jobs?limit=1000")).list("jobs");
  }

  private static Map<String, Object> command(String... words) {
    return Map.of("command", List.of(words));
  }

  @Test
  void a_missing_program() throws Exception {
    failsToStart(
        "program not found: no-such-program (on the PATH)", command("no-such-program", "x"));
  }

  @Test
  void a_missing_directory() throws Exception {
    failsToStart(
        "no such directory: /no/such", Map.of("command", List.of("true"), "directory", "/no/such"));
  }

  @Test
  void a_file_that_is_not_executable() throws Exception {
    failsToStart("./data is not executable", command("./data"));
    HttpRequest.Builder script = server.json("POST", "jobs", command("count.py", "10"));
    Fields problem =
        refused(
            422,
            "invalid",
            "command: count.py is not executable: did you mean `python3 count.py 10`?",
            script);
    assertThat(problem.texts("suggestion")).containsExactly("python3", "count.py", "10");
  }

  @Test
  void a_nul_in_an_argument() throws Exception {
    invalid(
        "command",
        "argument 2 holds a NUL character, which no process can be given",
        command("echo", "a", "b\0"));
    invalid(
        "shell",
        "holds a NUL character, which no process can be given",
        Map.of("shell", "echo \0"));
  }

  @Test
  void an_argument_of_200_kb() throws Exception {
    invalid(
        "command",
        "argument 1 is 200000 bytes long; at most 131071 can be given: put it into a file",
        command("echo", "x".repeat(200_000)));
  }

  @Test
  void invalid_utf8() throws Exception {
    byte[] body = "{\"command\":[\"echo\",\"a?\"]}".getBytes(StandardCharsets.UTF_8);
    body[20] = (byte) 0xff;
    refused(
        400,
        "malformed",
        "the body is no JSON that can be read: Invalid UTF-8 start byte 0xff (line 1, column"
            + " 22)",
        json("jobs", body));
  }

  private static HttpRequest.Builder json(String path, byte[] body) {
    return server
        .request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(body));
  }

  @Test
  void an_unknown_charset() throws Exception {
    for (String charset : List.of("", "nosuch", "../../x", "\"", "utf-16")) {
      refused(
          415,
          "wrong-type",
          "send the body as charset=utf-8",
          server
              .request("jobs?no-such-parameter=1")
              .header("Content-Type", "application/json; charset=" + charset)
              .POST(BodyPublishers.ofString("{\"command\":[\"true\"]}")));
    }
  }

  @Test
  void a_charset_that_is_utf_8_under_another_name_or_in_quotes() throws Exception {
    for (String type : List.of("UTF-8", "\"utf-8\"", "utf8; other=1", "us-ascii")) {
      HttpResponse<String> answer =
          server.send(
              server
                  .request("jobs")
                  .header("Content-Type", "application/json; charset=" + type)
                  .POST(BodyPublishers.ofString("{\"command\":[\"true\"]}")));
      assertThat(answer.statusCode()).as(type).isEqualTo(201);
      server.end(fields(answer).number("number"));
    }
  }

  @Test
  void a_multipart_form_without_parts() throws Exception {
    RawClient.Answer answer =
        new RawClient(server.server().port())
            .send(
                "POST",
                "/login",
                "token=x",
                "Host: localhost",
                "Content-Type: multipart/form-data");
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void another_version_of_http() throws Exception {
    RawClient.Answer answer =
        new RawClient(server.server().port())
            .bytes("GET /healthz HTTP/3\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
  }

  @Test
  void more_slow_bodies_than_threads() throws Exception {
    RawClient client = new RawClient(server.server().port());
    List<SocketChannel> slow = new ArrayList<>();
    try {
      String head =
          "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + server.token()
              + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
      for (int i = 0; i < 40; i++) {
        SocketChannel channel = client.connect();
        slow.add(channel);
        channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)));
        channel.configureBlocking(false);
      }
      // that one is refused because too many are slow shows that the others are being read
      Awaitility.await().until(() -> slow.stream().anyMatch(BadInputTest::isAnswered));
      assertThat(server.get("server").statusCode()).isEqualTo(200);
      // whose body is there, or a moment behind its head, is in nobody's way
      for (int i = 0; i < 20; i++) {
        assertThat(
                server
                    .send(server.json("PATCH", "queues/default", Map.of("paused", false)))
                    .statusCode())
            .isEqualTo(200);
      }
    } finally {
      for (SocketChannel channel : slow) {
        channel.close();
      }
    }
  }

  @Test
  void a_change_of_a_queue_without_a_body() throws Exception {
    refused(
        400,
        "malformed",
        "the body is missing: a JSON object is needed",
        server
            .request("queues/default")
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.noBody()));
  }

  @Test
  void a_body_of_which_nothing_is_read_and_a_sender_that_reads_nothing_before_it_wrote_all()
      throws Exception {
    String body = "x".repeat(12_000_000);
    String host = "Host: localhost";
    for (int i = 0; i < 5; i++) {
      RawClient.Answer withoutToken =
          new RawClient(server.server().port()).send("POST", "/api/v1/jobs", body, host);
      assertThat(withoutToken.status()).isEqualTo(401);
      RawClient.Answer withoutRoute =
          new RawClient(server.files().sock()).send("POST", "/api/v1/nosuch", body, host);
      assertThat(withoutRoute.status()).isEqualTo(404);
    }
    RawClient.Answer kept =
        new RawClient(server.files().sock())
            .bytes(
                "POST /api/v1/nosuch HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body
                    + "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(kept.status()).isEqualTo(404);
  }

  private static boolean isAnswered(SocketChannel channel) {
    try {
      return channel.read(ByteBuffer.allocate(100)) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void an_unknown_queue() throws Exception {
    invalid(
        "queue",
        "there is no queue defualt: did you mean default?",
        Map.of("command", List.of("true"), "queue", "defualt"));
    refused(
        404,
        "no-such-queue",
        "there is no queue nosuch: there is default",
        server.request("queues/nosuch"));
    refused(
        404,
        "no-such-queue",
        "there is no queue nosuch: there is default",
        server.json("PATCH", "queues/nosuch", Map.of("paused", true)));
  }

  @Test
  void an_unknown_number() throws Exception {
    long newest = Fields.of(jobs().get(0)).number("number");
    String detail = "no job 81200: the newest is " + newest;
    refused(404, "no-such-job", detail, server.request("jobs/81200"));
    refused(404, "no-such-job", detail, server.request("jobs/81200/log"));
    refused(404, "no-such-job", detail, server.request("jobs/81200").DELETE());
    refused(404, "no-such-job", detail, server.json("POST", "jobs/81200/cancel", null));
    refused(404, "no-such-job", detail, server.json("POST", "jobs/81200/retry", null));
  }

  @Test
  void an_unknown_field() throws Exception {
    invalid(
        "nmae",
        "is no field that is known: did you mean name?",
        Map.of("command", List.of("true"), "nmae", "x"));
  }

  @Test
  void an_unknown_parameter() throws Exception {
    refused(
        422,
        "invalid",
        "stat: is no parameter that is known: did you mean state?",
        server.request("jobs?stat=FAILED"));
  }

  @Test
  void malformed_json() throws Exception {
    refused(
        400,
        "malformed",
        "the body is no JSON that can be read: Unexpected end-of-input: expected close marker for Array"
            + " (line 1, column 19)",
        json("jobs", "{\"command\":[\"true\"".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_body_of_17_mb() throws Exception {
    String word = "x".repeat(100_000);
    byte[] list =
        ("{\"jobs\":[{\"command\":[\"echo\"" + (",\"" + word + "\"").repeat(175) + "]}]}")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(list.length).isGreaterThan(17_000_000);
    refused(
        413,
        "too-large",
        "the body is longer than the 16 MB that are allowed here: send it in parts",
        json("jobs", list));
    byte[] one =
        ("{\"command\":[\"echo\"" + (",\"" + word + "\"").repeat(45) + "]}")
            .getBytes(StandardCharsets.UTF_8);
    refused(
        413,
        "too-large",
        "the body is longer than the 4 MB that are allowed here: put large arguments and values"
            + " into files",
        json("jobs", one));
    refused(
        413,
        "too-large",
        "the body is longer than the 16 MB that are allowed here: send it in parts",
        server
            .request("import?dir=/")
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofByteArray(list)));
  }

  @Test
  void a_wrong_token() throws Exception {
    for (String wrong : List.of("A".repeat(43), server.token() + "x", "")) {
      refused(
          401,
          "no-token",
          "send Authorization: Bearer with the token in the home's file token, or use the socket",
          HttpRequest.newBuilder(server.uri("/api/v1/jobs"))
              .header("Authorization", "Bearer " + wrong));
    }
  }

  private static ServerSettings settings(Path home, @Nullable Integer port) {
    return new ServerSettings(
        home, port, List.of(), Duration.ofSeconds(5), false, Map.of(), "/", "1.2.3");
  }

  private static void doesNotStart(String line, Path home, @Nullable Integer port)
      throws Exception {
    List<?> before = jobs();
    assertThatThrownBy(() -> Server.start(settings(home, port)).close())
        .isInstanceOf(ServerTrouble.class)
        .hasMessage(line);
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void a_second_server() throws Exception {
    doesNotStart(
        "another server (pid " + ProcessHandle.current().pid() + ") holds " + server.files().home(),
        server.files().home(),
        0);
  }

  @Test
  void a_home_that_is_too_wide() throws Exception {
    Path home = Files.createDirectory(server.directory().resolve("wide"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    doesNotStart("home " + home + " is open to others (mode 0755): chmod 700 " + home, home, 0);
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void a_port_that_is_taken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      doesNotStart(
          "port "
              + taken.getLocalPort()
              + " is taken by another program: choose another (--port, BIDE_PORT or port in"
              + " bide.toml), or none",
          server.directory().resolve("other"),
          taken.getLocalPort());
    }
  }
}
