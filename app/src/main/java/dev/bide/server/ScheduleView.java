package dev.bide.server;

import dev.bide.api.JobJson;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.notice.NoticeRules;
import dev.bide.schedule.ClockChange;
import dev.bide.schedule.CronTrigger;
import dev.bide.schedule.InstantsTrigger;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.Occurrence;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts schedules into the words of the API. */
public final class ScheduleView {
  private ScheduleView() {}

  /** A schedule; every key is always there. */
  public static Map<String, @Nullable Object> toMap(Schedule schedule) {
    Timetable timetable = schedule.timetable();
    Trigger trigger = timetable.trigger();
    Schedule.Standing standing = schedule.standing();
    Occurrence next = schedule.next();
    IntervalTrigger interval = trigger instanceof IntervalTrigger every ? every : null;
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", schedule.name());
    map.put("cron", trigger instanceof CronTrigger cron ? cron.expression().toString() : null);
    map.put("everySeconds", interval == null ? null : seconds(interval.every()));
    map.put("first", interval == null ? null : JobJson.time(interval.first()));
    map.put(
        "at",
        trigger instanceof InstantsTrigger at
            ? at.instants().stream().map(JobJson::time).toList()
            : null);
    map.put("zone", timetable.zoneName());
    map.put("start", JobJson.time(timetable.start()));
    map.put("end", JobJson.time(timetable.end()));
    map.put("missed", RequestFields.wordOf(timetable.missed()));
    map.put("maxLateSeconds", seconds(timetable.longestDelay()));
    map.put("maxMissed", timetable.mostMadeUp());
    map.put("overlap", RequestFields.wordOf(schedule.overlap()));
    map.put("jitterSeconds", seconds(schedule.jitter()));
    map.put("pauseAfter", schedule.pauseAfter());
    map.put("paused", standing.paused());
    map.put("message", standing.why());
    map.put("failures", standing.failures());
    map.put("next", next == null ? null : JobJson.time(next.instant()));
    map.put("createdAt", JobJson.time(schedule.createdAt()));
    map.put("job", template(schedule.template()));
    return map;
  }

  private static Map<String, @Nullable Object> template(JobSpec job) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("command", job.program() instanceof Program.Argv argv ? argv.words() : null);
    map.put("shell", job.program() instanceof Program.ShellLine shell ? shell.line() : null);
    map.put("commandLine", job.program().commandLine());
    map.put("directory", job.directory());
    map.put("name", job.name());
    map.put("queue", job.queue());
    map.put("umask", String.format(Locale.ROOT, "%04o", job.umask()));
    map.put(NoticeRequests.FIELD, NoticeRules.shown(job.terms().notices()));
    return map;
  }

  /** A whole number where it is one. */
  private static Number seconds(Duration duration) {
    return duration.toMillisPart() == 0
        ? (Number) duration.toSeconds()
        : (Number) (duration.toMillis() / 1000.0);
  }

  /** The planned runs after an instant, at most so many. */
  public static List<Map<String, @Nullable Object>> next(
      Timetable timetable, Instant after, int n) {
    List<Map<String, @Nullable Object>> runs = new ArrayList<>();
    Occurrence run = timetable.next(after);
    while (run != null && runs.size() < n) {
      runs.add(run(run, timetable.zone()));
      run = timetable.next(run.instant());
    }
    return runs;
  }

  private static Map<String, @Nullable Object> run(Occurrence run, ZoneId zone) {
    ClockChange change = run.clockChange();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("instant", JobJson.time(run.instant()));
    map.put("local", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(run.instant().atZone(zone)));
    map.put("zone", zone.getId());
    map.put("note", change == null ? null : RequestFields.wordOf(change));
    return map;
  }

  /** What was decided about one planned run. */
  public static Map<String, @Nullable Object> toMap(PlannedRun run) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("instant", JobJson.time(run.instant()));
    map.put("decision", run.decision().name());
    map.put("job", run.job());
    map.put("note", run.note());
    map.put("decidedAt", JobJson.time(run.decidedAt()));
    return map;
  }
}
