package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HEAD is GET without its body (RFC 9110, 9.3.2), on every route. */
class HeadTest {
  private static RunningServer server;
  private static RawClient raw;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start();
    raw = new RawClient(server.server().port());
    long job = server.add("echo", "hello");
    server.end(job);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static List<String> routes() {
    var javalin = Objects.requireNonNull(server.server().web().javalin());
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .filter(route -> route.endpoint.method.equals(HandlerType.GET))
        .map(
            route ->
                route
                    .endpoint
                    .path
                    .replace("{job}", "1")
                    .replace("{name}", "default")
                    .replace("{folder}", "x")
                    .replace("{file}", "bide.css")
                    .replace("/older", "/older?before=2026-01-01T00:00:00Z"))
        .toList();
  }

  private static List<String> lines(RawClient.Answer answer) {
    return Arrays.stream(answer.head().split("\r\n", -1)).sorted().toList();
  }

  @Test
  void head_answers_what_get_answers_without_the_body() throws Exception {
    ScheduleFixture.added(server, ScheduleFixture.schedule("default", "cron", "@yearly"));
    List<String> routes = routes();
    assertThat(routes).hasSizeGreaterThan(12).contains("/api/v1/jobs/1/log", "/jobs/1");
    for (String path : routes) {
      if (path.endsWith("/events") || path.equals("/metrics")) {
        continue; // an answer without an end, and one that is never the same twice
      }
      String query = path.endsWith("/export") ? "?format=job_queue.txt" : "";
      for (String token : List.of(server.token(), "wrong")) {
        String[] headers = {"Host: localhost", "Authorization: Bearer " + token};
        RawClient.Answer get = raw.request("GET", path + query, headers);
        RawClient.Answer head = raw.request("HEAD", path + query, headers);
        assertThat(lines(head)).as(path).isEqualTo(lines(get));
        assertThat(head.body()).as(path).isEmpty();
        if (token.equals(server.token())) {
          assertThat(get.status()).as(path + get.body()).isIn(200, 303);
        }
      }
    }
  }

  @Test
  void head_of_what_is_not_there_says_so() throws Exception {
    String[] headers = {"Host: localhost", "Authorization: Bearer " + server.token()};
    for (String path : List.of("/api/v1/jobs/812", "/api/v1/queues/no", "/nowhere", "/jobs/812")) {
      RawClient.Answer head = raw.request("HEAD", path, headers);
      assertThat(head.status()).as(path).isEqualTo(404);
      assertThat(head.body()).as(path).isEmpty();
    }
  }

  @Test
  void head_of_a_part_of_a_log_has_the_headers_of_that_part() throws Exception {
    String[] headers = {
      "Host: localhost", "Authorization: Bearer " + server.token(), "Range: bytes=2-"
    };
    RawClient.Answer get = raw.request("GET", "/api/v1/jobs/1/log", headers);
    RawClient.Answer head = raw.request("HEAD", "/api/v1/jobs/1/log", headers);
    assertThat(get.status()).isEqualTo(206);
    assertThat(get.body()).isEqualTo("llo\n");
    assertThat(lines(head)).isEqualTo(lines(get));
    assertThat(head.body()).isEmpty();
  }

  @Test
  void head_of_the_events_ends_at_once() {
    RawClient.Answer head =
        assertTimeoutPreemptively(
            Duration.ofSeconds(10),
            () ->
                raw.request(
                    "HEAD",
                    "/api/v1/events?topics=jobs",
                    "Host: localhost",
                    "Authorization: Bearer " + server.token()));
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Type")).startsWith("text/event-stream");
    assertThat(head.body()).isEmpty();
    assertThat(server.server().listeners()).isZero();
  }
}
