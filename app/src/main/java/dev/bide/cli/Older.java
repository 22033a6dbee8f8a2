package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import dev.bide.job.WrittenDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code rm --older}: all jobs that ended so long ago, counted before anything is removed. */
final class Older {
  private final Call call;
  private final String age;

  Older(Call call, String age) {
    this.call = call;
    this.age = age;
  }

  int run() throws Trouble {
    if (!call.arguments().words().isEmpty()) {
      throw Trouble.usage("--older names the jobs by their age: no JOB beside it");
    }
    Duration duration =
        WrittenDuration.parse(age)
            .orElseThrow(
                () ->
                    Trouble
                        .usage( // a bare number might mean days or seconds, and nothing comes back
                            "--older wants an age with its unit, such as 90d, 12h or 2w, not "
                                + Text.quoted(age)));
    Map<String, String> query = new LinkedHashMap<>();
    Instant before = Instant.now().minus(duration);
    query.put("before", (before.isBefore(Instant.EPOCH) ? Instant.EPOCH : before).toString());
    put(query, "state");
    put(query, "queue");
    Fields held = call.api().countOlder(query);
    long jobs = held.number("jobs");
    String what = jobs(jobs, held.number("logBytes"));
    if (call.arguments().has("dry-run")) {
      say("would go: " + what, jobs, held.number("logBytes"));
      return 0;
    }
    if (jobs > 0
        && !call.arguments().has("yes")
        && !Confirmation.typed(call, "Remove " + what, "", jobs)) {
      return 1;
    }
    long gone = 0;
    long bytes = 0;
    Fields slice = held;
    while (jobs > 0 && slice.number("jobs") > 0) {
      slice = call.api().removeOlder(query);
      gone += slice.number("jobs");
      bytes += slice.number("logBytes");
    }
    say("removed " + jobs(gone, bytes), gone, bytes);
    return 0;
  }

  private void put(Map<String, String> query, String option) {
    @Nullable String value = call.arguments().value(option);
    if (value != null) {
      query.put(option, value);
    }
  }

  private static String jobs(long jobs, long bytes) {
    return Text.count(jobs, "job") + " with " + Text.bytes(bytes) + " of logs";
  }

  private void say(String sentence, long jobs, long bytes) throws Trouble {
    switch (call.format()) {
      case JSON, JSONL -> {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("jobs", jobs);
        answer.put("logBytes", bytes);
        answer.put("dryRun", call.arguments().has("dry-run"));
        call.console().line(Json.write(answer));
      }
      default -> call.console().line(sentence);
    }
  }
}
