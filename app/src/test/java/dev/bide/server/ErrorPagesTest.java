package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes wrong is a page for a person and JSON for a program, with one id for both. */
class ErrorPagesTest {
  private static final String BROWSER =
      "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
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

  private static RawClient.Answer ask(String method, String path, String... headers)
      throws Exception {
    List<String> all = new ArrayList<>(List.of(headers));
    if (all.stream().noneMatch(header -> header.startsWith("Host:"))) {
      all.add("Host: localhost");
    }
    return method.equals("GET")
        ? raw.request(method, path, all.toArray(String[]::new))
        : raw.send(method, path, "", all.toArray(String[]::new));
  }

  private static void isPage(RawClient.Answer answer, int status, String text) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("text/html");
    assertThat(answer.body())
        .contains(text)
        .containsPattern("<code id=\"error-id\">[0-9a-f]{12}</code>")
        .doesNotContain("\"errorId\"");
    assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'none'");
  }

  private static void isJson(RawClient.Answer answer, int status, String kind) throws Exception {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    Fields problem = Fields.of(Json.read(answer.body().getBytes(StandardCharsets.UTF_8)));
    assertThat(problem.text("type")).isEqualTo("urn:bide:" + kind);
    assertThat(problem.needed("errorId")).matches("[0-9a-f]{12}");
  }

  private static String token() {
    return "Authorization: Bearer " + server.token();
  }

  @Test
  void a_name_that_is_not_known_is_refused_on_a_page_and_in_json() throws Exception {
    String host = "Host: evil.example";
    isPage(ask("GET", "/jobs", host, BROWSER), 403, "The server is not known by this name");
    isPage(ask("GET", "/", host, BROWSER, token()), 403, "host-names");
    isPage(ask("POST", "/jobs", host, BROWSER), 403, "The server is not known by this name");
    isJson(ask("GET", "/jobs", host), 403, "host-not-allowed");
    isJson(ask("GET", "/jobs", host, "Accept: */*"), 403, "host-not-allowed");
    isJson(
        ask("GET", "/jobs", host, "Accept: application/json, text/html"), 403, "host-not-allowed");
    isJson(ask("GET", "/api/v1/jobs", host, BROWSER), 403, "host-not-allowed");
  }

  @Test
  void a_form_of_another_site_is_refused_on_a_page_and_in_json() throws Exception {
    String origin = "Origin: http://evil.example";
    String title = "The request does not come from a page of this server";
    isPage(ask("POST", "/jobs", origin, BROWSER, token()), 403, title);
    isPage(ask("POST", "/jobs", "Sec-Fetch-Site: cross-site", BROWSER, token()), 403, title);
    isPage(ask("POST", "/login", origin, BROWSER), 403, title);
    isJson(ask("POST", "/jobs", origin, token()), 403, "cross-site");
    isJson(ask("POST", "/api/v1/jobs", origin, BROWSER, token()), 403, "cross-site");
  }

  @Test
  void the_name_is_looked_at_before_the_site_and_the_site_before_the_token() throws Exception {
    String origin = "Origin: http://evil.example";
    isJson(ask("POST", "/jobs", "Host: evil.example", origin), 403, "host-not-allowed");
    isJson(ask("POST", "/jobs", origin), 403, "cross-site");
    isJson(ask("POST", "/jobs"), 401, "no-token");
  }

  @Test
  void a_page_for_whoever_was_refused_holds_nothing_of_a_session() throws Exception {
    String session = "bide-" + server.files().hash() + "=" + session();
    RawClient.Answer known = ask("GET", "/jobs", "Cookie: " + session, BROWSER);
    assertThat(known.body()).contains("csrf");
    RawClient.Answer refused =
        ask("GET", "/jobs", "Host: evil.example", "Cookie: " + session, BROWSER);
    isPage(refused, 403, "The server is not known by this name");
    assertThat(refused.body()).doesNotContain("csrf").doesNotContain("Log out");
  }

  private static String session() throws Exception {
    String set =
        raw.send(
                "POST",
                "/login",
                "token=" + server.token(),
                "Host: localhost",
                "Content-Type: application/x-www-form-urlencoded")
            .header("Set-Cookie");
    return set.substring(set.indexOf('=') + 1, set.indexOf(';'));
  }

  @Test
  void whoever_is_no_longer_logged_in_is_told_on_a_page() throws Exception {
    RawClient.Answer answer = ask("POST", "/jobs", BROWSER);
    isPage(answer, 401, "The request is not authenticated");
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
  }

  @Test
  void what_is_not_there_or_was_not_meant_is_a_page_with_an_id_too() throws Exception {
    isPage(ask("GET", "/jobs/999999", BROWSER, token()), 404, "No job 999999");
    isPage(ask("GET", "/nowhere", BROWSER, token()), 404, "There is nothing here");
    isPage(ask("GET", "/logout", BROWSER, token()), 405, "The method is not allowed here");
    isJson(ask("GET", "/nowhere", token()), 404, "no-such-route");
  }
}
