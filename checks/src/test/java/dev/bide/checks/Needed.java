package dev.bide.checks;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/** What a test needs of the machine. Where it is missing the test is aborted, but never in CI. */
public final class Needed {
  private Needed() {}

  /** Whether nothing may be skipped here. */
  public static boolean always() {
    return "true".equals(System.getenv("CI"));
  }

  /** Goes on only if it is there; {@code otherwise} says what is missing. */
  public static void check(boolean there, String otherwise) {
    if (!there && always()) {
      fail(otherwise + ", and with CI=true nothing is skipped");
    } else if (!there) {
      abort(otherwise);
    }
  }
}
