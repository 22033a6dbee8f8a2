package dev.bide.cli;

import dev.bide.api.JobJson;
import java.util.List;

/** {@code rm}: removes jobs that have ended, with all they wrote, for good. */
final class RmVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "rm JOB…",
            "Removes jobs that have ended, with their logs, for good.",
            Option.value("older", null, "AGE", "all that ended so long ago, such as 90d"),
            Option.value("state", null, "A,B", "of those, only what ended so"),
            Option.value("queue", null, "NAME", "of those, only this queue's"),
            Option.flag("dry-run", null, "only say how much would go"),
            CancelVerb.YES)
        .withDetails(
            "Asks before a range, or more than 10 jobs, is removed. With --older, pinned jobs"
                + " stay.");
  }

  @Override
  public int run(Call call) throws Trouble {
    String older = call.arguments().value("older");
    if (older != null) {
      return new Older(call, older).run();
    }
    for (String option : List.of("state", "queue", "dry-run")) {
      if (call.arguments().has(option)) {
        throw Trouble.usage("--" + option + " goes with --older AGE");
      }
    }
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
