package dev.bide.server;

import dev.bide.Retention;
import dev.bide.api.JobJson;
import dev.bide.job.State;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.retention.LogLimit;
import dev.bide.retention.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is kept, in the words of the API. */
final class RetentionView {
  private RetentionView() {}

  /** What costs nothing to know. */
  static Map<String, @Nullable Object> brief(Retention retention) {
    Held ended = Tally.total(Tally.ended(retention.tallies()));
    Map<String, @Nullable Object> map = held(ended);
    map.put("logLimit", retention.logLimit());
    return map;
  }

  static Map<String, @Nullable Object> of(Retention retention) {
    Retention.Report report = retention.report(RetentionAges.instants(Instant.now()));
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("settings", settings(report.keep()));
    Map<String, @Nullable Object> kept = held(report.ended());
    kept.put("logLimit", report.logLimit());
    kept.put("pinnedJobs", report.pinned().jobs());
    kept.put("pinnedLogBytes", report.pinned().logBytes());
    map.put("kept", kept);
    Map<String, @Nullable Object> removed = held(report.swept().removed());
    removed.put("logsCut", report.swept().cut());
    removed.put("cutBytes", report.swept().cutBytes());
    removed.put("lastAt", JobJson.time(report.swept().lastAt()));
    Map<String, @Nullable Object> causes = new LinkedHashMap<>();
    for (Cause cause : Cause.values()) {
      causes.put(cause.name().toLowerCase(Locale.ROOT), held(report.swept().by(cause)));
    }
    removed.put("by", causes);
    map.put("removed", removed);
    Map<String, @Nullable Object> older = new LinkedHashMap<>();
    for (int i = 0; i < RetentionAges.DAYS.size(); i++) {
      older.put(RetentionAges.DAYS.get(i) + "d", held(report.older().get(i)));
    }
    map.put("older", older);
    map.put("paused", report.paused());
    return map;
  }

  static Map<String, @Nullable Object> held(Held held) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("jobs", held.jobs());
    map.put("logBytes", held.logBytes());
    return map;
  }

  private static Map<String, @Nullable Object> settings(Keep keep) {
    Limits all =
        new Limits(
            keep.all().age() == null ? Keep.DEFAULT_AGE : keep.all().age(),
            keep.all().ages(),
            keep.all().count(),
            keep.logs());
    Map<String, @Nullable Object> map = limits(all);
    map.put("longestLog", LogLimit.bytes(keep.longestLog()).text());
    Map<String, @Nullable Object> queues = new TreeMap<>();
    keep.queues().forEach((name, own) -> queues.put(name, limits(own)));
    map.put("queues", queues);
    return map;
  }

  private static Map<String, @Nullable Object> limits(Limits limits) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("age", age(limits.age()));
    for (State state : State.values()) {
      if (state.isFinal()) {
        map.put(state.name().toLowerCase(Locale.ROOT), age(limits.ages().get(state)));
      }
    }
    map.put("count", limits.count());
    LogLimit logs = limits.logs();
    map.put("logs", logs == null ? null : logs.text());
    return map;
  }

  private static @Nullable String age(@Nullable Duration age) {
    if (age == null) {
      return null;
    }
    if (age.equals(Limits.FOREVER)) {
      return "forever";
    }
    if (age.toMinutes() % (24 * 60) == 0) {
      return age.toDays() + "d";
    }
    return age.toMinutes() % 60 == 0 ? age.toHours() + "h" : age.toMinutes() + "m";
  }
}
