package dev.bide.store;

/** A directory that cannot be the home of a queue; the message is one line for people. */
public final class HomeRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean held;

  public HomeRefused(String message) {
    this(message, false);
  }

  HomeRefused(String message, boolean held) {
    super(message);
    this.held = held;
  }

  public HomeRefused(String message, Throwable cause) {
    super(message, cause);
    this.held = false;
  }

  /** True when it is a home, but another program has it. */
  public boolean isHeld() {
    return held;
  }
}
