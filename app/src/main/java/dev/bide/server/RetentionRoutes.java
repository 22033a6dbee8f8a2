package dev.bide.server;

import dev.bide.job.State;
import dev.bide.retention.Older;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;

/** What is kept of jobs that have ended, and what a person has removed of it. */
final class RetentionRoutes {
  private static final List<String> WHICH = List.of("before", "state", "queue");

  private final Parts parts;

  RetentionRoutes(Parts parts) {
    this.parts = parts;
  }

  void register(RoutesConfig routes) {
    routes.get(Api.ROOT + "/retention", this::show);
    routes.get(Api.ROOT + "/retention/older", this::count);
    routes.delete(Api.ROOT + "/retention/older", this::remove);
  }

  private void show(Context context) {
    Query.only(context, List.of());
    Answers.json(context, 200, RetentionView.of(parts.bide().retention()));
  }

  private void count(Context context) {
    Answers.json(context, 200, RetentionView.held(parts.bide().retention().count(older(context))));
  }

  private void remove(Context context) {
    Answers.later(
        context,
        parts,
        parts.bide().retention().removeSome(older(context)),
        gone -> Answers.json(context, 200, RetentionView.held(gone)));
  }

  private Older older(Context context) {
    Query.only(context, WHICH);
    String before =
        Query.text(context, "before")
            .orElseThrow(() -> Problem.invalid("before", "is missing: an instant"));
    Set<State> states = ListJobs.states(context);
    for (State state : states) {
      if (!state.isFinal()) {
        throw Problem.invalid(
            "state", state + " jobs have not ended: only what has goes by its age");
      }
    }
    return new Older(
        RequestFields.parameter("before", before), states, ListJobs.queue(context, parts));
  }
}
