package dev.bide.checks.malformed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.bide.checks.malformed.RawHttp.Answer;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends requests one after another, over one connection where that goes. For one thread. */
final class Sender implements AutoCloseable {
  private final SocketAddress address;
  private final Judge judge;
  private final Samples samples;
  private final boolean unix;
  private final Duration most;
  private @Nullable RawHttp kept;
  private String before = "nothing";

  /**
   * @param most how long an answer may take
   */
  Sender(SocketAddress address, Judge judge, Samples samples, boolean unix, Duration most) {
    this.address = address;
    this.judge = judge;
    this.samples = samples;
    this.unix = unix;
    this.most = most;
  }

  /** Sends it and has every answer judged. */
  void send(Draft draft, String which) throws IOException {
    try {
      if (draft.alone) {
        alone(draft, which);
      } else {
        overKept(draft, which);
      }
    } catch (RawHttp.Hangs e) {
      judge.found(which + e.getMessage() + ": " + draft.told());
      drop();
    }
  }

  private void alone(Draft draft, String which) throws IOException {
    try (RawHttp http = new RawHttp(address)) {
      int written = http.write(draft.toBytes(), most);
      http.endOutput();
      boolean head = draft.method.equals("HEAD") && written > 0;
      Answer answer = http.next(head, most);
      if (answer == null) {
        judge.unanswered(draft, which, "");
      }
      for (boolean first = true; answer != null; first = false) {
        judge.answered(draft, answer, first, unix, samples, which);
        if (String.valueOf(answer.header("Content-Type")).contains("event-stream")) {
          return;
        }
        answer = http.next(false, most);
      }
    }
  }

  private void overKept(Draft draft, String which) throws IOException {
    RawHttp http = connection();
    byte[] bytes = draft.toBytes();
    int written = http.write(bytes, most);
    Answer answer = http.next(draft.method.equals("HEAD"), most);
    if (answer == null) {
      judge.unanswered(draft, which, "\n    before it on this connection: " + before);
      drop();
      return;
    }
    judge.answered(draft, answer, true, unix, samples, which);
    before = draft.told() + " -> " + answer.status();
    if (written < bytes.length
        || "close".equalsIgnoreCase(answer.header("Connection"))
        || String.valueOf(answer.header("Content-Type")).contains("event-stream")) {
      drop();
    }
  }

  /** Cancels and removes a job. */
  void remove(long number, String token) throws IOException {
    for (String line :
        List.of("POST /api/v1/jobs/" + number + "/cancel", "DELETE /api/v1/jobs/" + number)) {
      RawHttp http = connection();
      String request =
          line
              + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + token
              + "\r\nContent-Length: 0\r\n\r\n";
      http.write(request.getBytes(ISO_8859_1), most);
      Answer answer = http.next(false, most);
      // another one may have put it back into its queue meanwhile
      boolean fine =
          answer != null
              && (answer.status() / 100 == 2 || List.of(409, 410, 503).contains(answer.status()));
      if (!fine) {
        judge.found(line + ": " + (answer == null ? "no answer after " + before : answer.head()));
        drop();
      }
      before = line;
    }
  }

  private RawHttp connection() throws IOException {
    RawHttp http = kept;
    if (http != null && http.hasNews()) {
      judge.found("the connection was closed, or something came unasked for, after " + before);
      drop();
      http = null;
    }
    if (http == null) {
      http = new RawHttp(address);
      kept = http;
    }
    return http;
  }

  private void drop() throws IOException {
    if (kept != null) {
      kept.close();
      kept = null;
    }
  }

  @Override
  public void close() throws IOException {
    drop();
  }
}
