package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The HTTP API as calls: one method per route that the command line uses. One thread at a time. */
final class Api {
  private static final String ROOT = "/api/v1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PATIENCE_WHEN_BUSY = Duration.ofSeconds(60);

  /** A command may take a minute, a server for mail several times its patience. */
  private static final Duration PATIENCE_WITH_A_TEST = Duration.ofMinutes(3);

  private static final Duration PATIENCE_WITH_A_DISK = Duration.ofHours(1);

  /** The longest the server may be asked to wait before it answers. */
  static final int LONGEST_WAIT = 30;

  private final ServerAccess server;

  Api(ServerAccess server) {
    this.server = server;
  }

  /** Jobs, newest first, and where the next page begins. */
  record Listed(List<JobJson> jobs, @Nullable String next) {}

  /** A queue as it is now. */
  record Queue(
      String name, int slots, boolean paused, List<String> rules, int running, int pending) {
    static Queue from(Fields in) {
      return new Queue(
          in.needed("name"),
          (int) in.number("slots"),
          in.flag("paused"),
          rulesOf(in),
          (int) in.number("running"),
          (int) in.number("pending"));
    }
  }

  private static List<String> rulesOf(Fields in) {
    List<String> rules = in.texts("notify");
    return rules == null ? List.of() : rules;
  }

  /** Submits one job; the key makes it safe to send again when the answer was lost. */
  JobJson submit(Map<String, @Nullable Object> request) throws Trouble {
    return job(submitted(request));
  }

  /** Submits many, all or none. */
  List<JobJson> submitAll(
      Map<String, @Nullable Object> defaults, List<Map<String, @Nullable Object>> jobs)
      throws Trouble {
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    request.put("defaults", defaults);
    request.put("jobs", jobs);
    return object(submitted(request)).list("jobs").stream().map(JobJson::from).toList();
  }

  private byte[] submitted(Map<String, @Nullable Object> request) throws Trouble {
    Map<String, String> headers = json();
    headers.put("Idempotency-Key", UUID.randomUUID().toString());
    byte[] body = Json.write(request).getBytes(StandardCharsets.UTF_8);
    return call("POST", "/jobs", headers, body, true);
  }

  JobJson find(String selector) throws Trouble {
    return job(get("/jobs/" + encode(selector)));
  }

  /** The job once it is final, or as it is after so many seconds. */
  JobJson find(long number, int waitSeconds) throws Trouble {
    return job(get("/jobs/" + number + (waitSeconds > 0 ? "?wait=" + waitSeconds : "")));
  }

  Listed list(Map<String, String> query) throws Trouble {
    Fields answer = object(get("/jobs" + queryOf(query)));
    return new Listed(
        answer.list("jobs").stream().map(JobJson::from).toList(), answer.text("next"));
  }

  JobJson cancel(long number, @Nullable Duration grace) throws Trouble {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    if (grace != null) {
      body.put("graceSeconds", grace.toSeconds());
    }
    byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
    return job(call("POST", "/jobs/" + number + "/cancel", json(), bytes, true));
  }

  JobJson signal(long number, String signal, boolean all) throws Trouble {
    byte[] bytes =
        Json.write(Map.of("signal", signal, "to", all ? "all" : "main"))
            .getBytes(StandardCharsets.UTF_8);
    return job(call("POST", "/jobs/" + number + "/signal", json(), bytes, false));
  }

  JobJson retry(long number) throws Trouble {
    return job(call("POST", "/jobs/" + number + "/retry", Map.of(), null, false));
  }

  JobJson pin(long number, boolean pinned) throws Trouble {
    String path = "/jobs/" + number + (pinned ? "/pin" : "/unpin");
    return job(call("POST", path, Map.of(), null, true));
  }

  /** How much ended before an instant. */
  Fields countOlder(Map<String, String> query) throws Trouble {
    return object(get("/retention/older" + queryOf(query)));
  }

  /** Removes some of it; answers how much. */
  Fields removeOlder(Map<String, String> query) throws Trouble {
    return object(call("DELETE", "/retention/older" + queryOf(query), Map.of(), null, true));
  }

  /** How long jobs waited and ran, and how they ended. */
  byte[] stats(String since) throws Trouble {
    return get("/stats" + queryOf(Map.of("since", since)));
  }

  private static String queryOf(Map<String, String> query) {
    StringBuilder text = new StringBuilder();
    query.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? '?' : '&').append(name).append('=').append(encode(value)));
    return text.toString();
  }

  void remove(long number) throws Trouble {
    call("DELETE", "/jobs/" + number, Map.of(), null, false);
  }

  List<Queue> queues() throws Trouble {
    List<Queue> queues = new ArrayList<>();
    for (Object one : object(get("/queues")).list("queues")) {
      queues.add(Queue.from(Fields.of(one)));
    }
    return queues;
  }

  Queue queue(String name) throws Trouble {
    return Queue.from(object(get("/queues/" + encode(name))));
  }

  Queue change(String name, Map<String, @Nullable Object> change) throws Trouble {
    byte[] body = Json.write(change).getBytes(StandardCharsets.UTF_8);
    return Queue.from(object(call("PATCH", "/queues/" + encode(name), json(), body, true)));
  }

  /** All schedules, as the server shows them. */
  List<Fields> schedules() throws Trouble {
    return object(get("/schedules")).list("schedules").stream().map(Fields::of).toList();
  }

  Fields schedule(String name) throws Trouble {
    return object(get("/schedules/" + encode(name)));
  }

  Fields addSchedule(Map<String, @Nullable Object> request) throws Trouble {
    return object(call("POST", "/schedules", json(), bytes(request), false));
  }

  Fields changeSchedule(String name, Map<String, @Nullable Object> request) throws Trouble {
    return object(call("PATCH", "/schedules/" + encode(name), json(), bytes(request), true));
  }

  /**
   * Does something with a schedule.
   *
   * @param action pause or resume
   */
  Fields schedule(String name, String action) throws Trouble {
    String path = "/schedules/" + encode(name) + "/" + action;
    return object(call("POST", path, Map.of(), null, true));
  }

  JobJson runSchedule(String name) throws Trouble {
    return job(call("POST", "/schedules/" + encode(name) + "/run", Map.of(), null, false));
  }

  /** Makes up for what was never decided; answers how many runs those are. */
  long backfill(String name, Instant from, Instant to) throws Trouble {
    byte[] body = bytes(Map.of("from", from.toString(), "to", to.toString()));
    return object(call("POST", "/schedules/" + encode(name) + "/backfill", json(), body, true))
        .number("planned");
  }

  void removeSchedule(String name) throws Trouble {
    call("DELETE", "/schedules/" + encode(name), Map.of(), null, false);
  }

  /** The next runs of a schedule, as the server shows them. */
  List<Fields> nextRuns(String name, int count, @Nullable Instant from) throws Trouble {
    String query = "/next?n=" + count + (from == null ? "" : "&from=" + encode(from.toString()));
    return list(get("/schedules/" + encode(name) + query));
  }

  /** What was decided about the runs of a schedule, newest first. */
  List<Fields> plannedRuns(String name, int limit) throws Trouble {
    return object(get("/schedules/" + encode(name) + "/runs?limit=" + limit)).list("runs").stream()
        .map(Fields::of)
        .toList();
  }

  /** Notices, newest first, as the server shows them. */
  List<Fields> notices(Map<String, String> query) throws Trouble {
    return object(get("/notices" + queryOf(query))).list("notices").stream()
        .map(Fields::of)
        .toList();
  }

  Fields retryNotice(String id) throws Trouble {
    return object(call("POST", "/notices/" + encode(id) + "/retry", Map.of(), null, true));
  }

  /** Sends a test; answers what came of it. */
  Fields testNotice(String rule) throws Trouble {
    byte[] body = bytes(Map.of("rule", rule));
    try (Reply reply = open("POST", "/notices/test", json(), body, PATIENCE_WITH_A_TEST, false)) {
      byte[] answer = reply.all();
      refuseFailure(reply, answer);
      return object(answer);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  Fields importText(byte[] text, String directory) throws Trouble {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "text/plain; charset=utf-8");
    return object(call("POST", "/import?dir=" + encode(directory), headers, text, true));
  }

  /** The whole export with the headers of its answer. */
  Exported export(String format) throws Trouble {
    try (Reply reply =
        open("GET", "/export?format=" + encode(format), Map.of(), null, PATIENCE, true)) {
      byte[] body = reply.all();
      refuseFailure(reply, body);
      return new Exported(
          new String(body, StandardCharsets.UTF_8), reply.number("bide-skipped", 0));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** What an export gave, and how many jobs did not fit its format. */
  record Exported(String text, long leftOut) {}

  Fields loginCode() throws Trouble {
    return object(call("POST", "/login-codes", Map.of(), null, true));
  }

  /** What the server says of itself, as it came. */
  byte[] serverFacts() throws Trouble {
    return get("/server");
  }

  /** Has the server start nothing more; answers how many jobs run. */
  long drain() throws Trouble {
    return object(call("POST", "/server/drain", Map.of(), null, false)).number("running");
  }

  /** Has the server copy its database into an empty file that only its owner may read. */
  void backup(java.nio.file.Path into) throws Trouble {
    Map<String, @Nullable Object> request = new LinkedHashMap<>();
    request.put("file", into.toString());
    byte[] bytes = Json.write(request).getBytes(StandardCharsets.UTF_8);
    try (Reply reply = open("POST", "/server/backup", json(), bytes, PATIENCE_WITH_A_DISK, false)) {
      refuseFailure(reply, reply.all());
    } catch (IOException e) {
      throw broken(e);
    }
  }

  void stop(boolean killJobs) throws Trouble {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("killJobs", killJobs);
    byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
    call("POST", "/server/stop", json(), bytes, false);
  }

  /**
   * Opens a job's log; the caller reads and closes it. Whatever the status, the headers say how the
   * job is.
   */
  Reply log(long number, String query, @Nullable Long fromByte, Duration patience) throws Trouble {
    Map<String, String> headers =
        fromByte == null ? Map.of() : Map.of("Range", "bytes=" + fromByte + "-");
    return open("GET", "/jobs/" + number + "/log" + query, headers, null, patience, true);
  }

  /** Gives a log's connection back when it was read to its end. */
  void done(Reply reply) {
    server.release(reply);
  }

  private byte[] get(String path) throws Trouble {
    return call("GET", path, Map.of(), null, true);
  }

  /**
   * One request and its whole answer.
   *
   * @param repeatable true when sending it twice does no more than sending it once
   */
  private byte[] call(
      String method,
      String path,
      Map<String, String> headers,
      byte @Nullable [] body,
      boolean repeatable)
      throws Trouble {
    long begin = System.nanoTime();
    while (true) {
      Reply reply = open(method, path, headers, body, PATIENCE, repeatable);
      try {
        byte[] answer = reply.all();
        done(reply);
        refuseFailure(reply, answer);
        return answer;
      } catch (IOException e) {
        if (!repeatable || System.nanoTime() - begin > PATIENCE.toNanos()) {
          throw broken(e);
        }
        server.again(PATIENCE);
      }
    }
  }

  /**
   * Sends a request. What may be repeated is sent to the server's successor too, and again to one
   * that is busy.
   */
  private Reply open(
      String method,
      String path,
      Map<String, String> headers,
      byte @Nullable [] body,
      Duration patience,
      boolean repeatable)
      throws Trouble {
    Http http = server.need();
    long begin = System.nanoTime();
    while (true) {
      try {
        Reply reply = http.send(method, ROOT + path, headers, body, patience);
        if (reply.status() != 503 || !repeatable) {
          return reply;
        }
        awaitBetterTimes(reply, begin);
      } catch (SocketTimeoutException e) {
        throw new Trouble(
            "the server does not answer: " + e.getMessage() + " (" + server.name() + " status)", e);
      } catch (IOException e) {
        if (!repeatable || System.nanoTime() - begin > PATIENCE.toNanos()) {
          throw broken(e);
        }
        http = server.again(PATIENCE);
      }
    }
  }

  /**
   * After a 503: waits where it is only a matter of time.
   *
   * @throws IOException when the server is ending, which is as good as gone
   * @throws Trouble when nothing gets better by waiting
   */
  private void awaitBetterTimes(Reply reply, long begin) throws IOException, Trouble {
    Refusal refusal = Refusal.of(503, reply.all());
    server.release(reply);
    // http-503: the web server itself cut it off
    if (refusal.kind().equals("stopping") || refusal.kind().equals("http-503")) {
      ServerAccess.pause();
      throw new IOException(refusal.line());
    }
    long seconds = Math.max(1, reply.number("retry-after", 1));
    long waited = System.nanoTime() - begin;
    if (!refusal.kind().equals("busy")
        || waited + seconds * 1_000_000_000L > PATIENCE_WHEN_BUSY.toNanos()) {
      throw refusal;
    }
    Waiting.seconds(seconds);
  }

  static Trouble broken(IOException e) {
    return new Trouble(
        "the connection to the server broke, and whether it did what was asked is not known: "
            + e.getMessage(),
        e);
  }

  private void refuseFailure(Reply reply, byte[] answer) throws Trouble {
    if (reply.status() >= 400) {
      throw refused(reply.status(), answer);
    }
  }

  /** Why the server said no. */
  Trouble refused(int status, byte[] answer) {
    Refusal refusal = Refusal.of(status, answer);
    return status == 401
        ? new Trouble(
            "the server does not take the token in "
                + server.files().token()
                + ": it was changed after the server had started; put the old one back, or end the"
                + " server (kill "
                + server.pid()
                + ")",
            refusal)
        : refusal;
  }

  private static Map<String, String> json() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    return headers;
  }

  Fields object(byte[] answer) throws Trouble {
    try {
      return Fields.of(Json.read(answer));
    } catch (Json.Malformed | IllegalArgumentException e) {
      throw foreign(e);
    }
  }

  private List<Fields> list(byte[] answer) throws Trouble {
    try {
      if (Json.read(answer) instanceof List<?> list) {
        return list.stream().map(Fields::of).toList();
      }
      throw new IllegalArgumentException("expected a list in the server's answer");
    } catch (Json.Malformed | IllegalArgumentException e) {
      throw foreign(e);
    }
  }

  private static byte[] bytes(Map<String, @Nullable Object> request) {
    return Json.write(request).getBytes(StandardCharsets.UTF_8);
  }

  private JobJson job(byte[] answer) throws Trouble {
    try {
      return JobJson.from(Json.read(answer));
    } catch (Json.Malformed | IllegalArgumentException e) {
      throw foreign(e);
    }
  }

  private Trouble foreign(Exception e) {
    return new Trouble(
        "the server's answer cannot be understood ("
            + e.getMessage()
            + "): is it of another version? ("
            + server.name()
            + " status)",
        e);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
