package dev.bide.cli;

import dev.bide.api.JobJson;

/** {@code rm}: removes jobs that have ended, with all they wrote, for good. */
final class RmVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "rm JOB…", "Removes jobs that have ended, with their logs, for good.", CancelVerb.YES)
        .withDetails("Asks before a range, or more than 10 jobs, is removed.");
  }

  @Override
  public int run(Call call) throws Trouble {
    Selectors.Selected selected = new Selectors(call).many("rm");
    if (!Confirmation.given(call, "Remove", selected, selected.jobs())) {
      return 1;
    }
    int code = 0;
    for (JobJson job : selected.jobs()) {
      try {
        call.api().remove(job.number());
        call.console().line(Long.toString(job.number()));
      } catch (Refusal e) {
        String next =
            e.kind().equals("not-final")
                ? " (" + call.name() + " cancel " + job.number() + ")"
                : "";
        call.console().message("bide: " + e.line() + next);
        code = 1;
      }
    }
    return code;
  }
}
