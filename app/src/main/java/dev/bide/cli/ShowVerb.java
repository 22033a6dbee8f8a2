package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code show}: all facts of a job. */
final class ShowVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of("show JOB…", "Shows all facts of a job: why it waits, how it ended, where.");
  }

  @Override
  public int run(Call call) throws Trouble {
    List<JobJson> jobs = new ArrayList<>();
    for (JobJson job : new Selectors(call).many("show").jobs()) {
      jobs.add(job.attempts() == null ? call.api().find(job.number(), 0) : job);
    }
    Console console = call.console();
    if (call.format() == Call.Format.JSON) {
      console.line(
          Json.write(
              jobs.size() == 1 ? jobs.get(0).toMap() : jobs.stream().map(JobJson::toMap).toList()));
    } else if (call.format() == Call.Format.JSONL) {
      jobs.forEach(job -> console.line(Json.write(job.toMap())));
    } else {
      StringBuilder text = new StringBuilder();
      for (JobJson job : jobs) {
        if (text.length() > 0) {
          text.append('\n');
        }
        if (call.forPeople()) {
          facts(call, job, text);
        } else {
          fields(job, text);
        }
      }
      console.text(text.toString());
    }
    return 0;
  }

  /** {@code key: value}, the keys as in JSON; attempts as {@code attempts.1.outcome}. */
  static void fields(JobJson job, StringBuilder text) {
    Map<String, @Nullable Object> map = job.toMap();
    map.forEach(
        (key, value) -> {
          if (key.equals("command") && value instanceof List<?> words) {
            value = dev.bide.job.CommandLine.join(words.stream().map(String::valueOf).toList());
          }
          if (key.equals("attempts") && value instanceof List<?> attempts) {
            for (Object one : attempts) {
              if (one instanceof Map<?, ?> attempt) {
                attempt.forEach(
                    (name, fact) ->
                        line(text, "attempts." + attempt.get("attempt") + "." + name, fact));
              }
            }
          } else {
            line(text, key, value);
          }
        });
  }

  private static void line(StringBuilder text, String key, @Nullable Object value) {
    text.append(key)
        .append(": ")
        .append(value == null ? "" : Text.visible(value.toString()))
        .append('\n');
  }

  private static void facts(Call call, JobJson job, StringBuilder text) throws Trouble {
    Instant now = Instant.now();
    JobWords words = new JobWords(call.console());
    JobTable table = new JobTable(words, call.console().columns(), now, ZoneId.systemDefault());
    text.append(words.strong("job " + job.number()))
        .append("  ")
        .append(words.colored(job, words.state(job)))
        .append('\n');
    String wait = AddVerb.whyItWaits(call, job);
    String message = job.message();
    if (wait != null) {
      fact(text, "", wait);
    } else if (message != null) {
      fact(text, "", message);
    }
    fact(text, job.shell() == null ? "command" : "shell", job.commandLine());
    fact(text, "name", job.name());
    fact(text, "directory", job.directory());
    fact(text, "queue", job.queue());
    Instant planned = job.plannedFor();
    if (planned != null) {
      fact(
          text,
          "schedule",
          job.schedule() + ", for " + TimeWords.local(planned, ZoneId.systemDefault(), now));
    }
    fact(text, "submitted", table.whenAndHowLongAgo(job.submittedAt()));
    Instant started = job.startedAt();
    Instant ended = job.endedAt();
    if (started != null) {
      Duration waited = Duration.between(job.submittedAt(), started);
      fact(
          text,
          "started",
          table.when(started) + (waited.toSeconds() >= 1 ? " after " + Text.duration(waited) : ""));
    }
    if (ended != null) {
      fact(
          text,
          "ended",
          table.when(ended)
              + (started == null
                  ? ""
                  : " after " + Text.duration(Duration.between(started, ended))));
    } else if (started != null) {
      fact(text, "running", "for " + Text.duration(Duration.between(started, now)));
    }
    fact(text, "exit code", job.exitCode() == null ? null : JobWords.code(job));
    fact(text, "reason", job.isFinal() ? job.reason() : null);
    fact(text, "process", job.pid() == null || job.isFinal() ? null : job.pid().toString());
    attempts(call, job, table, text);
    fact(text, "pinned", job.pinned() ? "stays, whatever its age" : null);
    fact(text, "uuid", job.uuid());
  }

  private static void attempts(Call call, JobJson job, JobTable table, StringBuilder text) {
    List<JobJson.AttemptJson> attempts = job.attempts();
    if (attempts == null || attempts.isEmpty()) {
      return;
    }
    JobJson.AttemptJson latest = attempts.get(attempts.size() - 1);
    fact(
        text,
        "log",
        Text.bytes(job.logSize()) + " (" + call.name() + " logs " + job.number() + ")");
    fact(text, "run in", latest.directory());
    if (attempts.size() > 1) {
      for (JobJson.AttemptJson attempt : attempts) {
        String outcome = attempt.outcome();
        Instant started = attempt.startedAt();
        fact(
            text,
            "attempt " + attempt.attempt(),
            (outcome == null ? "open" : outcome.toLowerCase(java.util.Locale.ROOT))
                + (attempt.exitCode() == null ? "" : ", exit code " + attempt.exitCode())
                + (started == null ? "" : ", started " + table.when(started)));
      }
    }
  }

  private static void fact(StringBuilder text, String name, @Nullable String value) {
    if (value != null) {
      text.append("  ").append(Text.pad(name, 10)).append("  ").append(Text.visible(value));
      text.append('\n');
    }
  }
}
