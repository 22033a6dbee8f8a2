package dev.bide.figures;

import java.util.Arrays;

/**
 * How long something took, of many.
 *
 * @param count how many; the others are 0 where there is none
 * @param median half took no longer, in milliseconds
 * @param p95 nineteen of twenty took no longer
 */
public record Spread(long count, long median, long p95) {
  /** Of these, which are sorted here. */
  static Spread of(long[] millis, int count) {
    long[] times = Arrays.copyOf(millis, count);
    Arrays.sort(times);
    return count == 0
        ? new Spread(0, 0, 0)
        : new Spread(count, times[rank(count, 50)], times[rank(count, 95)]);
  }

  /** The nearest rank. */
  private static int rank(int count, int percent) {
    return (int) ((long) count * percent + 99) / 100 - 1;
  }
}
