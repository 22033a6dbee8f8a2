package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.engine.Refused;
import dev.bide.job.CommandLine;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.job.WrittenDuration;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.QueueSettings;
import dev.bide.schedule.CronTrigger;
import dev.bide.schedule.InstantsTrigger;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import dev.bide.server.Parts;
import dev.bide.server.Problem;
import dev.bide.server.ScheduleRequests;
import dev.bide.server.page.PlanView.Preview;
import dev.bide.store.JobFilter;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The form that makes or changes a schedule, with what the times that are typed come to. */
final class PlanPage {
  private static final Preview NOTHING_YET =
      new Preview("Say when, and its next ten runs are shown here.", false, "", List.of());

  private final Parts parts;
  private final Bide bide;
  private final Paper paper;
  private final ScheduleRequests requests;

  /** Of the zones of places; the others are old names and offsets. */
  private static final Pattern PLACE = Pattern.compile("[A-Z][a-z]+/.*");

  private final ZoneId zoneOfServer = ZoneId.systemDefault();
  private final List<String> zones =
      ZoneId.getAvailableZoneIds().stream()
          .filter(zone -> zone.equals("UTC") || PLACE.matcher(zone).matches())
          .filter(zone -> !zone.startsWith("Etc/"))
          .sorted()
          .toList();

  PlanPage(Parts parts, Paper paper) {
    this.parts = parts;
    this.bide = parts.bide();
    this.paper = paper;
    this.requests = ScheduleRequests.of(parts);
  }

  /** The form for a new one. */
  void fresh(Context context) {
    List<Job> newest = bide.list(JobFilter.ALL, null, 1).jobs();
    Map<String, String> typed = new HashMap<>();
    typed.put(
        "directory",
        newest.isEmpty() ? parts.settings().startDirectory() : newest.get(0).directory());
    typed.put("queue", QueueSettings.DEFAULT_NAME);
    typed.put("kind", "every");
    typed.put("zone", zoneOfServer.getId());
    write(context, 200, new Typed(typed, Map.of()), null, null, NOTHING_YET);
  }

  /** The form for one that there is. */
  void edit(Context context) {
    Schedule schedule = bide.schedules().find(context.pathParam("name"));
    Instant now = Instant.now();
    Timetable timetable = schedule.timetable();
    write(
        context,
        200,
        new Typed(typed(schedule), Map.of()),
        null,
        null,
        preview(timetable, now, now));
  }

  private static Map<String, String> typed(Schedule schedule) {
    Timetable timetable = schedule.timetable();
    ZoneId zone = timetable.zone();
    JobSpec template = schedule.template();
    Map<String, String> typed = new HashMap<>();
    typed.put("of", schedule.name());
    typed.put("name", schedule.name());
    typed.put("command", template.program().commandLine());
    typed.put("shell", template.program() instanceof Program.ShellLine ? "yes" : "");
    typed.put("directory", template.directory());
    typed.put("queue", template.queue());
    put(typed, timetable.trigger(), zone);
    typed.put("zone", timetable.zoneName());
    Instant start = timetable.start();
    Instant end = timetable.end();
    typed.put("start", start == null ? "" : WallClock.typed(start, zone, false));
    typed.put("end", end == null ? "" : WallClock.typed(end, zone, true));
    typed.put("missed", word(timetable.missed()));
    typed.put("overlap", word(schedule.overlap()));
    typed.put("jitter", schedule.jitter().isZero() ? "" : WrittenDuration.text(schedule.jitter()));
    typed.put("pauseAfter", schedule.pauseAfter() == 0 ? "" : "" + schedule.pauseAfter());
    return typed;
  }

  private static void put(Map<String, String> typed, Trigger trigger, ZoneId zone) {
    if (trigger instanceof CronTrigger cron) {
      typed.put("kind", "cron");
      typed.put("cron", cron.expression().toString());
    } else if (trigger instanceof IntervalTrigger interval) {
      typed.put("kind", "every");
      typed.put("every", WrittenDuration.text(interval.every()));
      typed.put("first", WallClock.typed(interval.first(), zone, false));
    } else if (trigger instanceof InstantsTrigger at) {
      typed.put("kind", "at");
      typed.put(
          "at",
          at.instants().stream()
              .map(instant -> WallClock.typed(instant, zone, false))
              .collect(Collectors.joining("\n")));
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  // ---- what was typed

  private static Map<String, String> typed(Context context) {
    Map<String, String> typed = new HashMap<>();
    for (String field : PlanReading.FIELDS) {
      String said = context.formParam(field);
      typed.put(field, said == null ? "" : said);
    }
    return typed;
  }

  /** Answers with the form and what the times that are typed come to, and changes nothing. */
  void preview(Context context) {
    Map<String, String> typed = typed(context);
    PlanReading reading = new PlanReading(typed, Instant.now(), zoneOfServer);
    Preview preview = preview(reading);
    boolean nothing = reading.saysNothing();
    write(
        context, 200, new Typed(typed, nothing ? Map.of() : reading.errors()), null, null, preview);
  }

  private Preview preview(PlanReading reading) {
    if (reading.saysNothing()) {
      return NOTHING_YET;
    }
    reading.times();
    try {
      ScheduleRequests.Preview asked = requests.preview(reading.request());
      if (reading.errors().isEmpty()) {
        return preview(asked.timetable(), asked.after(), asked.after());
      }
    } catch (Problem e) {
      reading.add(e); // all that is wrong is said at once
    }
    String why = String.join(" ", reading.errors().values());
    return new Preview(why, true, "", List.of());
  }

  private static Preview preview(Timetable timetable, Instant after, Instant now) {
    List<RunLine> runs = RunLine.of(timetable, after, now);
    String words =
        runs.isEmpty() ? "No run follows." : Sentences.of(ScheduleWords.when(timetable.trigger()));
    return new Preview(words, false, timetable.zone().getId(), runs);
  }

  /** Takes the form of a new one. */
  void add(Context context) {
    take(context, null);
  }

  /** Takes the form of one that there is. */
  void change(Context context) {
    take(context, bide.schedules().find(context.pathParam("name")));
  }

  private void take(Context context, @Nullable Schedule old) {
    Map<String, String> typed = typed(context);
    typed.put("of", old == null ? "" : old.name());
    PlanReading reading = new PlanReading(typed, Instant.now(), zoneOfServer);
    TypedCommand command = TypedCommand.read(context);
    keep(typed, command);
    if (old == null) {
      reading.name();
    }
    reading.times();
    List<String> meant = null;
    if (command.problem() != null) {
      reading.wrong("command", command.problem());
    } else if (old == null || !sameJob(typed, old.template())) {
      reading.request().put("job", job(typed, command, old));
    }
    try {
      Schedule schedule =
          old == null
              ? requests.added(reading.request())
              : requests.changed(old, reading.request());
      if (reading.errors().isEmpty()) {
        Asking.answer(
            old == null ? bide.schedules().add(schedule) : bide.schedules().change(schedule));
        context.redirect(
            ScheduleRow.saying(schedule.name(), old == null ? "added=yes" : "changed=yes"),
            HttpStatus.SEE_OTHER);
        return;
      }
    } catch (Problem | Refused e) {
      Problem problem = parts.problems().of(e);
      reading.add(problem);
      meant = problem.suggestion();
    }
    PlanReading again = new PlanReading(typed, Instant.now(), zoneOfServer);
    write(
        context,
        422,
        new Typed(typed, reading.errors()),
        command,
        meant == null ? null : CommandLine.join(meant),
        preview(again));
  }

  /** Whoever has answered a question is not asked again because something else is wrong. */
  private static void keep(Map<String, String> typed, TypedCommand command) {
    typed.put("command", command.line());
    typed.put("shell", command.shell() ? "yes" : "");
    if (command.request().get("command") instanceof List<?> words) {
      List<String> quoted = words.stream().map(String::valueOf).toList();
      try {
        if (CommandLine.split(command.line()).shellCharacter() != null) {
          typed.put("command", CommandLine.join(quoted));
        }
      } catch (CommandLine.Malformed e) {
        throw new IllegalStateException("it was split before", e);
      }
    }
  }

  /** What a browser leaves out of a field of one line is no change. */
  private static boolean sameJob(Map<String, String> typed, JobSpec template) {
    boolean shell = template.program() instanceof Program.ShellLine;
    return typed
            .getOrDefault("command", "")
            .equals(template.program().commandLine().replaceAll("[\r\n]", ""))
        && !typed.getOrDefault("shell", "").isEmpty() == shell
        && typed.getOrDefault("directory", "").equals(template.directory())
        && List.of("", template.queue()).contains(typed.getOrDefault("queue", ""));
  }

  /** With the label, the environment and the umask that the schedule has had so far. */
  private static Map<String, Object> job(
      Map<String, String> typed, TypedCommand command, @Nullable Schedule old) {
    Map<String, Object> job = new TreeMap<>(command.request());
    job.put("directory", typed.getOrDefault("directory", ""));
    String queue = typed.getOrDefault("queue", "");
    if (old != null) {
      JobSpec template = old.template();
      job.put("environment", template.environment());
      job.put("inheritEnvironment", false);
      job.put("umask", template.umask());
      job.put("notify", template.terms().notices().stream().map(NoticeRule::text).toList());
      String label = template.name();
      if (label != null) {
        job.put("name", label);
      }
      queue = queue.isEmpty() ? template.queue() : queue;
    }
    job.put("queue", queue.isEmpty() ? QueueSettings.DEFAULT_NAME : queue);
    return job;
  }

  private void write(
      Context context,
      int status,
      Typed typed,
      @Nullable TypedCommand command,
      @Nullable String suggestion,
      Preview preview) {
    String of = typed.of("of");
    String heading = of.isEmpty() ? "New schedule" : "Edit " + VisibleText.line(of);
    PlanView view =
        new PlanView(
            paper.frame(context, heading, null),
            VisibleText.line(of),
            of.isEmpty() ? "/schedules" : ScheduleRow.acts(of) + "/edit",
            of.isEmpty() ? "/schedules" : ScheduleRow.href(of),
            typed,
            bide.queues().stream().map(queue -> queue.settings().name()).toList(),
            command != null && command.asksForShell(),
            suggestion,
            preview,
            zones);
    paper.write(context, status, "plan", Map.of("view", view));
  }
}
