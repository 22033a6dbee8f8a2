package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.util.List;
import java.util.Locale;

/** {@code signal}: sends a signal to jobs that run, and does nothing else. */
final class SignalVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "signal -s NAME JOB…",
            "Sends a signal to jobs that run, and does nothing else.",
            Option.value("signal", 's', "NAME", "HUP, INT, USR1, STOP, CONT, …"),
            Option.flag("all", null, "to every process of the job"),
            CancelVerb.YES)
        .withDetails(
            "What it does is the command's business: a shell that runs a script dies of USR1"
                + " unless it has a trap. To end a job use cancel, which finds all its processes."
                + " Asks before a range, or more than 10 jobs, gets it.");
  }

  @Override
  public int run(Call call) throws Trouble {
    String name = call.arguments().value("signal");
    if (name == null) {
      throw Trouble.usage("which signal? Say -s NAME, such as -s USR1; to end a job: cancel");
    }
    Selectors.Selected selected = new Selectors(call).many("signal");
    List<JobJson> affected =
        selected.jobs().stream().filter(job -> job.state().equals("RUNNING")).toList();
    if (selected.ranged() && affected.isEmpty()) {
      call.console().message("none of these jobs runs");
      return 1;
    }
    if (!Confirmation.given(call, "Signal", selected, affected)) {
      return 1;
    }
    for (JobJson job : selected.ranged() ? affected : selected.jobs()) {
      JobJson after = call.api().signal(job.number(), name, call.arguments().has("all"));
      if (call.inJson()) {
        call.console().line(Json.write(after.toMap()));
      } else {
        call.console().line(job.number() + " got " + name.toUpperCase(Locale.ROOT));
      }
    }
    return 0;
  }
}
