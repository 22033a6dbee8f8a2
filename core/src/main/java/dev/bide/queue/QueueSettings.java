package dev.bide.queue;

/**
 * A queue as people set it.
 *
 * @param name its name
 * @param slots how many of its jobs may run at once, 1 to 10,000
 * @param paused true: it starts nothing new
 */
public record QueueSettings(String name, int slots, boolean paused) {
  /** The queue that is always there. */
  public static final String DEFAULT_NAME = "default";

  /** As many slots as the program this one descends from had. */
  public static final QueueSettings DEFAULT = new QueueSettings(DEFAULT_NAME, 3, false);

  public static final int MIN_SLOTS = 1;
  public static final int MAX_SLOTS = 10_000;
}
