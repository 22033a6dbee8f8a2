package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code cancel}: a waiting job never runs, a running one ends with all its processes. */
final class CancelVerb implements Verb {
  static final Option YES = Option.flag("yes", 'y', "do not ask");

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "cancel JOB…",
            "Cancels jobs: a waiting one never runs, a running one is ended.",
            Option.value("grace", null, "DURATION", "time to end by itself (else 30s)"),
            Option.flag("now", null, "no time at all"),
            YES)
        .withDetails("Asks before a range, or more than 10 jobs, is cancelled.");
  }

  @Override
  public int run(Call call) throws Trouble {
    Arguments arguments = call.arguments();
    String asked = arguments.value("grace");
    if (asked != null && arguments.has("now")) {
      throw Trouble.usage("--grace and --now do not go together");
    }
    Duration grace =
        arguments.has("now")
            ? Duration.ZERO
            : asked == null ? null : Text.parseDuration("--grace", asked);
    Selectors.Selected selected = new Selectors(call).many("cancel");
    List<JobJson> affected = selected.jobs().stream().filter(job -> !job.isFinal()).toList();
    if (selected.ranged() && affected.isEmpty()) {
      call.console()
          .message(
              selected.jobs().size() == 1
                  ? "job " + selected.jobs().get(0).number() + " had ended before"
                  : "all " + selected.jobs().size() + " jobs had ended before");
    }
    if (!Confirmation.given(call, "Cancel", selected, affected)) {
      return 1;
    }
    // of a range only what can still be cancelled is meant
    List<JobJson> meant = selected.ranged() ? affected : selected.jobs();
    Map<Long, JobJson> cancelled = new HashMap<>();
    try {
      for (JobJson job : waitingFirst(meant)) {
        cancelled.put(job.number(), call.api().cancel(job.number(), grace));
      }
    } finally {
      say(call, meant, cancelled);
    }
    return 0;
  }

  /** Else those that wait would take the slots of those that are ended, and start. */
  private static List<JobJson> waitingFirst(List<JobJson> jobs) {
    List<JobJson> order = new ArrayList<>(jobs);
    order.sort(
        Comparator.comparing((JobJson job) -> !job.state().equals("PENDING"))
            .thenComparing(JobJson::number, Comparator.reverseOrder()));
    return order;
  }

  private static void say(Call call, List<JobJson> meant, Map<Long, JobJson> cancelled)
      throws Trouble {
    for (JobJson job : meant) {
      JobJson after = cancelled.get(job.number());
      if (after == null) {
        continue;
      }
      if (call.inJson()) {
        call.console().line(Json.write(after.toMap()));
      } else {
        call.console().line(job.number() + " " + outcome(after));
      }
      if (job.isFinal()) {
        call.console().hint("job " + job.number() + " had ended before");
      }
    }
  }

  private static String outcome(JobJson job) {
    return job.isFinal() ? job.state().toLowerCase(Locale.ROOT) : "stopping";
  }
}
