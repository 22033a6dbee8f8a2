package dev.bide.retention;

import dev.bide.job.State;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one queue, or of all; null where nothing is said.
 *
 * @param age how long jobs are kept after they have ended
 * @param ages the same for those that ended in a certain state
 * @param count how many of those that have ended are kept at most
 * @param logs how much room the logs of those that have ended may take
 */
public record Limits(
    @Nullable Duration age,
    Map<State, Duration> ages,
    @Nullable Long count,
    @Nullable LogLimit logs) {
  /** An age that is never reached. */
  public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /** Says nothing. */
  public static final Limits NONE = new Limits(null, Map.of(), null, null);

  public Limits {
    ages = Map.copyOf(ages);
  }

  /** How long a job that ended so is kept, or null where this says nothing of it. */
  @Nullable Duration age(State state) {
    return ages.getOrDefault(state, age);
  }
}
