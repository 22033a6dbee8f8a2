package dev.bide.api;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as the API shows it. Each key is always present, null when empty; only {@code attempts} is
 * there for one job alone. Times are RFC 3339 in UTC with milliseconds.
 */
public record JobJson(
    long number,
    String uuid,
    @Nullable String name,
    @Nullable List<String> command,
    @Nullable String shell,
    String commandLine,
    String directory,
    String queue,
    String state,
    @Nullable String phase,
    @Nullable String reason,
    @Nullable String message,
    @Nullable Integer position,
    Instant submittedAt,
    @Nullable Instant beginAt,
    @Nullable String schedule,
    @Nullable Instant plannedFor,
    List<String> rules,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    int attempt,
    @Nullable Long pid,
    long logSize,
    boolean pinned,
    @Nullable List<AttemptJson> attempts) {

  /** One attempt; outcome and what belongs to an ending are null while it is open. */
  public record AttemptJson(
      int attempt,
      @Nullable String outcome,
      @Nullable String reason,
      @Nullable String message,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Instant lastSeenAt,
      @Nullable Integer exitCode,
      @Nullable Integer signal,
      @Nullable Long pid,
      long logSize,
      long logCut,
      String directory) {

    Map<String, @Nullable Object> toMap() {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      map.put("attempt", attempt);
      map.put("outcome", outcome);
      map.put("reason", reason);
      map.put("message", message);
      map.put("startedAt", time(startedAt));
      map.put("endedAt", time(endedAt));
      map.put("lastSeenAt", time(lastSeenAt));
      map.put("exitCode", exitCode);
      map.put("signal", signal);
      map.put("pid", pid);
      map.put("logSize", logSize);
      map.put("logCut", logCut);
      map.put("directory", directory);
      return map;
    }

    static AttemptJson from(Fields in) {
      return new AttemptJson(
          (int) in.number("attempt"),
          in.text("outcome"),
          in.text("reason"),
          in.text("message"),
          in.instant("startedAt"),
          in.instant("endedAt"),
          in.instant("lastSeenAt"),
          in.integer("exitCode"),
          in.integer("signal"),
          in.longOrNull("pid"),
          in.number("logSize"),
          in.number("logCut"),
          in.needed("directory"));
    }
  }

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /** An instant as the API writes it, or null. */
  public static @Nullable String time(@Nullable Instant instant) {
    return instant == null ? null : MILLIS.format(instant);
  }

  /** True when nothing more happens to it by itself. */
  public boolean isFinal() {
    return !state.equals("PENDING") && !state.equals("RUNNING");
  }

  /** For {@link Json#write}. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("number", number);
    map.put("uuid", uuid);
    map.put("name", name);
    map.put("command", command);
    map.put("shell", shell);
    map.put("commandLine", commandLine);
    map.put("directory", directory);
    map.put("queue", queue);
    map.put("state", state);
    map.put("phase", phase);
    map.put("reason", reason);
    map.put("message", message);
    map.put("position", position);
    map.put("submittedAt", time(submittedAt));
    map.put("beginAt", time(beginAt));
    map.put("schedule", schedule);
    map.put("plannedFor", time(plannedFor));
    map.put("notify", rules);
    map.put("startedAt", time(startedAt));
    map.put("endedAt", time(endedAt));
    map.put("exitCode", exitCode);
    map.put("signal", signal);
    map.put("attempt", attempt);
    map.put("pid", pid);
    map.put("logSize", logSize);
    map.put("pinned", pinned);
    if (attempts != null) {
      List<Object> list = new ArrayList<>();
      attempts.forEach(one -> list.add(one.toMap()));
      map.put("attempts", list);
    }
    return map;
  }

  private static List<String> rulesOf(Fields in) {
    List<String> rules = in.texts("notify");
    return rules == null ? List.of() : rules;
  }

  /**
   * From what {@link Json#read} made of the API's answer.
   *
   * @throws IllegalArgumentException when it is no job: the other side is another version
   */
  public static JobJson from(@Nullable Object read) {
    Fields in = Fields.of(read);
    List<AttemptJson> attempts = null;
    if (in.has("attempts")) {
      attempts = in.list("attempts").stream().map(one -> AttemptJson.from(Fields.of(one))).toList();
    }
    return new JobJson(
        in.number("number"),
        in.needed("uuid"),
        in.text("name"),
        in.texts("command"),
        in.text("shell"),
        in.needed("commandLine"),
        in.needed("directory"),
        in.needed("queue"),
        in.needed("state"),
        in.text("phase"),
        in.text("reason"),
        in.text("message"),
        in.integer("position"),
        in.neededInstant("submittedAt"),
        in.instant("beginAt"),
        in.text("schedule"),
        in.instant("plannedFor"),
        rulesOf(in),
        in.instant("startedAt"),
        in.instant("endedAt"),
        in.integer("exitCode"),
        in.integer("signal"),
        (int) in.number("attempt"),
        in.longOrNull("pid"),
        in.number("logSize"),
        in.flag("pinned"),
        attempts);
  }
}
