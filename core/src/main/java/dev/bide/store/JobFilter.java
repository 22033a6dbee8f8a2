package dev.bide.store;

import dev.bide.job.State;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs.
 *
 * @param states those in one of these states; empty means every state
 * @param queue those of this queue, or null for every queue
 */
public record JobFilter(Set<State> states, @Nullable String queue) {
  /** Every job. */
  public static final JobFilter ALL = new JobFilter(Set.of(), null);

  public JobFilter {
    states = states.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(states));
  }
}
