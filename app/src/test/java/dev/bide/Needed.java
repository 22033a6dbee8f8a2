package dev.bide;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What a test needs of the machine. Where it is missing the test is aborted, but never in CI. */
public final class Needed {
  private Needed() {}

  /** Goes on only if it is there; {@code otherwise} says what is missing. */
  public static void check(boolean there, String otherwise) {
    if (!there && "true".equals(System.getenv("CI"))) {
      fail(otherwise + ", and with CI=true nothing is skipped");
    } else if (!there) {
      abort(otherwise);
    }
  }

  /** Whether a program is there and ends well. */
  public static boolean succeeds(String... words) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
