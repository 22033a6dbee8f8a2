package dev.bide.cli;

import java.util.concurrent.locks.LockSupport;

/** Waiting for a known time, for the server's sake. */
final class Waiting {
  private Waiting() {}

  static void seconds(long seconds) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
