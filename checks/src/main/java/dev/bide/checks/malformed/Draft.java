package dev.bide.checks.malformed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bide.checks.malformed.ApiDocument.Operation;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request while it is made: right at first, then broken in one way or several. */
final class Draft {
  private static final Set<String> DESTRUCTIVE = Set.of("stopServer", "drainServer");

  final Operation operation;
  final Random random;
  final String token;
  final List<String> ways = new ArrayList<>();

  /** Lines as they are sent, one byte a character. */
  final List<String> headers = new ArrayList<>();

  final List<String> query = new ArrayList<>();
  final @Nullable ObjectNode json;
  String method;
  String path;
  String version = "HTTP/1.1";
  String host = "Host: localhost";
  @Nullable String type;
  @Nullable String authorization;
  byte @Nullable [] body;

  /** False when the headers that say how long the body is are among {@link #headers}. */
  boolean framed = true;

  /** Sent in the place of all of the above. */
  byte @Nullable [] raw;

  /** So many of the bytes are sent; all when negative. */
  int cut = -1;

  /** Whether anything but a refusal is wrong. */
  boolean mustBeRefused;

  /** Whether it is no whole request, so that there may be no answer. */
  boolean mayStayUnanswered;

  /** Whether the connection is of no use afterwards: we end our side and read all there is. */
  boolean alone;

  Draft(Operation operation, Samples samples, String token, Random random) {
    this.operation = operation;
    this.random = random;
    this.token = token;
    method = operation.method();
    path = operation.path().replace("{job}", samples.job(random)).replace("{name}", "default");
    authorization = "Authorization: Bearer " + token;
    for (String name : operation.query()) {
      if (random.nextInt(3) == 0) {
        query.add(name + "=" + samples.parameter(name));
      }
    }
    if (operation.hasJson() && (operation.bodyNeeded() || random.nextInt(4) > 0)) {
      json = samples.object(operation.body().get(random.nextInt(operation.body().size())), random);
      type = "application/json";
      body = bytes(json.toString());
    } else {
      json = null;
      if (operation.text()) {
        type = "text/plain";
        body = bytes(samples.oldFile(random));
      } else if (!method.equals("GET")) {
        body = new byte[0];
      }
    }
    if (isDestructive()) {
      // what would end the server or hold all jobs back is never right
      query.add("no-such-parameter=1");
      mustBeRefused = true;
    }
  }

  /** Whether the check itself would be over if it were let through. */
  boolean isDestructive() {
    return DESTRUCTIVE.contains(operation.id());
  }

  /** Text as it is sent. */
  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Puts another text into the place of the body. */
  void body(String text) {
    body = bytes(text);
  }

  void refused() {
    mustBeRefused = true;
  }

  /** Which of its bytes are sent. */
  byte[] toBytes() {
    byte[] all = raw == null ? assembled() : raw;
    return cut < 0 || cut > all.length ? all : java.util.Arrays.copyOf(all, cut);
  }

  /** Its bytes from what it is made of. */
  byte[] assembled() {
    StringBuilder head = new StringBuilder(method).append(' ').append(path);
    for (int i = 0; i < query.size(); i++) {
      head.append(i == 0 ? '?' : '&').append(query.get(i));
    }
    head.append(' ').append(version).append("\r\n");
    line(head, host.isEmpty() ? null : host);
    line(head, authorization);
    line(head, type == null ? null : "Content-Type: " + type);
    headers.forEach(header -> line(head, header));
    if (framed && body != null) {
      line(head, "Content-Length: " + body.length);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    if (body != null) {
      all.writeBytes(body);
    }
    return all.toByteArray();
  }

  private static void line(StringBuilder head, @Nullable String line) {
    if (line != null) {
      head.append(line).append("\r\n");
    }
  }

  /** Whether this may make jobs when it is let through. */
  boolean addsJobs() {
    return operation.id().equals("addJobs") || operation.id().equals("importJobs");
  }

  /** For people: what it is, and its first bytes. */
  String told() {
    String text = new String(toBytes(), ISO_8859_1);
    StringBuilder safe = new StringBuilder(operation.id() + " " + ways + ": ");
    for (char c : text.substring(0, Math.min(700, text.length())).toCharArray()) {
      if (c == '\r') {
        safe.append("\\r");
      } else if (c == '\n') {
        safe.append("\\n");
      } else if (c < ' ' || c > '~') {
        safe.append("\\x%02x".formatted((int) c));
      } else {
        safe.append(c);
      }
    }
    return safe.append(" (").append(text.length()).append(" bytes)").toString().replace(token, "…");
  }
}
