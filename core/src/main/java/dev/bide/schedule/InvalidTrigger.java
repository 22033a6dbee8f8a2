package dev.bide.schedule;

/**
 * Thrown for a text that plans nothing; the message tells a person what is wrong and what to do.
 */
public final class InvalidTrigger extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidTrigger(String message) {
    super(message);
  }
}
