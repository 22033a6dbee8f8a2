package dev.bide.queue;

import dev.bide.notice.NoticeRule;
import java.util.List;

/**
 * A queue as people set it.
 *
 * @param name its name
 * @param slots how many of its jobs may run at once, 1 to 10,000
 * @param paused true: it starts nothing new
 * @param notices who is told what of it and of its jobs
 */
public record QueueSettings(String name, int slots, boolean paused, List<NoticeRule> notices) {
  /** The queue that is always there. */
  public static final String DEFAULT_NAME = "default";

  /** As many slots as the program this one descends from had. */
  public static final QueueSettings DEFAULT = new QueueSettings(DEFAULT_NAME, 3, false);

  public static final int MIN_SLOTS = 1;
  public static final int MAX_SLOTS = 10_000;

  public QueueSettings {
    notices = List.copyOf(notices);
  }

  /** One of which nobody is told anything. */
  public QueueSettings(String name, int slots, boolean paused) {
    this(name, slots, paused, List.of());
  }
}
