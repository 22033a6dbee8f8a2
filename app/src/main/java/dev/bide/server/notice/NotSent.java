package dev.bide.server.notice;

/** Thrown where nobody took a notice; the message tells a person why, without secrets. */
public final class NotSent extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean forGood;

  private NotSent(String message, boolean forGood) {
    super(message, null, false, false);
    this.forGood = forGood;
  }

  /** It may be taken another time. */
  static NotSent forNow(String message) {
    return new NotSent(message, false);
  }

  /** Trying again is of no use. */
  static NotSent forGood(String message) {
    return new NotSent(message, true);
  }

  /** True when trying again is of no use. */
  public boolean isForGood() {
    return forGood;
  }

  /** Why, in a sentence. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
