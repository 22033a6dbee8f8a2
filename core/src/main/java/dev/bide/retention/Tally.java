package dev.bide.retention;

import dev.bide.job.State;
import java.util.Collection;
import java.util.List;

/**
 * How much there is in one queue and state.
 *
 * @param held its jobs, and what their ended attempts wrote
 */
public record Tally(String queue, State state, Held held) {
  /** Those of jobs that have ended. */
  public static List<Tally> ended(Collection<Tally> tallies) {
    return tallies.stream().filter(tally -> tally.state().isFinal()).toList();
  }

  /** All of them together. */
  public static Held total(Collection<Tally> tallies) {
    return tallies.stream().map(Tally::held).reduce(Held.NOTHING, Held::plus);
  }
}
