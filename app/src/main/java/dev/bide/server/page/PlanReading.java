package dev.bide.server.page;

import dev.bide.engine.Refused;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.Schedule;
import dev.bide.server.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the request of the API out of what was typed into the form, and gives what is wrong back to
 * the fields.
 */
final class PlanReading {
  static final List<String> FIELDS =
      List.of(
          "of",
          "name",
          "command",
          "shell",
          "directory",
          "queue",
          "kind",
          "cron",
          "every",
          "first",
          "at",
          "zone",
          "start",
          "end",
          "missed",
          "overlap",
          "jitter",
          "pauseAfter");

  private static final Map<String, String> FIELD_OF_API =
      Map.of(
          "everySeconds", "every", "jitterSeconds", "jitter", "shell", "command", "job", "command");

  private final Map<String, String> typed;
  private final Map<String, String> errors = new LinkedHashMap<>();
  private final Map<String, @Nullable Object> request = new LinkedHashMap<>();
  private final Instant now;
  private final ZoneId zone;

  PlanReading(Map<String, String> typed, Instant now, ZoneId zoneOfServer) {
    this.typed = typed;
    this.now = now;
    this.zone = zone(said("zone"), zoneOfServer);
  }

  /** The zone that is meant; where there is none of this name, that is said by who plans. */
  private static ZoneId zone(String said, ZoneId otherwise) {
    try {
      return said.isEmpty() ? otherwise : ZoneId.of(said);
    } catch (DateTimeException e) {
      return otherwise;
    }
  }

  Map<String, @Nullable Object> request() {
    return request;
  }

  Map<String, String> errors() {
    return errors;
  }

  private String said(String field) {
    return typed.getOrDefault(field, "").strip();
  }

  void wrong(String field, String sentence) {
    errors.putIfAbsent(field, VisibleText.line(sentence));
  }

  /** True when nothing is said yet about when. */
  boolean saysNothing() {
    return said(said("kind")).isEmpty();
  }

  /** The name, where there is none yet. */
  void name() {
    if (said("name").isEmpty()) {
      wrong("name", "Give it a name, such as nightly.");
    }
    request.put("name", said("name"));
  }

  /** Everything but the name and the job. */
  void times() {
    if (!said("zone").isEmpty()) {
      request.put("zone", said("zone"));
    }
    switch (said("kind")) {
      case "cron" -> cron();
      case "at" -> at();
      default -> every();
    }
    instant("start", false);
    instant("end", true);
    word("missed");
    word("overlap");
    request.put("jitterSeconds", 0);
    length("jitter", "jitterSeconds", Duration.ZERO, Schedule.LONGEST_JITTER);
    pauseAfter();
  }

  private void cron() {
    if (said("cron").isEmpty()) {
      wrong("cron", "Type five fields, such as 30 2 * * 1-5.");
    } else {
      request.put("cron", said("cron"));
    }
  }

  private void every() {
    if (said("every").isEmpty()) {
      wrong("every", "Say how often, such as 2h or 30m.");
    }
    length("every", "everySeconds", IntervalTrigger.SHORTEST, IntervalTrigger.LONGEST);
    if (!said("first").isEmpty()) {
      instant("first", false);
    }
  }

  private void at() {
    List<String> times = new ArrayList<>();
    for (String line : said("at").split("\\R", -1)) {
      if (!line.isBlank()) {
        try {
          times.add(TypedTime.instant(line, now, zone, false).toString());
        } catch (TypedTime.Wrong e) {
          wrong("at", e.sentence());
        }
      }
    }
    if (times.isEmpty()) {
      wrong("at", "Name at least one time, such as fri 18:30.");
    }
    request.put("at", times);
  }

  private void instant(String field, boolean endOfDay) {
    request.put(field, null); // where it changes, this takes it away
    if (!said(field).isEmpty()) {
      try {
        request.put(field, TypedTime.instant(said(field), now, zone, endOfDay).toString());
      } catch (TypedTime.Wrong e) {
        wrong(field, e.sentence());
      }
    }
  }

  private void length(String field, String asked, Duration least, Duration most) {
    if (!said(field).isEmpty()) {
      try {
        request.put(asked, TypedTime.length(said(field), least, most).toSeconds());
      } catch (TypedTime.Wrong e) {
        wrong(field, e.sentence());
      }
    }
  }

  private void word(String field) {
    if (!said(field).isEmpty()) {
      request.put(field, said(field));
    }
  }

  private void pauseAfter() {
    String said = said("pauseAfter");
    if (said.isEmpty() || said.matches("[0-9]{1,4}")) {
      request.put("pauseAfter", said.isEmpty() ? 0 : Integer.parseInt(said));
    } else {
      wrong("pauseAfter", "A whole number of failures, such as 3; empty for never.");
    }
  }

  /** What the server says is wrong, field by field; what was found here is not said twice. */
  void add(Problem problem) {
    if (problem.status() != 422 && problem.status() != 409) {
      throw problem;
    }
    for (Refused.FieldError error : problem.errors()) {
      wrong(field(error.field()), sentence(error));
    }
    if (errors.isEmpty()) {
      wrong("name", Sentences.of(problem.detail()));
    }
  }

  private String sentence(Refused.FieldError error) {
    String name = error.field().replaceFirst("^job\\.", "");
    return Sentences.of(name, WallClock.inMessage(error.message(), zone, now));
  }

  private String field(String said) {
    String last = said.substring(said.lastIndexOf('.') + 1).replaceFirst("\\[.*", "");
    String field = FIELD_OF_API.getOrDefault(last, last);
    String kind = said("kind").isEmpty() ? "every" : said("kind");
    if (List.of("cron", "every", "at").contains(field)) {
      return kind; // only the fields of this kind are seen
    }
    return FIELDS.contains(field) ? field : said("of").isEmpty() ? "name" : kind;
  }
}
