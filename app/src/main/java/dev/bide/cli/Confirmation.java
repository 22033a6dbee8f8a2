package dev.bide.cli;

import dev.bide.api.JobJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The question before something is done to more jobs than were named one by one. */
final class Confirmation {
  private static final int WITHOUT_QUESTION = 10;

  private Confirmation() {}

  /**
   * True when it may be done.
   *
   * @param verb what is to be done, such as {@code Cancel}
   * @throws Trouble with exit code 2 when nobody can be asked and {@code -y} was not given
   */
  static boolean given(Call call, String verb, Selectors.Selected selected, List<JobJson> affected)
      throws Trouble {
    int count = affected.size();
    if (count == 0
        || call.arguments().has("yes")
        || (!selected.ranged() && count <= WITHOUT_QUESTION)) {
      return true;
    }
    return typed(call, verb + " " + Text.count(count, "job"), details(affected), count);
  }

  /**
   * True when the number of jobs was typed as the answer; else says that nothing was done.
   *
   * @param what is to be done, such as {@code Cancel 12 jobs}
   * @param details only for who is asked, such as {@code (3 running)}; may be empty
   * @throws Trouble with exit code 2 when nobody can be asked
   */
  static boolean typed(Call call, String what, String details, long jobs) throws Trouble {
    if (!call.console().canAsk()) {
      throw Trouble.usage(what + "? Nobody can be asked here: add -y to do it");
    }
    String answer = call.console().ask(what + details + "? Type " + jobs + ": ");
    if (answer != null && answer.strip().equals(Long.toString(jobs))) {
      return true;
    }
    call.console().message("bide: nothing was done");
    return false;
  }

  private static String details(List<JobJson> jobs) {
    Instant now = Instant.now();
    List<Duration> running =
        jobs.stream()
            .filter(job -> job.state().equals("RUNNING"))
            .map(job -> JobWords.time(job, now))
            .sorted(Comparator.reverseOrder())
            .toList();
    return running.isEmpty()
        ? ""
        : " (" + running.size() + " running, longest " + Text.duration(running.get(0)) + ")";
  }
}
