package dev.bide.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often each job could not be started in a row through no fault of its own. Owned by the
 * engine's thread.
 */
final class Backoffs {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Map<Long, Integer> failures = new HashMap<>();

  /** The first time none: what was told at a crash is simply told again. */
  @Nullable Instant next(long number, Instant now) {
    int times = failures.merge(number, 1, Integer::sum);
    if (times == 1) {
      return null;
    }
    long seconds = FIRST.toSeconds() << Math.min(times - 2, 10);
    return now.plusSeconds(Math.min(seconds, LONGEST.toSeconds()));
  }

  void forget(long number) {
    failures.remove(number);
  }
}
