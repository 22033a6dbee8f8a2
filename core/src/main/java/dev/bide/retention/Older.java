package dev.bide.retention;

import dev.bide.job.State;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that ended before an instant and are not pinned.
 *
 * @param before when they had ended
 * @param states those that ended so; empty means however they ended
 * @param queue those of this queue, or null for every queue
 */
public record Older(Instant before, Set<State> states, @Nullable String queue) {
  public Older {
    EnumSet<State> ended = EnumSet.allOf(State.class);
    ended.removeIf(state -> !state.isFinal());
    if (!states.isEmpty()) {
      ended.retainAll(states);
    }
    states = Set.copyOf(ended);
  }
}
