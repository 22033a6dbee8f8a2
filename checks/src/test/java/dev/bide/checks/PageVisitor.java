package dev.bide.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** Somebody without a browser: a cookie, forms, and a parser that reads pages as browsers do. */
final class PageVisitor {
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager())
          .build();
  private final URI root;
  private String formToken = "";

  PageVisitor(int port) {
    this.root = URI.create("http://127.0.0.1:" + port);
  }

  /** An answer; no redirect is followed. */
  record Answer(int status, HttpResponse<byte[]> http) {
    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    boolean isPage() {
      return header("Content-Type").startsWith("text/html");
    }

    String text() {
      return new String(http.body(), UTF_8);
    }

    Document page() {
      if (!isPage()) {
        throw new AssertionError("no page: " + status + " " + http.headers() + " " + text());
      }
      return Jsoup.parse(text());
    }
  }

  void logIn(String token) {
    Answer answer = post("/login", Map.of("token", token));
    if (answer.status() != 303) {
      throw new AssertionError(answer.status() + " " + answer.text());
    }
    formToken = get("/jobs").page().expectFirst("input[name=csrf]").attr("value");
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  /** Sends a form with the token that its page has. */
  Answer post(String path, Map<String, String> fields) {
    String form =
        fields.entrySet().stream()
            .map(field -> "&" + encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("", "csrf=" + encoded(formToken), ""));
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  /** Sends what a script of the page would. */
  Answer json(String path, Object body) throws IOException {
    return send(
        request(path)
            .header("Origin", root.toString())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(new ObjectMapper().writeValueAsBytes(body))));
  }

  /** For a path or a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(root + path))
        .timeout(Duration.ofSeconds(30))
        .header("Accept", "text/html");
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
