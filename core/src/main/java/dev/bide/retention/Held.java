package dev.bide.retention;

/**
 * How much of something there is.
 *
 * @param jobs how many
 * @param logBytes what they wrote into their logs
 */
public record Held(long jobs, long logBytes) {
  public static final Held NOTHING = new Held(0, 0);

  /** Both together. */
  public Held plus(Held other) {
    return new Held(jobs + other.jobs, logBytes + other.logBytes);
  }
}
