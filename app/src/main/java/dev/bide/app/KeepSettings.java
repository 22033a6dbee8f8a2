package dev.bide.app;

import dev.bide.job.State;
import dev.bide.job.WrittenDuration;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.retention.LogLimit;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The table {@code [keep]} of {@code bide.toml}: what is kept of jobs that have ended. */
final class KeepSettings {
  private static final List<State> ENDS =
      Arrays.stream(State.values()).filter(State::isFinal).toList();
  private static final List<String> OF_A_QUEUE =
      Stream.concat(Stream.of("age", "count", "logs"), ENDS.stream().map(KeepSettings::key))
          .toList();
  private static final List<String> OF_ALL =
      Stream.concat(OF_A_QUEUE.stream(), Stream.of("queue", "longest-log")).toList();

  private KeepSettings() {}

  private static String key(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /** Reads it; what is wrong is noted in the file. */
  static Keep read(SettingsTable file) {
    SettingsTable keep = file.table("keep", "[keep] on a line of its own, and age = \"90d\" below");
    if (keep == null) {
      return Keep.DEFAULT;
    }
    Map<String, Limits> queues = new HashMap<>();
    SettingsTable names = keep.table("queue", "[keep.queue.NAME]");
    if (names != null) {
      for (String name : names.keys()) {
        SettingsTable own = names.table(name, "[keep.queue." + name + "]");
        if (own != null) {
          queues.put(name, limits(own, OF_A_QUEUE));
        }
      }
    }
    return new Keep(limits(keep, OF_ALL), queues, longestLog(keep));
  }

  private static long longestLog(SettingsTable keep) {
    Object value = keep.value("longest-log");
    if (value == null) {
      return Keep.DEFAULT_LONGEST_LOG;
    }
    LogLimit limit = LogLimit.of(value.toString());
    if (limit == null || limit.percent() > 0 || limit.bytes() < Keep.LEAST_LONGEST_LOG) {
      keep.wants("longest-log", "a size of 1MB or more, such as \"1GB\", or \"none\"");
      return Keep.DEFAULT_LONGEST_LOG;
    }
    return limit.bytes();
  }

  private static Limits limits(SettingsTable table, List<String> known) {
    table.onlyKeys(known);
    Map<State, Duration> ages = new EnumMap<>(State.class);
    for (State state : ENDS) {
      Duration age = age(table, key(state));
      if (age != null) {
        ages.put(state, age);
      }
    }
    Long count = null;
    Object value = table.value("count");
    if (value instanceof Long number && number >= 0) {
      count = number;
    } else if (value != null) {
      table.wants("count", "a whole number of jobs");
    }
    LogLimit logs = null;
    value = table.value("logs");
    if (value != null) {
      logs = LogLimit.of(value.toString());
      if (logs == null) {
        table.wants("logs", "a size such as \"10%\", \"20GB\" or \"none\"");
      }
    }
    return new Limits(age(table, "age"), ages, count, logs);
  }

  private static @Nullable Duration age(SettingsTable table, String key) {
    Object value = table.value(key);
    if (value == null) {
      return null;
    }
    Duration age = age(value.toString().strip().toLowerCase(Locale.ROOT));
    if (age == null) {
      table.wants(key, "an age such as \"90d\", \"12h\" or \"forever\"");
    }
    return age;
  }

  private static @Nullable Duration age(String text) {
    if (text.equals("forever")) {
      return Limits.FOREVER;
    }
    // an age of seconds is a slip
    return WrittenDuration.parse(text).filter(age -> age.toSecondsPart() == 0).orElse(null);
  }
}
