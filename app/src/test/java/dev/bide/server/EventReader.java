package dev.bide.server;

import dev.bide.Unhurried;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Reads server-sent events as a browser does. */
final class EventReader implements AutoCloseable {
  /** One event; the id is the last one that was sent, also without an event. */
  record Heard(String id, String kind, String data) {}

  private static final Heard END = new Heard("", "end", "");

  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final InputStream in;
  private volatile String lastId = "";

  private EventReader(InputStream in) {
    this.in = in;
    Thread reader = new Thread(this::read, "event-reader");
    reader.setDaemon(true);
    reader.start();
  }

  static EventReader open(HttpRequest.Builder request) throws Exception {
    HttpResponse<InputStream> answer =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(request.build(), BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new AssertionError("events answered " + answer.statusCode());
    }
    EventReader reader = new EventReader(answer.body());
    if (!answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")) {
      throw new AssertionError("no event stream: " + answer.headers());
    }
    return reader;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      String kind = "";
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        } else if (line.startsWith("event: ")) {
          kind = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        } else if (line.isEmpty() && !kind.isEmpty()) {
          heard.add(new Heard(lastId, kind, data.toString()));
          kind = "";
          data.setLength(0);
        }
      }
    } catch (IOException e) {
      // closed from either side
    }
    heard.add(END);
  }

  String lastId() {
    return lastId;
  }

  /** The next event of any kind. */
  Heard next() throws InterruptedException {
    Heard next = heard.poll(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was heard for " + Unhurried.LONG.toSeconds() + " seconds");
    }
    return next;
  }

  /** The next event that is of this kind and whose data contains the text. */
  Heard next(String kind, String text) throws InterruptedException {
    while (true) {
      Heard next = next();
      if (next.kind().equals(kind) && next.data().contains(text)) {
        return next;
      }
      if (next.equals(END)) {
        throw new AssertionError("the stream ended before " + kind + " " + text);
      }
    }
  }

  boolean isOver() throws InterruptedException {
    return next().equals(END);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
