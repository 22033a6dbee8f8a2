package dev.bide.cli;

import dev.bide.api.JobJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** {@code cancel}: a waiting job never runs, a running one ends with all its processes. */
final class CancelVerb implements Verb {
  private static final int INTERRUPTED = 130;

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
    cancel(call, meant, grace);
    return 0;
  }

  private static void cancel(Call call, List<JobJson> meant, @Nullable Duration grace)
      throws Trouble {
    CancelledJobs cancelled = new CancelledJobs(call.console(), call.inJson(), meant);
    AtomicBoolean before = new AtomicBoolean();
    Interrupts.onInterrupt(
        () -> {
          if (before.getAndSet(true)) { // nobody reads what is being said
            Runtime.getRuntime().halt(INTERRUPTED);
          }
          leave(call, cancelled, meant.size());
        });
    try {
      for (JobJson job : waitingFirst(meant)) {
        cancelled.add(call.api().cancel(job.number(), grace));
      }
    } finally {
      cancelled.sayTheRest();
    }
    cancelled.checkSaid();
  }

  private static void leave(Call call, CancelledJobs cancelled, int meant) {
    synchronized (cancelled) { // so that no other is cancelled meanwhile but one under way
      int known = cancelled.sayTheRest();
      call.console()
          .lastMessage(
              "bide: interrupted when "
                  + known
                  + " of "
                  + Text.count(meant, "job")
                  + " were cancelled: "
                  + call.name()
                  + " ls");
      Runtime.getRuntime().halt(INTERRUPTED);
    }
  }

  /** Else those that wait would take the slots of those that are ended, and start. */
  private static List<JobJson> waitingFirst(List<JobJson> jobs) {
    List<JobJson> order = new ArrayList<>(jobs);
    order.sort(
        Comparator.comparing((JobJson job) -> !job.state().equals("PENDING"))
            .thenComparing(JobJson::number, Comparator.reverseOrder()));
    return order;
  }
}
