package dev.bide.store;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot read or write. Thrown by every operation of a {@link Store}; what was asked has
 * either not happened or, where {@link #outcomeUnknown} says so, may have.
 */
public final class StoreDown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean outcomeUnknown;

  /**
   * @param message one sentence for people: what failed, on which file or host
   * @param outcomeUnknown true when the commit itself failed, so that a restart may show either
   *     result
   * @param cause the driver's own words, or null
   */
  public StoreDown(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** True when the commit itself failed: asking again needs an idempotency key to be safe. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
