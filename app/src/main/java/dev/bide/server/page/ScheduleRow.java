package dev.bide.server.page;

import dev.bide.schedule.Occurrence;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A schedule in the table.
 *
 * @param href its page
 * @param acts what stands in front of the acts on it
 * @param when in words
 * @param expression what was typed, where the words do not say it all; else null
 * @param next its next run, or null when none follows
 * @param why it is paused, or null
 * @param last what was decided last, or null
 */
public record ScheduleRow(
    String name,
    String href,
    String acts,
    String commandLine,
    StateLook look,
    String when,
    @Nullable String expression,
    String zone,
    @Nullable RunLine next,
    @Nullable String why,
    @Nullable DecisionLine last) {
  /** The name that leads to the form for a new one. */
  static final String NEW = "new";

  static ScheduleRow of(Schedule schedule, @Nullable PlannedRun last, Instant now) {
    ZoneId zone = schedule.timetable().zone();
    Occurrence next = schedule.next();
    return new ScheduleRow(
        schedule.name(),
        href(schedule.name()),
        acts(schedule.name()),
        VisibleText.line(schedule.template().program().commandLine()),
        look(schedule, next),
        capital(ScheduleWords.when(schedule.timetable().trigger())),
        ScheduleWords.expression(schedule.timetable().trigger()),
        schedule.timetable().zoneName(),
        next == null ? null : RunLine.of(next, zone, now),
        why(schedule),
        last == null ? null : DecisionLine.of(last, zone, now, null));
  }

  private static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** Where the page of a schedule is. */
  static String href(String name) {
    return acts(name) + (name.equals(NEW) ? "?schedule" : "");
  }

  /** The same, for a page that says what was just done. */
  static String saying(String name, String what) {
    return href(name) + (name.equals(NEW) ? "&" : "?") + what;
  }

  static String acts(String name) {
    return "/schedules/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private static StateLook look(Schedule schedule, @Nullable Occurrence next) {
    if (schedule.standing().paused()) {
      return StateLook.PAUSED;
    }
    return next == null ? StateLook.ENDED : StateLook.ACTIVE;
  }

  static @Nullable String why(Schedule schedule) {
    String why = schedule.standing().why();
    return why == null ? null : VisibleText.line(why);
  }

  public boolean paused() {
    return look.equals(StateLook.PAUSED);
  }

  /** True when no run follows. */
  public boolean ended() {
    return look.equals(StateLook.ENDED);
  }
}
