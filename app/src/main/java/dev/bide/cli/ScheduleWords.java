package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.schedule.WrittenTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Schedules in words for a person, and as fields for a program. */
final class ScheduleWords {
  /** Between two columns. */
  private static final int GAP = 2;

  /** What a column keeps in a terminal that is too narrow for all; the command goes before that. */
  private static final int LEAST_NAME = 20;

  private static final int LEAST_WHEN = 14;
  private static final int LEAST_NEXT = 40;
  private static final int LEAST_COMMAND = 10;

  private final Instant now;
  private final @Nullable JobWords words;

  /**
   * For one call.
   *
   * @param words how to paint, or null for plain
   */
  ScheduleWords(Instant now, @Nullable JobWords words) {
    this.now = now;
    this.words = words;
  }

  /** One line of a pipe: name, when, zone, next run, active or paused, command line. */
  static String fields(Fields schedule) {
    String next = schedule.text("next");
    return String.join(
        "\t",
        schedule.needed("name"),
        when(schedule),
        schedule.needed("zone"),
        next == null ? "" : next,
        schedule.flag("paused") ? "paused" : "active",
        Text.visible(commandLine(schedule)));
  }

  /** {@code 30 2 * * *}, {@code every 2 h}, {@code at 3 times}. */
  static String when(Fields schedule) {
    String cron = schedule.text("cron");
    if (cron != null) {
      return Text.visible(cron);
    }
    Long every = schedule.longOrNull("everySeconds");
    if (every != null) {
      return "every " + Text.plannedDuration(Duration.ofSeconds(every));
    }
    int times = schedule.list("at").size();
    return times == 1 ? "once" : "at " + times + " times";
  }

  private static String commandLine(Fields schedule) {
    return Fields.of(schedule.map().get("job")).needed("commandLine");
  }

  /** To show times in. */
  private static ZoneId zone(Fields schedule) {
    ZoneId zone = knownZone(schedule);
    return zone == null ? ZoneOffset.UTC : zone; // which is then named
  }

  /** To read these times in, which have to name an offset where the zone is not known. */
  static ZoneId zone(Fields schedule, List<String> times) throws Trouble {
    ZoneId zone = knownZone(schedule);
    if (zone != null) {
      return zone;
    }
    if (!times.stream().allMatch(WrittenTime::namesOffset)) {
      throw Trouble.usage(
          "this Java does not know the zone "
              + Text.visible(schedule.needed("zone"))
              + " of the schedule; say times with an offset, such as 2026-12-01T09:00Z");
    }
    return ZoneOffset.UTC;
  }

  private static @Nullable ZoneId knownZone(Fields schedule) {
    try {
      return ZoneId.of(schedule.needed("zone"));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** When it runs next, or why it does not. */
  String nextRun(Fields schedule) {
    if (schedule.flag("paused")) {
      String why = schedule.text("message");
      return "paused" + (why == null ? "" : ": " + Text.visible(why));
    }
    Instant next = schedule.instant("next");
    return next == null
        ? "has ended: no run follows"
        : "next " + TimeWords.localAndHowLong(next, zone(schedule), now);
  }

  /** One line each, which a terminal does not break: what is cut or left out, show says. */
  List<String> table(List<Fields> schedules, int columns) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "WHEN", "NEXT", "COMMAND"));
    for (Fields schedule : schedules) {
      rows.add(
          List.of(
              Text.visible(schedule.needed("name")),
              when(schedule),
              nextRun(schedule).replaceFirst("^next ", ""),
              Text.visible(commandLine(schedule))));
    }
    int[] widths = fitting(Text.widths(rows, 3), columns);
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      String text = line(row, widths, columns);
      lines.add(lines.isEmpty() && words != null ? words.strong(text.stripTrailing()) : text);
    }
    return lines;
  }

  /** The widths of all but the command, which has what is left; names give way first. */
  private static int[] fitting(int[] widths, int columns) {
    int[] least = {
      Math.min(widths[0], LEAST_NAME),
      Math.min(widths[1], LEAST_WHEN),
      Math.min(widths[2], LEAST_NEXT)
    };
    int command = GAP + LEAST_COMMAND;
    boolean forCommand = Arrays.stream(least).sum() + GAP * 2 + command <= columns;
    int over = Arrays.stream(widths).sum() + GAP * 2 + (forCommand ? command : 0) - columns;
    int[] fitting = widths.clone();
    for (int i = 0; i < fitting.length && over > 0; i++) {
      int given = Math.min(over, fitting[i] - least[i]);
      fitting[i] -= given;
      over -= given;
    }
    return fitting;
  }

  private String line(List<String> row, int[] widths, int columns) {
    String ellipsis = words == null ? "..." : words.ellipsis();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(Text.pad(Text.cut(row.get(i), widths[i], ellipsis), widths[i]))
          .append(" ".repeat(GAP));
    }
    int room = columns - Text.columns(line.toString());
    return room < LEAST_COMMAND
        ? line.toString().stripTrailing()
        : line.append(Text.cut(row.get(3), room, ellipsis)).toString();
  }

  /** {@code Wed 2 Dec 02:00 Europe/Berlin, in 7 h 12 min (the clocks …)}. */
  static String run(Fields run, Instant now) {
    Instant instant = run.neededInstant("instant");
    String note = run.text("note");
    return TimeWords.localAndHowLong(instant, zone(run), now)
        + (note == null
            ? ""
            : note.equals("gap")
                ? "  (the clocks go forward: at the end of the gap)"
                : "  (the clocks go back: this time comes twice)");
  }

  /** All facts and the newest decisions. */
  List<String> facts(Fields schedule, List<Fields> runs) {
    List<String> lines = new ArrayList<>();
    String name = "schedule " + Text.visible(schedule.needed("name"));
    lines.add((words == null ? name : words.strong(name)) + "  " + nextRun(schedule));
    ZoneId zone = zone(schedule);
    Fields job = Fields.of(schedule.map().get("job"));
    fact(lines, "when", when(schedule) + " (" + Text.visible(schedule.needed("zone")) + ")");
    time(lines, "first", schedule, zone);
    time(lines, "start", schedule, zone);
    time(lines, "end", schedule, zone);
    fact(lines, "missed", missed(schedule));
    fact(lines, "overlap", schedule.needed("overlap"));
    Long jitter = schedule.longOrNull("jitterSeconds");
    if (jitter != null && jitter > 0) {
      fact(lines, "jitter", "up to " + Text.plannedDuration(Duration.ofSeconds(jitter)));
    }
    failures(lines, schedule);
    fact(lines, job.has("shell") ? "shell" : "command", job.needed("commandLine"));
    fact(lines, "directory", job.needed("directory"));
    fact(lines, "queue", job.needed("queue"));
    if (!runs.isEmpty()) {
      lines.add("");
      for (Fields run : runs) {
        lines.add("  " + decided(run, zone));
      }
    }
    return lines;
  }

  private static String missed(Fields schedule) {
    String policy = schedule.needed("missed");
    String late = Text.plannedDuration(Duration.ofSeconds(schedule.number("maxLateSeconds")));
    return switch (policy) {
      case "once" -> "once, at most " + late + " late";
      case "all" ->
          "all, at most " + schedule.number("maxMissed") + " and at most " + late + " late";
      default -> policy;
    };
  }

  private static void failures(List<String> lines, Fields schedule) {
    long failures = schedule.number("failures");
    long pauseAfter = schedule.number("pauseAfter");
    if (failures > 0 || pauseAfter > 0) {
      fact(
          lines,
          "failures",
          failures + " in a row" + (pauseAfter == 0 ? "" : "; paused after " + pauseAfter));
    }
  }

  private void time(List<String> lines, String key, Fields schedule, ZoneId zone) {
    Instant instant = schedule.instant(key);
    if (instant != null) {
      fact(lines, key, TimeWords.local(instant, zone, now));
    }
  }

  private String decided(Fields run, ZoneId zone) {
    Long job = run.longOrNull("job");
    String note = run.text("note");
    String decision = run.needed("decision").toLowerCase(Locale.ROOT);
    String became = job == null ? decision : "job " + job;
    String why = note == null ? "" : Text.visible(note);
    return Text.pad(TimeWords.local(run.neededInstant("instant"), zone, now), 32)
        + "  "
        // most reasons begin with what was decided
        + (why.startsWith(became + ":") ? why : became + (why.isEmpty() ? "" : "  " + why));
  }

  private static void fact(List<String> lines, String name, String value) {
    lines.add("  " + Text.pad(name, 10) + "  " + Text.visible(value));
  }
}
