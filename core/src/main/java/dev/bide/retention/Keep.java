package dev.bide.retention;

import dev.bide.job.State;
import java.time.Duration;
import java.util.Map;

/**
 * What is kept of jobs that have ended. What a queue says of itself wins over what is said of all.
 *
 * @param all for every queue, and for all of them together
 * @param queues by their names
 * @param longestLog a longer log of a job that has ended is cut to its beginning and its end
 */
public record Keep(Limits all, Map<String, Limits> queues, long longestLog) {
  public static final Duration DEFAULT_AGE = Duration.ofDays(90);
  public static final LogLimit DEFAULT_LOGS = LogLimit.percent(10);
  public static final long DEFAULT_LONGEST_LOG = 1_000_000_000;

  /** No log is cut below this. */
  public static final long LEAST_LONGEST_LOG = 1_000_000;

  /** Where nothing is set. */
  public static final Keep DEFAULT = new Keep(Limits.NONE, Map.of(), DEFAULT_LONGEST_LOG);

  public Keep {
    queues = Map.copyOf(queues);
    if (longestLog < LEAST_LONGEST_LOG) {
      throw new IllegalArgumentException("the longest log is shorter than " + LEAST_LONGEST_LOG);
    }
  }

  /** How long a job of this queue that ended so is kept. */
  public Duration age(String queue, State state) {
    Duration own = queue(queue).age(state);
    if (own != null) {
      return own;
    }
    Duration common = all.age(state);
    return common == null ? DEFAULT_AGE : common;
  }

  /** How much room all logs may take together. */
  public LogLimit logs() {
    return all.logs() == null ? DEFAULT_LOGS : all.logs();
  }

  Limits queue(String name) {
    return queues.getOrDefault(name, Limits.NONE);
  }
}
