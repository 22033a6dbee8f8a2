package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.engine.Refused;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.server.Parts;
import dev.bide.server.page.JobPageView.Fact;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page of one schedule, and the acts on it. */
final class SchedulePage {
  private static final int HISTORY = 50;

  private final Bide bide;
  private final Paper paper;

  SchedulePage(Parts parts, Paper paper) {
    this.bide = parts.bide();
    this.paper = paper;
  }

  void show(Context context) {
    write(context, 200, Typed.NOTHING);
  }

  private void write(Context context, int status, Typed backfill) {
    Schedule schedule = bide.schedules().find(context.pathParam("name"));
    Timetable timetable = schedule.timetable();
    ZoneId zone = timetable.zone();
    Instant now = Instant.now();
    List<PlannedRun> history = bide.schedules().runs(schedule.name(), HISTORY);
    ScheduleRow row = ScheduleRow.of(schedule, history.isEmpty() ? null : history.get(0), now);
    boolean paused = schedule.standing().paused();
    SchedulePageView view =
        new SchedulePageView(
            paper.frame(context, schedule.name(), "schedules,jobs"),
            said(context),
            row,
            paused ? List.of() : RunLine.of(timetable, schedule.standing().decided(), now),
            paused ? "None while it is paused." : "No run follows: it has ended.",
            DecisionLine.withStates(bide, history, zone, now),
            HISTORY,
            facts(schedule, now),
            backfill);
    paper.write(context, status, "schedule", Map.of("view", view));
  }

  private static @Nullable String said(Context context) {
    String planned = context.queryParam("planned");
    if (planned != null && planned.matches("[0-9]{1,4}")) {
      int runs = Integer.parseInt(planned);
      return runs == 0
          ? "Nothing to make up for: about each run of that time something was decided before."
          : Wording.count(runs, "run") + " to make up for, one after another.";
    }
    if (context.queryParam("added") != null) {
      return "The schedule is added.";
    }
    return context.queryParam("changed") != null ? "The schedule is changed." : null;
  }

  private static List<Fact> facts(Schedule schedule, Instant now) {
    Timetable timetable = schedule.timetable();
    ZoneId zone = timetable.zone();
    JobSpec template = schedule.template();
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.text("When", ScheduleWords.when(timetable.trigger())));
    String expression = ScheduleWords.expression(timetable.trigger());
    if (expression != null) {
      facts.add(Fact.code("Cron", expression));
    }
    facts.add(Fact.text("Zone", timetable.zoneName()));
    if (timetable.trigger() instanceof IntervalTrigger interval) {
      facts.add(Fact.text("First run", WallClock.of(interval.first(), zone, now)));
    }
    bound(facts, "Start", timetable.start(), zone, now);
    bound(facts, "End", timetable.end(), zone, now);
    facts.add(
        Fact.code(
            template.program() instanceof Program.ShellLine ? "Shell" : "Command",
            VisibleText.line(template.program().commandLine())));
    facts.add(Fact.code("Directory", VisibleText.line(template.directory())));
    facts.add(Fact.text("Queue", template.queue()));
    facts.add(Fact.text("Missed", ScheduleWords.missed(timetable)));
    facts.add(Fact.text("Overlap", ScheduleWords.overlap(schedule.overlap())));
    if (!schedule.jitter().isZero()) {
      facts.add(Fact.text("Jitter", "up to " + ScheduleWords.length(schedule.jitter())));
    }
    String failures = ScheduleWords.failures(schedule);
    if (!failures.isEmpty()) {
      facts.add(Fact.text("Failures", failures));
    }
    return facts;
  }

  private static void bound(
      List<Fact> facts, String label, @Nullable Instant instant, ZoneId zone, Instant now) {
    if (instant != null) {
      facts.add(Fact.text(label, WallClock.of(instant, zone, now)));
    }
  }

  // ---- acts

  void pause(Context context) {
    Asking.answer(bide.schedules().pause(context.pathParam("name"), true));
    goBack(context);
  }

  void resume(Context context) {
    Asking.answer(bide.schedules().pause(context.pathParam("name"), false));
    goBack(context);
  }

  /** One run now, whatever else is going on. */
  void run(Context context) {
    Asking.answer(bide.schedules().run(context.pathParam("name")));
    goBack(context);
  }

  private static void goBack(Context context) {
    boolean list = "list".equals(context.queryParam("from"));
    context.redirect(
        list ? "/schedules" : ScheduleRow.href(context.pathParam("name")), HttpStatus.SEE_OTHER);
  }

  void askRemove(Context context) {
    Schedule schedule = bide.schedules().find(context.pathParam("name"));
    String heading = "Remove schedule " + schedule.name() + "?";
    Map<String, Object> view = new HashMap<>();
    view.put("frame", paper.frame(context, heading, null));
    view.put("heading", heading);
    view.put("what", VisibleText.block(schedule.template().program().commandLine()));
    view.put(
        "cost",
        "It plans nothing more, and its history is deleted for good. Its jobs stay, and those that"
            + " run go on.");
    view.put("action", ScheduleRow.acts(schedule.name()) + "/remove");
    view.put("verb", "Remove the schedule");
    view.put("keep", "Keep it");
    view.put("back", ScheduleRow.href(schedule.name()));
    paper.write(context, 200, "question", view);
  }

  void remove(Context context) {
    String name = context.pathParam("name");
    Asking.answer(bide.schedules().remove(name));
    context.redirect(
        "/schedules?removed=" + URLEncoder.encode(name, StandardCharsets.UTF_8),
        HttpStatus.SEE_OTHER);
  }

  /** Makes up for a time in which the schedule did not exist yet, or was paused. */
  void backfill(Context context) {
    Schedule schedule = bide.schedules().find(context.pathParam("name"));
    Map<String, String> typed = new HashMap<>();
    Map<String, String> errors = new HashMap<>();
    ZoneId zone = schedule.timetable().zone();
    Instant from = instant(context, "from", zone, typed, errors);
    Instant to = instant(context, "to", zone, typed, errors);
    if (from != null && to != null) {
      if (from.isAfter(to)) {
        errors.put("from", "This is after the end.");
      } else {
        try {
          int planned = Asking.answer(bide.schedules().backfill(schedule.name(), from, to));
          context.redirect(
              ScheduleRow.saying(schedule.name(), "planned=" + planned), HttpStatus.SEE_OTHER);
          return;
        } catch (Refused e) {
          if (e.kind() != Refused.Kind.INVALID) {
            throw e;
          }
          errors.put("to", Sentences.of(String.valueOf(e.getMessage())));
        }
      }
    }
    write(context, 422, new Typed(typed, errors));
  }

  private static @Nullable Instant instant(
      Context context,
      String field,
      ZoneId zone,
      Map<String, String> typed,
      Map<String, String> errors) {
    String said = context.formParam(field);
    typed.put(field, said == null ? "" : said);
    if (said == null || said.isBlank()) {
      errors.put(field, "A time such as 2026-11-02 or 2026-11-02 09:00.");
      return null;
    }
    try {
      return TypedTime.instant(said, Instant.now(), zone, field.equals("to"));
    } catch (TypedTime.Wrong e) {
      errors.put(field, VisibleText.line(e.sentence()));
      return null;
    }
  }
}
