package dev.bide.engine;

import java.time.Duration;

/** More is being asked than can be taken now; nothing happened. Ask again after a while. */
public final class Busy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Duration retryAfter;

  /** Names how long to wait before asking again. */
  public Busy(String message, Duration retryAfter) {
    super(message, null, false, false);
    this.retryAfter = retryAfter;
  }

  public Duration retryAfter() {
    return retryAfter;
  }
}
