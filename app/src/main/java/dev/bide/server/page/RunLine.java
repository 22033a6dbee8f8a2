package dev.bide.server.page;

import dev.bide.schedule.Occurrence;
import dev.bide.schedule.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run that is to come.
 *
 * @param zone whose clock shows the weekday, the day and the time
 * @param until how long it is from now
 * @param mark what a change of the clocks does to it, or null
 */
public record RunLine(
    Instant instant,
    String zone,
    String weekday,
    String day,
    String time,
    String until,
    @Nullable String mark) {
  static final int USUAL = 10;

  /** True when the day is one of another year than this. */
  public boolean withYear() {
    return day.indexOf(' ') != day.lastIndexOf(' ');
  }

  /** The first runs after an instant. */
  static List<RunLine> of(Timetable timetable, Instant after, Instant now) {
    List<RunLine> lines = new ArrayList<>();
    Occurrence run = timetable.next(after);
    while (run != null && lines.size() < USUAL) {
      lines.add(of(run, timetable.zone(), now));
      run = timetable.next(run.instant());
    }
    return lines;
  }

  static RunLine of(Occurrence run, ZoneId zone, Instant now) {
    Instant instant = run.instant();
    return new RunLine(
        instant,
        zone.getId(),
        WallClock.weekday(instant, zone),
        WallClock.day(instant, zone, now),
        WallClock.time(instant, zone),
        Wording.duration(Duration.between(now, instant)),
        ScheduleWords.mark(run, zone));
  }
}
