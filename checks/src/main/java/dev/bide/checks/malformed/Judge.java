package dev.bide.checks.malformed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bide.checks.malformed.RawHttp.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at every answer and keeps what is not as promised. Thread-safe. */
final class Judge {
  /** So many are told; those that follow are like them. */
  private static final int MOST_FINDINGS = 40;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern JAVA =
      Pattern.compile(
          "\\tat |Exception|\\b(?:java|javax|jakarta|kotlin|sun|com\\.fasterxml|org\\.eclipse"
              + "|org\\.sqlite|io\\.javalin|dev\\.bide)\\.[a-z]");

  private final Map<Integer, AtomicLong> statuses = new ConcurrentSkipListMap<>();
  private final List<String> findings = new CopyOnWriteArrayList<>();
  private final AtomicLong made = new AtomicLong();
  private final AtomicLong unsure = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();

  void found(String finding) {
    if (findings.size() < MOST_FINDINGS) {
      findings.add(finding);
    }
  }

  List<String> findings() {
    return List.copyOf(findings);
  }

  /** How many jobs were told to be made. */
  long made() {
    return made.get();
  }

  /** How many requests may have made a job without saying so. */
  long unsure() {
    return unsure.get();
  }

  long unanswered() {
    return unanswered.get();
  }

  /** How many answers there were of each status. */
  Map<Integer, AtomicLong> statuses() {
    return new TreeMap<>(statuses);
  }

  /** Words of Java that a text holds, or null. */
  static @Nullable String java(String text) {
    var matcher = JAVA.matcher(text);
    return matcher.find()
        ? text.substring(
            Math.max(0, matcher.start() - 80), Math.min(text.length(), matcher.end() + 80))
        : null;
  }

  void unanswered(Draft draft, String which, String before) {
    unanswered.incrementAndGet();
    if (draft.addsJobs() && !draft.mustBeRefused) {
      unsure.incrementAndGet();
    }
    if (!draft.mayStayUnanswered) {
      found(which + "closed without an answer: " + draft.told() + before);
    }
  }

  /**
   * One answer.
   *
   * @param first whether it answers the draft, and not what came behind it
   */
  void answered(
      Draft draft, Answer answer, boolean first, boolean unix, Samples samples, String which) {
    statuses.computeIfAbsent(answer.status(), status -> new AtomicLong()).incrementAndGet();
    String wrong = wrong(draft, answer, first, unix);
    if (wrong != null) {
      String text = answer.head() + "\n" + answer.text();
      found(
          which
              + wrong
              + "\n    "
              + draft.told()
              + "\n    "
              + text.substring(0, Math.min(900, text.length())));
    }
    count(answer, samples);
  }

  private static @Nullable String wrong(Draft draft, Answer answer, boolean first, boolean unix) {
    int status = answer.status();
    String type = String.valueOf(answer.header("Content-Type"));
    boolean api = draft.path.startsWith("/api/") && draft.raw == null;
    if (status == 0) {
      return "an answer that is no HTTP";
    } else if (status >= 500 && status != 503) {
      return "a fault";
    } else if (status == 503 && answer.header("Retry-After") == null) {
      return "busy without Retry-After";
    } else if (first && draft.mustBeRefused && status < 400) {
      return "accepted, and must not be";
    } else if (status >= 300 && status < 400 && api) {
      return "led elsewhere";
    } else if (first
        && api
        && status < 300
        && !unix
        && !draft.operation.open()
        && !("Authorization: Bearer " + draft.token).equals(draft.authorization)) {
      return "answered without the token";
    } else if (answer.header("X-Content-Type-Options") == null) {
      return "without the headers of every answer";
    }
    boolean problem = type.equals("application/problem+json");
    if (status >= 400 && (api || problem) && !draft.method.equals("HEAD")) {
      String fault = problem ? problem(answer) : "refused, and not as problem+json";
      if (fault != null) {
        return fault;
      }
    }
    String traced = java(answer.head());
    if (traced == null && (problem || answer.text().length() < 4000)) {
      traced = java(answer.text());
    }
    return traced == null ? null : "words of Java: " + traced;
  }

  private static @Nullable String problem(Answer answer) {
    try {
      JsonNode problem = JSON.readTree(answer.body());
      if (problem.path("status").asInt() != answer.status()
          || !problem.path("type").asText().startsWith("urn:bide:")
          || problem.path("title").asText().isBlank()
          || problem.path("detail").asText().isBlank()
          || problem.path("errorId").asText().isBlank()) {
        return "a problem that says too little";
      }
      return null;
    } catch (IOException e) {
      return "a problem that is no JSON";
    }
  }

  private void count(Answer answer, Samples samples) {
    if (answer.status() != 201 && answer.status() != 200) {
      return;
    }
    String type = String.valueOf(answer.header("Content-Type"));
    if (!type.startsWith("application/json") || answer.text().length() == 0) {
      return;
    }
    try {
      JsonNode json = JSON.readTree(answer.body());
      if (answer.status() == 200) {
        made.addAndGet(json.path("imported").asInt(0));
      } else if (json.has("jobs")) {
        made.addAndGet(json.get("jobs").size());
        json.get("jobs").forEach(job -> samples.made(job.get("number").asLong()));
      } else if (json.has("number")) {
        made.incrementAndGet();
        samples.made(json.get("number").asLong());
      }
    } catch (IOException e) {
      found("an answer that is no JSON: " + answer.text());
    }
  }
}
