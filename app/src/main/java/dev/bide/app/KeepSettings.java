package dev.bide.app;

import dev.bide.cli.Suggestion;
import dev.bide.job.State;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.retention.LogLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** The table {@code [keep]} of {@code bide.toml}: what is kept of jobs that have ended. */
final class KeepSettings {
  private static final String AGE_HINT = " wants an age such as \"90d\", \"12h\" or \"forever\"";
  private static final String SIZE_HINT = " wants a size such as \"10%\", \"20GB\" or \"none\"";
  private static final Pattern AGE = Pattern.compile("([0-9]{1,6}) ?(m|min|h|d|w)");
  private static final List<String> ENDS =
      java.util.Arrays.stream(State.values())
          .filter(State::isFinal)
          .map(KeepSettings::key)
          .toList();

  private final TomlParseResult toml;
  private final List<String> errors;

  /**
   * Reads nothing yet.
   *
   * @param errors where what is wrong is added, a line each
   */
  KeepSettings(TomlParseResult toml, List<String> errors) {
    this.toml = toml;
    this.errors = errors;
  }

  private static String key(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  Keep read() {
    Object value = toml.get(List.of("keep"));
    if (value == null) {
      return Keep.DEFAULT;
    }
    if (!(value instanceof TomlTable table)) {
      errors.add("keep is a table: write [keep] on a line of its own, and age = \"90d\" below");
      return Keep.DEFAULT;
    }
    Map<String, Limits> queues = new HashMap<>();
    Object ofQueues = table.get(List.of("queue"));
    if (ofQueues instanceof TomlTable names) {
      for (String name : names.keySet()) {
        if (names.get(List.of(name)) instanceof TomlTable own) {
          queues.put(name, limits(own, "keep.queue." + name + ".", List.of()));
        } else {
          errors.add("keep.queue." + name + " is a table: write [keep.queue." + name + "]");
        }
      }
    } else if (ofQueues != null) {
      errors.add("keep.queue is a table: write [keep.queue.NAME]");
    }
    Limits all = limits(table, "keep.", List.of("queue", "longest-log"));
    return new Keep(all, queues, longestLog(table));
  }

  private long longestLog(TomlTable table) {
    Object value = table.get(List.of("longest-log"));
    if (value == null) {
      return Keep.DEFAULT_LONGEST_LOG;
    }
    LogLimit limit = LogLimit.of(value.toString());
    if (limit == null || limit.percent() > 0 || limit.bytes() < Keep.LEAST_LONGEST_LOG) {
      errors.add("keep.longest-log wants a size of 1MB or more, such as \"1GB\", or \"none\"");
      return Keep.DEFAULT_LONGEST_LOG;
    }
    return limit.bytes();
  }

  private Limits limits(TomlTable table, String prefix, List<String> others) {
    List<String> known = new ArrayList<>(List.of("age", "count", "logs"));
    known.addAll(ENDS);
    known.addAll(others);
    for (String key : table.keySet()) {
      if (!known.contains(key)) {
        String near = Suggestion.nearest(key, known);
        errors.add(
            "unknown key "
                + prefix
                + key
                + (near == null
                    ? ": there are " + String.join(", ", known)
                    : ": did you mean " + near + "?"));
      }
    }
    Map<State, Duration> ages = new EnumMap<>(State.class);
    for (State state : State.values()) {
      Duration age = state.isFinal() ? age(table, prefix, key(state)) : null;
      if (age != null) {
        ages.put(state, age);
      }
    }
    Long count = null;
    Object value = table.get(List.of("count"));
    if (value instanceof Long number && number >= 0) {
      count = number;
    } else if (value != null) {
      errors.add(prefix + "count wants a whole number of jobs");
    }
    LogLimit logs = null;
    value = table.get(List.of("logs"));
    if (value != null) {
      logs = LogLimit.of(value.toString());
      if (logs == null) {
        errors.add(prefix + "logs" + SIZE_HINT);
      }
    }
    return new Limits(age(table, prefix, "age"), ages, count, logs);
  }

  private @Nullable Duration age(TomlTable table, String prefix, String key) {
    Object value = table.get(List.of(key));
    if (value == null) {
      return null;
    }
    Duration age = age(value.toString().strip().toLowerCase(Locale.ROOT));
    if (age == null) {
      errors.add(prefix + key + AGE_HINT);
    }
    return age;
  }

  private static @Nullable Duration age(String text) {
    if (text.equals("forever")) {
      return Limits.FOREVER;
    }
    Matcher matcher = AGE.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "w" -> Duration.ofDays(7 * number);
      case "d" -> Duration.ofDays(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofMinutes(number);
    };
  }
}
