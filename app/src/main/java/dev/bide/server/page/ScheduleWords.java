package dev.bide.server.page;

import dev.bide.schedule.ClockChange;
import dev.bide.schedule.CronTrigger;
import dev.bide.schedule.InstantsTrigger;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.Occurrence;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Schedules in words. The command line says the same in fewer. */
final class ScheduleWords {
  private ScheduleWords() {}

  /** {@code Monday to Friday at 02:30}, {@code every 2 h}, {@code at 3 named times}. */
  static String when(Trigger trigger) {
    if (trigger instanceof CronTrigger cron) {
      String words = CronWords.of(cron.expression().toString());
      return words == null ? "by cron" : words;
    }
    if (trigger instanceof IntervalTrigger interval) {
      return "every " + length(interval.every());
    }
    int times = ((InstantsTrigger) trigger).instants().size();
    return times == 1 ? "once" : String.format(Locale.ENGLISH, "at %,d named times", times);
  }

  /** What was typed, where the words do not say it all; else null. */
  static @Nullable String expression(Trigger trigger) {
    return trigger instanceof CronTrigger cron
        ? VisibleText.line(cron.expression().toString())
        : null;
  }

  /** {@code 2 h}, {@code 1 d 30 min}, without what is zero. */
  static String length(Duration length) {
    String text =
        part(length.toDays(), "d")
            + part(length.toHoursPart(), "h")
            + part(length.toMinutesPart(), "min")
            + part(length.toSecondsPart(), "s");
    return text.isEmpty() ? "0\u00a0s" : text.strip();
  }

  private static String part(long number, String unit) {
    return number == 0 ? "" : number + "\u00a0" + unit + " ";
  }

  /** What a change of the clocks does to a run; null on all but a few days of the year. */
  static @Nullable String mark(Occurrence run, ZoneId zone) {
    ClockChange change = run.clockChange();
    if (change == null) {
      return null;
    }
    if (change == ClockChange.GAP) {
      return "the clocks go forward: runs at the end of the gap";
    }
    if (!run.key().equals(run.instant().toString())) {
      return "this time comes twice: runs once";
    }
    ZoneOffset now = zone.getRules().getOffset(run.instant());
    List<ZoneOffset> both =
        zone.getRules().getValidOffsets(run.instant().atZone(zone).toLocalDateTime());
    return now.equals(both.get(0))
        ? "this time comes twice: the first"
        : "this time comes twice: the second";
  }

  static String missed(Timetable timetable) {
    String late = "at most " + length(timetable.longestDelay()) + " late";
    return switch (timetable.missed()) {
      case ONCE -> "one run makes up for all, " + late;
      case ALL ->
          "each is made up for, " + late + ", at most " + timetable.mostMadeUp() + " of them";
      case SKIP -> "not made up for";
    };
  }

  static String overlap(OverlapPolicy policy) {
    return switch (policy) {
      case SKIP -> "the next is left out";
      case QUEUE -> "the next waits";
      case ALLOW -> "both run";
      case CANCEL_OLD -> "the earlier one is cancelled";
    };
  }

  static String failures(Schedule schedule) {
    int failures = schedule.standing().failures();
    int most = schedule.pauseAfter();
    if (most == 0) {
      return failures == 0 ? "" : Wording.count(failures, "failure") + " in a row";
    }
    return "paused after "
        + Wording.count(most, "failure")
        + " in a row; "
        + (failures == 0 ? "none" : failures)
        + " so far";
  }

  /** What became of a planned run. */
  static String decision(PlannedRun run) {
    return switch (run.decision()) {
      case ADDED -> "Added";
      case WAITING -> "Waits";
      case SKIPPED -> "Left out";
      case MISSED -> "Missed";
    };
  }

  /** Why, without the word that says what was decided; null where nothing needs saying. */
  static @Nullable String reason(PlannedRun run) {
    String note = run.note();
    return note == null ? null : VisibleText.line(note.replaceFirst("^(skipped|waits): ", ""));
  }
}
