package dev.bide.cli;

import dev.bide.api.JobJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code wait}: until jobs have ended. */
final class WaitVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "wait JOB…",
            "Waits until jobs have ended and ends with their exit code.",
            Option.value("timeout", null, "DURATION", "at most so long (30s, 5m, 2h, 1d)"))
        .withDetails(
            "Of several: 0 if all are 0, the code on which all failures agree, else 1. 124 when"
                + " the time is over first.");
  }

  @Override
  public int run(Call call) throws Trouble {
    String timeout = call.arguments().value("timeout");
    Duration limit = timeout == null ? null : Text.parseDuration("--timeout", timeout);
    long begin = System.nanoTime();
    List<JobJson> jobs = new Selectors(call).many("wait").jobs();
    List<Integer> codes = new ArrayList<>();
    LoadedAhead.soon();
    for (JobJson first : jobs) {
      JobJson job = first;
      while (!job.isFinal()) {
        int seconds = Api.LONGEST_WAIT;
        if (limit != null) {
          long left = limit.toNanos() - (System.nanoTime() - begin);
          if (left <= 0) {
            call.console()
                .message(
                    "bide: job "
                        + job.number()
                        + " has not ended within "
                        + Text.plannedDuration(limit));
            return JobWords.TIMEOUT;
          }
          seconds = (int) Math.min(seconds, (left + 999_999_999L) / 1_000_000_000L);
        }
        job = call.api().find(job.number(), seconds);
      }
      FollowVerb.sayHowItEnded(call, job);
      codes.add(JobWords.exitCode(job));
    }
    return together(codes);
  }

  /** 0 if all are 0, the code on which all failures agree, else 1. */
  static int together(List<Integer> codes) {
    List<Integer> failures = codes.stream().filter(code -> code != 0).distinct().toList();
    return failures.isEmpty() ? 0 : failures.size() == 1 ? failures.get(0) : 1;
  }

  @Override
  public int codeOfTrouble(Arguments arguments) {
    return JobWords.OWN_TROUBLE;
  }
}
