package dev.bide.store;

/** A directory that cannot be the home of a queue; the message is one line for people. */
public final class HomeRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HomeRefused(String message) {
    super(message);
  }

  public HomeRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
