package dev.bide.checks;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks again and again: the harness hears of nothing by itself. */
final class Waiting {
  private static final Duration BETWEEN = Duration.ofMillis(20);

  private Waiting() {}

  /**
   * Returns when that is so.
   *
   * @param what it is, for the message
   * @throws IllegalStateException when it is not so in time
   */
  static void until(Duration atMost, BooleanSupplier so, String what) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited " + atMost.toSeconds() + " s in vain: " + what);
      }
      BideServer.pause(BETWEEN);
    }
  }
}
