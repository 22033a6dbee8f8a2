package dev.bide.notice;

/**
 * Thrown for a text that names no notice; the message tells a person what is wrong and what to do.
 */
public final class InvalidNotice extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidNotice(String message) {
    super(message);
  }
}
