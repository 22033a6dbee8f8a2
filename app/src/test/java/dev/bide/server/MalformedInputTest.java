package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nothing that can be sent makes the server fail: it refuses in words, and goes on. */
class MalformedInputTest {
  private static final int REQUESTS = Integer.getInteger("malformed.requests", 2_000);
  private static final List<String> PATHS =
      List.of(
          "/api/v1/jobs",
          "/api/v1/jobs/1",
          "/api/v1/jobs/1/cancel",
          "/api/v1/jobs/1/retry",
          "/api/v1/jobs/1/log",
          "/api/v1/queues",
          "/api/v1/queues/default",
          "/api/v1/import",
          "/api/v1/export",
          "/api/v1/login-codes",
          "/api/v1/server",
          "/api/v1/openapi.yaml",
          "/healthz",
          "/login",
          "/jobs",
          "/jobs/1",
          "/");
  private static final List<String> METHODS =
      List.of("GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "get", "X");
  private static final List<String> QUERY_VALUES =
      List.of(
          "",
          "0",
          "-1",
          "1",
          "99999999999999999999",
          "x",
          "%00",
          "%ff",
          "%zz",
          "%2e%2e%2f",
          "a,b",
          "PENDING,",
          "%F0%9F%98%80",
          "1%0d%0aX:y",
          "[]",
          "null",
          "1e9",
          "bytes");
  private static final List<String> QUERY_NAMES =
      List.of("state", "queue", "limit", "after", "wait", "attempt", "tail", "dir", "format", "x");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e400",
          "9007199254740993",
          "99999999999999999999999",
          "\"\"",
          "\"x\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"/\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "[\"true\"]",
          "[\"true\",\"\\u0000\"]",
          "{\"A\":\"b\"}",
          "{\"\":\"\"}",
          "{\"A=\":1}",
          "\"\\uD83D\\uDE00\"",
          "\"0022\"",
          "\"default\"",
          "[1]");
  private static final List<String> FIELDS =
      List.of(
          "command",
          "shell",
          "directory",
          "name",
          "queue",
          "environment",
          "inheritEnvironment",
          "umask",
          "jobs",
          "defaults",
          "slots",
          "paused",
          "graceSeconds",
          "killjobs",
          "x",
          "");
  private static final List<String> HEADERS =
      List.of(
          "Range: bytes=0-",
          "Range: bytes=-",
          "Range: bytes=9-1",
          "Range: bytes=99999999999999999999-",
          "Range: x",
          "Last-Event-ID: x",
          "Idempotency-Key:",
          "Idempotency-Key: é",
          "Origin: null",
          "Sec-Fetch-Site: cross-site",
          "Cookie: ;;;===",
          "Cookie: bide-00000000=a.b.c",
          "Content-Encoding: gzip",
          "Expect: 100-continue",
          "Accept: text/html",
          "X-Forwarded-Host: evil",
          "Transfer-Encoding: identity",
          "Upgrade: websocket");

  private final long seed = Long.getLong("malformed.seed", 20261124L);
  private final Random random = new Random(seed);

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  @Test
  void whateverIsSentIsRefusedInWordsAndNeverAFault() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      server.send(server.json("PATCH", "queues/default", java.util.Map.of("paused", true)));
      server.add("true");
      RawClient client = new RawClient(server.server().port());
      for (int i = 0; i < REQUESTS; i++) {
        byte[] request = request(server.token());
        RawClient.Answer answer = client.bytes(request);
        String what =
            "seed " + seed + ", request " + i + ": " + new String(request, StandardCharsets.UTF_8);
        assertThat(answer.status()).as(what).isBetween(200, 503).isNotIn(500, 501, 502);
        assertThat(answer.body()).as(what).doesNotContain("\tat ").doesNotContain("Exception");
      }
      assertThat(server.get("server").statusCode()).isEqualTo(200);
      assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
          .filteredOn(name -> name.startsWith("http-"))
          .hasSizeLessThanOrEqualTo(32);
    }
  }

  private byte[] request(String token) throws IOException {
    String path = one(PATHS);
    if (random.nextInt(3) == 0) {
      path += "?" + one(QUERY_NAMES) + "=" + one(QUERY_VALUES).replace("60", "1");
    }
    if (random.nextInt(8) == 0) {
      path =
          path.replace("1", one(List.of("%2e%2e", "..", "-1", "%00", "é", "999999999999999999")));
    }
    String method = one(METHODS);
    List<String> headers = new ArrayList<>();
    headers.add("Host: localhost");
    if (random.nextInt(10) > 0) {
      headers.add("Authorization: Bearer " + token);
    }
    headers.add("Content-Type: " + one(List.of("application/json", "text/plain", "x", "")));
    for (int i = random.nextInt(3); i > 0; i--) {
      headers.add(one(HEADERS));
    }
    byte[] body = body();
    boolean lies = random.nextInt(40) == 0;
    headers.add("Content-Length: " + (lies ? Math.max(0, body.length - 1) : body.length));
    headers.add("Connection: close");
    byte[] head =
        (method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  private byte[] body() {
    String text =
        switch (random.nextInt(8)) {
          case 0 -> "";
          case 1 -> "[".repeat(random.nextInt(10_000));
          case 2 -> "{\"jobs\":[" + object() + "," + object() + "],\"defaults\":" + object() + "}";
          case 3 -> object() + object();
          default -> object();
        };
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextInt(5) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private String object() {
    List<String> fields = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      fields.add("\"" + one(FIELDS) + "\":" + one(VALUES));
    }
    return "{" + String.join(",", fields) + "}";
  }
}
