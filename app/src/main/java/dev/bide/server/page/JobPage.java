package dev.bide.server.page;

import dev.bide.Bide;
import dev.bide.engine.Refused;
import dev.bide.job.Attempt;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.Status;
import dev.bide.notice.Delivery;
import dev.bide.queue.Situation.Wait;
import dev.bide.server.Parts;
import dev.bide.server.page.JobPageView.AttemptLink;
import dev.bide.server.page.JobPageView.Fact;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page of one job: where it stands, what is known of it, and its log. */
final class JobPage {
  private static final int MOST_UNTOLD = 3;

  private final Bide bide;
  private final Paper paper;

  JobPage(Parts parts, Paper paper) {
    this.bide = parts.bide();
    this.paper = paper;
  }

  void show(Context context) {
    Job job = Asking.job(bide, context);
    if (!context.pathParam("job").equals(Long.toString(job.number()))) {
      context.redirect("/jobs/" + job.number(), HttpStatus.SEE_OTHER);
      return;
    }
    List<Attempt> attempts = bide.attempts(job.number());
    Attempt shown = shown(attempts, context.queryParam("attempt"));
    Instant now = Instant.now();
    StateLook look = StateLook.of(job, now);
    String commandLine = VisibleText.block(job.program().commandLine());
    Wait wait = Asking.why(bide, job);
    String title = look.glyph() + " #" + job.number() + " " + shortened(titleOf(job));
    int attempt = shown == null ? 0 : shown.id().attempt();
    LogTail tail = shown == null ? LogTail.EMPTY : LogTail.read(bide.logFile(job, attempt));
    JobPageView view =
        new JobPageView(
            paper.frame(context, title, topics(job)),
            job.number(),
            job.name() == null ? null : VisibleText.line(job.name()),
            commandLine,
            look,
            why(job, wait, now),
            lastLine(job),
            untold(job),
            job.status() instanceof Status.Pending,
            job.state().isFinal(),
            job.pinned(),
            facts(job, shown, now),
            attempts.stream().map(one -> link(job, one, attempt)).toList(),
            attempt,
            tail.size(),
            shown == null ? 0 : shown.logCut(),
            "/api/v1/jobs/" + job.number() + "/log?attempt=" + attempt,
            "bide-" + job.number() + "-" + attempt + ".log",
            shown != null && shown.ending() == null,
            tail.lines(),
            tail.cut(),
            nothingYet(job, shown, wait));
    paper.write(context, 200, "job", Map.of("view", view));
  }

  /** While it waits, what becomes of the others decides its position. */
  private static String topics(Job job) {
    String own = "job:" + job.number();
    return job.status() instanceof Status.Pending ? "jobs," + own : own;
  }

  private static @Nullable Attempt shown(List<Attempt> attempts, @Nullable String asked) {
    for (Attempt attempt : attempts) {
      if (Integer.toString(attempt.id().attempt()).equals(asked)) {
        return attempt;
      }
    }
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
  }

  /** What stands in the window's title: the name, or the command without the folders before it. */
  private static String titleOf(Job job) {
    if (job.name() != null) {
      return VisibleText.line(job.name());
    }
    return VisibleText.line(job.program().commandLine());
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, text.offsetByCodePoints(0, 50)) + "…";
  }

  private static @Nullable String why(Job job, @Nullable Wait wait, Instant now) {
    if (wait != null) {
      return VisibleText.line(Wording.waits(wait, job));
    }
    if (job.status() instanceof Status.Running running) {
      if (running.message() != null) {
        return VisibleText.line(running.message());
      }
      return running.stopping() != null
          ? "its processes were asked to end"
          : running.startedAt() == null ? "its process is being started" : null;
    }
    if (!(job.status() instanceof Status.Ended ended)) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    Ending ending = ended.ending();
    if (ending.exitCode() != null) {
      parts.add(Wording.code(ending.exitCode(), ending.signal()));
    }
    String reason = Wording.ended(ending.reason());
    if (reason != null) {
      parts.add(reason);
    }
    if (ended.startedAt() != null) {
      parts.add("after " + JobRow.duration(job, now));
    }
    return parts.isEmpty() ? null : String.join(" · ", parts);
  }

  private static @Nullable String lastLine(Job job) {
    String message = job.status() instanceof Status.Ended ended ? ended.ending().message() : null;
    return message == null ? null : VisibleText.line(message);
  }

  /** Where people could not be told of it, and why. */
  private List<String> untold(Job job) {
    return bide.notices().list(job.number(), Delivery.State.FAILED, MOST_UNTOLD).stream()
        .map(
            notice ->
                VisibleText.line(notice.shown())
                    + (notice.delivery().error() == null
                        ? ""
                        : ": " + VisibleText.line(notice.delivery().error())))
        .distinct()
        .toList();
  }

  private List<Fact> facts(Job job, @Nullable Attempt shown, Instant now) {
    List<Fact> facts = new ArrayList<>();
    String name = job.name();
    if (name != null) {
      facts.add(Fact.text("Name", VisibleText.line(name)));
    }
    addPlan(facts, job, now);
    facts.add(Fact.at("Submitted", job.submittedAt()));
    if (shown != null) {
      addTimes(facts, shown, now);
    }
    facts.add(Fact.text("Queue", job.queue()));
    if (job.pinned()) {
      facts.add(Fact.text("Pinned", "stays, whatever its age"));
    }
    facts.add(Fact.code("Directory", VisibleText.line(job.directory())));
    if (job.program() instanceof Program.ShellLine) {
      facts.add(Fact.code("Run by", "/bin/sh -c"));
    }
    if (shown != null) {
      ProcessIdentity process = shown.process();
      if (process != null) {
        facts.add(Fact.text("Process", Long.toString(process.pid())));
      }
      facts.add(Fact.code("Run directory", bide.directory(job, shown.id().attempt()).toString()));
    }
    facts.add(Fact.code("UUID", job.uuid().toString()));
    return facts;
  }

  /** Which schedule planned it, and when it may begin. */
  private void addPlan(List<Fact> facts, Job job, Instant now) {
    String name = job.terms().schedule();
    Instant planned = job.terms().plannedFor();
    if (name != null && planned != null) {
      ZoneId zone = null;
      try {
        zone = bide.schedules().find(name).timetable().zone();
      } catch (Refused e) {
        // it was removed: its jobs stay
      }
      ZoneId shown = zone == null ? ZoneOffset.UTC : zone;
      String when = WallClock.of(planned, shown, now) + " " + (zone == null ? "UTC" : zone.getId());
      facts.add(
          new Fact(
              "Schedule",
              name,
              false,
              null,
              null,
              (zone == null ? "(removed)" : "") + ", for " + when,
              zone == null ? null : ScheduleRow.href(name)));
    }
    Instant begin = job.terms().beginAt();
    if (begin != null) {
      facts.add(Fact.at("Not before", begin));
    }
  }

  private static void addTimes(List<Fact> facts, Attempt shown, Instant now) {
    Instant started = shown.startedAt();
    Ending ending = shown.ending();
    if (started != null) {
      facts.add(Fact.at("Started", started));
    }
    if (ending != null) {
      facts.add(Fact.at("Ended", ending.at()));
    }
    if (started != null) {
      Duration duration = Duration.between(started, ending == null ? now : ending.at());
      facts.add(
          new Fact(
              "Duration",
              ending == null ? Wording.duration(duration) : Wording.took(duration),
              false,
              null,
              ending == null ? started : null,
              null,
              null));
    }
    if (shown.lastSeenAt() != null) {
      facts.add(Fact.at("Last seen", shown.lastSeenAt()));
    }
    if (ending != null && ending.exitCode() != null) {
      facts.add(
          new Fact(
              "Exit",
              Wording.code(ending.exitCode(), ending.signal()),
              false,
              null,
              null,
              Wording.meaning(ending.exitCode(), ending.signal()),
              null));
    }
  }

  private static AttemptLink link(Job job, Attempt attempt, int shown) {
    int number = attempt.id().attempt();
    Ending ending = attempt.ending();
    return new AttemptLink(
        number,
        "/jobs/" + job.number() + "?attempt=" + number,
        ending == null ? "open" : outcome(ending),
        number == shown);
  }

  private static String outcome(Ending ending) {
    String word =
        switch (ending.outcome()) {
          case COMPLETED -> "completed";
          case FAILED -> "failed";
          case TIMEOUT -> "timed out";
          case CANCELLED -> "cancelled";
          case LOST -> "lost";
          case NOT_STARTED -> "never started";
        };
    return ending.exitCode() == null || ending.outcome() == Outcome.COMPLETED
        ? word
        : word + ", " + Wording.code(ending.exitCode(), ending.signal());
  }

  private static String nothingYet(Job job, @Nullable Attempt shown, @Nullable Wait wait) {
    if (job.status() instanceof Status.Ended ended && ended.ending().reason() == Reason.IMPORTED) {
      return "What it wrote was not in the file it was imported from.";
    }
    if (shown == null) {
      if (wait != null) {
        return "Not started yet: " + Wording.waits(wait) + ".";
      }
      return "It never started, so it wrote nothing.";
    }
    Ending ending = shown.ending();
    if (ending == null) {
      return "No output yet. Some programs hold it back until they have a lot.";
    }
    if (ending.logSize() > 0) {
      return "Its log, " + Wording.size(ending.logSize()) + ", is gone from its run directory.";
    }
    return ending.reason() == Reason.START_FAILED || ending.outcome() == Outcome.NOT_STARTED
        ? "It did not start, so it wrote nothing."
        : "It printed nothing.";
  }
}
