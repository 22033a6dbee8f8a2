package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.HandlerType;
import io.javalin.router.ParsedEndpoint;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who is let in, and what every answer carries. */
class AccessTest {
  private static RunningServer server;
  private static RawClient raw;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start();
    raw = new RawClient(server.server().port());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** Every route the router has, with its parameters filled in. */
  private static List<ParsedEndpoint> routes() {
    var javalin = Objects.requireNonNull(server.server().web().javalin());
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .filter(route -> HandlerType.commonHttp().contains(route.endpoint.method))
        .toList();
  }

  private static String path(ParsedEndpoint route) {
    return route.endpoint.path.replaceAll("\\{[a-z]+\\}", "1");
  }

  @Test
  void everyRouteButThoseOfTheLogInAnswers401WithoutAToken() throws Exception {
    List<String> open = new ArrayList<>();
    for (ParsedEndpoint route : routes()) {
      String method = route.endpoint.method.name();
      HttpResponse<String> answer =
          server.send(
              HttpRequest.newBuilder(server.uri(path(route)))
                  .method(method, BodyPublishers.noBody()));
      if (answer.statusCode() == 401) {
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
      } else {
        open.add(method + " " + route.endpoint.path);
      }
      assertThat(
              server
                      .send(
                          HttpRequest.newBuilder(server.uri(path(route)))
                              .header("Authorization", "Bearer " + server.token() + "x")
                              .method(method, BodyPublishers.noBody()))
                      .statusCode()
                  == 401)
          .as(route.endpoint.path)
          .isEqualTo(answer.statusCode() == 401);
    }
    assertThat(routes()).hasSizeGreaterThan(20);
    assertThat(open)
        .containsExactlyInAnyOrder(
            "GET /healthz",
            "HEAD /healthz",
            "GET /login",
            "HEAD /login",
            "POST /login",
            "GET /static/{folder}/{file}",
            "HEAD /static/{folder}/{file}");
  }

  @Test
  void whatIsNowhereAnswers401TooAndNoTrickOfThePathOpensARoute() throws Exception {
    for (String path :
        List.of(
            "/nowhere",
            "/api/v1/jobs/",
            "//api/v1/jobs",
            "/api//v1/jobs",
            "/api/v1/jobs;x=1",
            "/login;/../api/v1/jobs",
            "/static/..%2f..%2fapi/v1/jobs",
            "/static/x/..%2f..%2f..%2fapi/v1/jobs",
            "/static/%2e%2e/api/v1/jobs",
            "/static/../api/v1/jobs",
            "/healthz/../api/v1/jobs",
            "/healthz%2f..%2fapi/v1/jobs",
            "/healthz%00",
            "/API/V1/JOBS",
            "/api/v1/%6aobs",
            "/api/v1/jobs?token=" + server.token())) {
      int status = raw.get(path).status();
      assertThat(status).as(path).isIn(400, 401, 404);
      assertThat(raw.get(path).body()).as(path).doesNotContain("\"jobs\":[");
    }
  }

  @Test
  void onlyKnownHostsAreAnswered() throws Exception {
    String port = ":" + server.server().port();
    for (String host :
        List.of(
            "localhost",
            "LocalHost",
            "localhost" + port,
            "localhost:1",
            "127.0.0.1",
            "127.0.0.1" + port,
            "[::1]",
            "[::1]" + port,
            "queue.example",
            "QUEUE.example:8080")) {
      assertThat(raw.request("GET", "/healthz", "Host: " + host).status()).as(host).isEqualTo(200);
    }
    for (String host :
        List.of(
            "evil.example",
            "localhost.evil.example",
            "evil.localhost",
            "localhost.",
            "127.0.0.1.evil.example",
            "127.0.0.2",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0.0.0.0",
            "::1",
            "[::1",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[0:0:0:0:0:0:0:1]",
            "[::1%25lo]",
            "localhost:",
            "localhost:port",
            "localhost:123456",
            "localhost@evil.example",
            "evil.example@localhost",
            "evil.example#localhost",
            "localhost/evil",
            "localhost evil.example",
            "localhost, evil.example",
            "localhost\tx",
            "http://localhost",
            "xn--localhost-",
            "ⓛocalhost",
            "loc%61lhost",
            "queue.example.evil",
            "aqueue.example",
            "*",
            ".",
            "-",
            "\"localhost\"",
            "192.168.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "host.docker.internal",
            "localhost.localdomain",
            "ip6-localhost",
            "127.0.0.1:80:80",
            "[127.0.0.1]",
            "")) {
      assertThat(raw.request("GET", "/healthz", "Host: " + host).status()).as(host).isIn(400, 403);
    }
    assertThat(raw.request("GET", "/healthz", "Host: localhost", "Host: evil.example").status())
        .isIn(400, 403);
    assertThat(raw.request("GET", "http://evil.example/healthz", "Host: localhost").status())
        .isIn(400, 403);
  }

  @Test
  void everyAnswerCarriesTheHeadersThatKeepABrowserSafe() throws Exception {
    String token = "Authorization: Bearer " + server.token();
    List<RawClient.Answer> answers = new ArrayList<>();
    for (ParsedEndpoint route : routes()) {
      if (!route.endpoint.path.endsWith("/stop") && !route.endpoint.path.endsWith("/events")) {
        String method = route.endpoint.method.name();
        answers.add(raw.request(method, path(route), "Host: localhost", token));
        answers.add(raw.request(method, path(route), "Host: localhost"));
      }
    }
    answers.add(raw.request("GET", "/healthz", "Host: evil.example"));
    answers.add(raw.request("PUT", "/api/v1/jobs", "Host: localhost", token));
    answers.add(raw.request("GET", "/" + "a".repeat(20_000), "Host: localhost"));
    answers.add(raw.request("GET", "/", "Host: localhost", "X: " + "a".repeat(20_000)));
    answers.add(raw.bytes("NOT HTTP AT ALL\r\n\r\n"));
    answers.add(raw.bytes("GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    answers.add(raw.bytes("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    assertThat(answers).extracting(RawClient.Answer::status).contains(400, 401, 403, 404, 405, 414);
    for (RawClient.Answer answer : answers) {
      String head = answer.head();
      assertThat(answer.header("Content-Security-Policy"))
          .as(head)
          .startsWith("default-src 'none'")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(answer.header("X-Content-Type-Options")).as(head).isEqualTo("nosniff");
      assertThat(answer.header("Referrer-Policy")).as(head).isEqualTo("no-referrer");
      assertThat(head).doesNotContainIgnoringCase("access-control-").doesNotContain("Server:");
    }
  }

  /** A cookie as a browser has it after it followed a one-time link. */
  private static String logIn() throws Exception {
    String link = RunningServer.fields(server.post("login-codes", null)).needed("url");
    Matcher matcher = Pattern.compile(".*/login#code=(.+)").matcher(link);
    assertThat(matcher.matches()).isTrue();
    RawClient.Answer answer = logIn("code=" + matcher.group(1));
    assertThat(answer.status()).isEqualTo(303);
    String cookie = answer.header("Set-Cookie");
    assertThat(cookie)
        .startsWith("bide-" + server.files().hash() + "=")
        .contains("HttpOnly")
        .contains("SameSite=Strict")
        .contains("Path=/");
    RawClient.Answer second = logIn("code=" + matcher.group(1));
    assertThat(second.status()).as("a code opens one session").isEqualTo(403);
    assertThat(second.header("Set-Cookie")).isEmpty();
    assertThat(second.body()).contains("This link has been used or is older than five minutes.");
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private static RawClient.Answer logIn(String form) throws Exception {
    return raw.send(
        "POST",
        "/login",
        form,
        "Host: localhost",
        "Accept: text/html",
        "Content-Type: application/x-www-form-urlencoded");
  }

  private static int cancel(String body, String... headers) throws Exception {
    List<String> all = new ArrayList<>(List.of("Host: localhost:4711"));
    all.addAll(List.of(headers));
    return raw.send("POST", "/api/v1/jobs/999999/cancel", body, all.toArray(String[]::new))
        .status();
  }

  @Test
  void aCookieAloneChangesNothingUnlessThePageItselfAsks() throws Exception {
    String cookie = "Cookie: " + logIn();
    int passed = 404;
    assertThat(raw.request("GET", "/api/v1/jobs", "Host: localhost", cookie).status())
        .isEqualTo(200);
    assertThat(cancel("", cookie, "Origin: http://localhost:4711")).isEqualTo(passed);
    assertThat(cancel("", cookie, "Origin: http://localhost:4711", "Sec-Fetch-Site: same-origin"))
        .isEqualTo(passed);

    assertThat(cancel("", cookie)).isEqualTo(403);
    assertThat(cancel("", cookie, "Origin: null")).isEqualTo(403);
    assertThat(cancel("", cookie, "Origin: http://localhost:4712")).isEqualTo(403);
    assertThat(cancel("", cookie, "Origin: https://localhost:4711")).isEqualTo(403);
    assertThat(cancel("", cookie, "Origin: http://evil.example")).isEqualTo(403);
    assertThat(cancel("", cookie, "Origin: http://localhost:4711", "Sec-Fetch-Site: cross-site"))
        .isEqualTo(403);
    assertThat(cancel("", cookie, "Origin: http://localhost:4711", "Sec-Fetch-Site: same-site"))
        .isEqualTo(403);
    assertThat(
            cancel(
                "x=1",
                cookie,
                "Origin: http://localhost:4711",
                "Content-Type: application/x-www-form-urlencoded"))
        .as("a form without its token")
        .isEqualTo(403);
    assertThat(
            cancel(
                "csrf=wrong",
                cookie,
                "Origin: http://localhost:4711",
                "Content-Type: application/x-www-form-urlencoded"))
        .isEqualTo(403);
    assertThat(cancel("", cookie.replace("=", "=x"), "Origin: http://localhost:4711"))
        .as("a session nobody began")
        .isEqualTo(401);
  }

  @Test
  void aTokenNeedsNoOriginAndIsComparedWhole() throws Exception {
    assertThat(cancel("", "Authorization: Bearer " + server.token())).isEqualTo(404);
    assertThat(cancel("", "Authorization: bearer " + server.token())).isEqualTo(404);
    assertThat(cancel("", "Authorization: Bearer ")).isEqualTo(401);
    assertThat(cancel("", "Authorization: Basic " + server.token())).isEqualTo(401);
    assertThat(cancel("", "Authorization: Bearer " + server.token().substring(1))).isEqualTo(401);
    int last = server.token().length() - 1;
    for (String part : List.of(server.token().substring(0, 1), server.token().substring(0, last))) {
      assertThat(cancel("", "Authorization: Bearer " + part)).as(part).isEqualTo(401);
    }
    assertThat(cancel("", "Authorization: Bearer " + server.token() + "x")).isEqualTo(401);
  }

  @Test
  void aTokenDoesNotLetAPageOfAnotherSiteIn() throws Exception {
    String token = "Authorization: Bearer " + server.token();
    assertThat(cancel("", token, "Origin: http://localhost:4711")).isEqualTo(404);
    assertThat(cancel("", token, "Origin: null")).isEqualTo(404);
    assertThat(cancel("", token, "Origin: http://evil.example")).isEqualTo(403);
    assertThat(cancel("", token, "Sec-Fetch-Site: cross-site")).isEqualTo(403);
  }

  @Test
  void theUnixSocketIsItsOwnAuthenticationButForgedPagesAreRefusedThereToo() throws Exception {
    Path socket = server.files().sock();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    RawClient unix = new RawClient(socket);
    assertThat(unix.request("GET", "/api/v1/jobs", "Host: localhost").status()).isEqualTo(200);
    assertThat(unix.request("GET", "/api/v1/jobs", "Host: evil.example").status()).isEqualTo(403);
    assertThat(
            unix.send(
                    "POST",
                    "/api/v1/jobs/999999/cancel",
                    "",
                    "Host: localhost",
                    "Origin: http://evil.example")
                .status())
        .isEqualTo(403);
    assertThat(unix.send("POST", "/api/v1/jobs/999999/cancel", "", "Host: localhost").status())
        .isEqualTo(404);
  }

  @Test
  void logInsThatFailAreSlowedDown() throws Exception {
    try (RunningServer other = RunningServer.start()) {
      RawClient client = new RawClient(other.server().port());
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < Sessions.FAILURES_PER_MINUTE + 2; i++) {
        statuses.add(
            client
                .send(
                    "POST",
                    "/login",
                    "token=wrong" + i,
                    "Host: localhost",
                    "Content-Type: application/x-www-form-urlencoded")
                .status());
      }
      assertThat(statuses.get(0)).isNotEqualTo(429);
      assertThat(statuses.get(statuses.size() - 1)).isEqualTo(429);
      assertThat(other.get("jobs").statusCode()).as("the token still works").isEqualTo(200);
    }
  }

  @Test
  void twoHomesHaveTwoTokensAndTwoCookies() throws Exception {
    try (RunningServer other = RunningServer.start()) {
      assertThat(other.token()).isNotEqualTo(server.token()).hasSize(43);
      assertThat(other.files().hash()).isNotEqualTo(server.files().hash());
      String cookie = "Cookie: " + logIn().replace(server.files().hash(), other.files().hash());
      RawClient client = new RawClient(other.server().port());
      assertThat(client.request("GET", "/api/v1/jobs", "Host: localhost", cookie).status())
          .isEqualTo(401);
    }
  }

  @Test
  void jsonIsTakenOnlyAsJson() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
      HttpRequest.Builder request =
          server.request("jobs").POST(BodyPublishers.ofString("{\"command\":[\"true\"]}"));
      if (!type.isEmpty()) {
        request.header("Content-Type", type);
      }
      assertThat(server.send(request).statusCode()).as(type).isEqualTo(415);
    }
    assertThat(
            server
                .send(
                    server
                        .request("jobs")
                        .header("Content-Type", "Application/JSON; charset=utf-8")
                        .POST(BodyPublishers.ofString("{\"command\":[\"true\"]}")))
                .statusCode())
        .isEqualTo(201);
    assertThat(server.post("jobs", Map.of("command", List.of("true"))).statusCode()).isEqualTo(201);
  }

  @Test
  void whatAnybodyMaySendIsShort() throws Exception {
    String form = "Content-Type: application/x-www-form-urlencoded";
    assertThat(
            raw.send("POST", "/login", "token=" + "x".repeat(20_000), "Host: localhost", form)
                .status())
        .isEqualTo(413);
    assertThat(
            raw.bytes(
                    "POST /login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                        + form
                        + "\r\nConnection: close\r\n\r\n7\r\ntoken=x\r\n0\r\n\r\n")
                .status())
        .isEqualTo(413);
  }

  @Test
  void a_request_that_is_no_http_is_told_that_the_connection_ends() throws Exception {
    RawClient.Answer answer = raw.bytes("GET /jobs/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Connection")).isEqualTo("close");
  }

  @Test
  void aMethodThatIsNotAllowedIsAnsweredWithThoseThatAre() throws Exception {
    RawClient.Answer answer =
        raw.request(
            "PUT", "/api/v1/jobs", "Host: localhost", "Authorization: Bearer " + server.token());
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains("GET").contains("POST");
  }
}
