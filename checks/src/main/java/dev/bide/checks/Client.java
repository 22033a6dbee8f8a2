package dev.bide.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The HTTP API as a stranger uses it. Thread-safe. */
public final class Client {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI root;
  private final Path token;

  /**
   * @param token the file that holds the token; read at each request, since the first start makes
   *     it
   */
  Client(URI root, Path token) {
    this.root = root;
    this.token = token;
  }

  /** An answer. */
  public static final class Answer {
    private final int status;
    private final byte[] body;

    private Answer(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    /** HTTP status. */
    public int status() {
      return status;
    }

    /** Its bytes. */
    public byte[] body() {
      return body.clone();
    }

    /** The body as JSON. */
    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** This, if the status is one of those. */
    public Answer expect(int... expected) {
      for (int one : expected) {
        if (one == status) {
          return this;
        }
      }
      throw new IllegalStateException(status + " " + new String(body, UTF_8));
    }
  }

  /** Whether the server answers that it is well. */
  public boolean healthy() {
    return ask(request("/healthz").timeout(Duration.ofSeconds(5)).GET().build())
        .filter(answer -> answer.status() == 200)
        .isPresent();
  }

  /** The answer to a GET; empty when there was none. */
  public Optional<Answer> get(String path) {
    return ask(request(path).GET().build());
  }

  /** The answer to a request with a JSON body; empty when there was none. */
  public Optional<Answer> send(String method, String path, Object body, Map<String, String> more) {
    try {
      HttpRequest.Builder request =
          request(path)
              .header("Content-Type", "application/json")
              .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
      more.forEach(request::header);
      return ask(request.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer to a POST that must come. */
  public Answer post(String path, Object body) {
    return send("POST", path, body, Map.of())
        .orElseThrow(() -> new IllegalStateException("no answer to POST " + path));
  }

  /** The number of a job that must be accepted. */
  public long submit(Map<String, ?> request) {
    return post("/api/v1/jobs", request).expect(201).json().get("number").asLong();
  }

  /** Sets the number of slots of the default queue. */
  public void slots(int slots) {
    send("PATCH", "/api/v1/queues/default", Map.of("slots", slots), Map.of())
        .orElseThrow(() -> new IllegalStateException("no answer"))
        .expect(200);
  }

  /** Pauses the default queue, or lets it go on. */
  public void pause(boolean paused) {
    send("PATCH", "/api/v1/queues/default", Map.of("paused", paused), Map.of())
        .orElseThrow(() -> new IllegalStateException("no answer"))
        .expect(200);
  }

  /** Waits until nothing waits or runs in the default queue. */
  public void awaitEmptyQueue() {
    JsonNode queue;
    do {
      BideServer.pause(Duration.ofMillis(10));
      queue = must("/api/v1/queues/default").json();
    } while (queue.get("running").asInt() + queue.get("pending").asInt() > 0);
  }

  /** One job. */
  public JsonNode job(long number) {
    return must("/api/v1/jobs/" + number).json();
  }

  /** Everything that a job has written. */
  public byte[] log(long number) {
    return must("/api/v1/jobs/" + number + "/log").body();
  }

  /** The bytes of an answer as they come, which may be more than memory holds. */
  InputStream stream(String path, Map<String, String> headers) {
    HttpRequest.Builder request = request(path).GET();
    headers.forEach(request::header);
    try {
      HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(answer.statusCode() + " to GET " + path);
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All jobs, newest first. */
  public List<JsonNode> jobs() {
    List<JsonNode> all = new ArrayList<>();
    String next = "";
    do {
      JsonNode page =
          must("/api/v1/jobs?limit=1000" + (next.isEmpty() ? "" : "&after=" + next)).json();
      page.get("jobs").forEach(all::add);
      next = page.get("next").asText("");
      if (page.get("next").isNull()) {
        next = "";
      }
    } while (!next.isEmpty());
    return all;
  }

  /** Asks for a job again and again until it is as wanted. */
  public JsonNode await(long number, Predicate<JsonNode> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    JsonNode job = job(number);
    while (!wanted.test(job)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("job " + number + " does not get there: " + job);
      }
      BideServer.pause(Duration.ofMillis(30));
      job = job(number);
    }
    return job;
  }

  /** Whether this job has ended. */
  public static boolean ended(JsonNode job) {
    String state = job.get("state").asText();
    return !state.equals("PENDING") && !state.equals("RUNNING");
  }

  private Answer must(String path) {
    return get(path)
        .orElseThrow(() -> new IllegalStateException("no answer to GET " + path))
        .expect(200);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(path)).timeout(Duration.ofSeconds(30));
    try {
      request.header("Authorization", "Bearer " + Files.readString(token).strip());
    } catch (IOException notYetMade) {
      return request;
    }
    return request;
  }

  private Optional<Answer> ask(HttpRequest request) {
    try {
      HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
      return Optional.of(new Answer(answer.statusCode(), answer.body()));
    } catch (IOException noAnswer) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
