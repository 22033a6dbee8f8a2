package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.api.Json;

/** {@code retry}: a further attempt of a job that has ended. */
final class RetryVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "retry JOB…",
            "Runs jobs that have ended once more, under the same number.",
            CancelVerb.YES)
        .withDetails("Asks before a range, or more than 10 jobs, is run again.");
  }

  @Override
  public int run(Call call) throws Trouble {
    Selectors.Selected selected = new Selectors(call).many("retry");
    if (!Confirmation.given(call, "Retry", selected, selected.jobs())) {
      return 1;
    }
    int code = 0;
    for (JobJson job : selected.jobs()) {
      try {
        JobJson after = call.api().retry(job.number());
        call.console()
            .line(call.inJson() ? Json.write(after.toMap()) : Long.toString(job.number()));
      } catch (Refusal e) {
        call.console().message("bide: " + e.line());
        code = 1;
      }
    }
    return code;
  }
}
