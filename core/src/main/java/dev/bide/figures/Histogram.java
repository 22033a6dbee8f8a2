package dev.bide.figures;

import java.util.concurrent.atomic.LongAdder;

/** How often something took how long. Thread-safe. */
public final class Histogram {
  private final double[] bounds;
  private final LongAdder[] counts;
  private final LongAdder nanos = new LongAdder();

  /**
   * An empty one.
   *
   * @param bounds upper ends of its buckets, in seconds, rising; one without end follows
   */
  public Histogram(double... bounds) {
    this.bounds = bounds.clone();
    this.counts = new LongAdder[bounds.length + 1];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  /** Once more; what is negative, since a clock was set, counts as nothing. */
  public void add(long tookNanos) {
    long took = Math.max(0, tookNanos);
    int bucket = 0;
    while (bucket < bounds.length && took > bounds[bucket] * 1e9) {
      bucket++;
    }
    counts[bucket].increment();
    nanos.add(took);
  }

  /** Upper ends of the buckets, in seconds, without the last. */
  public double[] bounds() {
    return bounds.clone();
  }

  /** How often it took at most as long as each bound; the last: how often at all. */
  public long[] cumulative() {
    long[] sums = new long[counts.length];
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i].sum();
      sums[i] = sum;
    }
    return sums;
  }

  /** All together, in seconds. */
  public double sum() {
    return nanos.sum() / 1e9;
  }
}
