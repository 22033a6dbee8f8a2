package dev.bide.engine.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds a short history that breaks the same promise: leaves out ever smaller runs of actions as
 * long as it still does (<a href="https://doi.org/10.1109/32.988498">Zeller and Hildebrandt,
 * Simplifying and Isolating Failure-Inducing Input, 2002</a>).
 */
final class Shrinking {
  private Shrinking() {}

  static Plan shrunk(Plan plan, Promise promise) {
    List<Action> actions = plan.actions();
    for (int chunk = Math.max(1, actions.size() / 2); chunk > 0; ) {
      boolean shorter = false;
      for (int from = 0; from < actions.size(); ) {
        List<Action> fewer = new ArrayList<>(actions.subList(0, from));
        fewer.addAll(actions.subList(Math.min(actions.size(), from + chunk), actions.size()));
        if (breaks(plan.with(fewer), promise)) {
          actions = fewer;
          shorter = true;
        } else {
          from += chunk;
        }
      }
      if (!shorter || chunk > 1) {
        chunk /= 2;
      }
    }
    return plan.with(actions);
  }

  private static boolean breaks(Plan plan, Promise promise) {
    @Nullable Breach breach = Simulation.run(plan, new Story(false), new Coverage());
    return breach != null && breach.promise() == promise;
  }

  /** All that a person needs to see what went wrong. */
  static String report(Plan plan, Breach breach) {
    Plan shrunk = shrunk(plan, breach.promise());
    Story story = new Story(true);
    Breach again = Simulation.run(shrunk, story, new Coverage());
    return "seed "
        + plan.seed()
        + " broke "
        + breach.promise()
        + " ("
        + breach.promise().words()
        + ") at step "
        + breach.step()
        + " of "
        + plan.actions().size()
        + ": "
        + breach.detail()
        + "\nshrunk to "
        + shrunk.actions().size()
        + " actions, where "
        + (again == null ? "nothing is wrong" : again.detail())
        + ":\n  "
        + String.join("\n  ", story.lines())
        + "\nto keep it: "
        + shrunk;
  }
}
