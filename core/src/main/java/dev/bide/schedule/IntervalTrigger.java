package dev.bide.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Again and again after the same time on the clock that knows no changes.
 *
 * @param first the first run, whole milliseconds
 * @param every the time from one run to the next, 1 second to 10 years
 */
public record IntervalTrigger(Instant first, Duration every) implements Trigger {
  static final String KIND = "every";

  /** The shortest time between two runs. */
  public static final Duration SHORTEST = Duration.ofSeconds(1);

  /** The longest. */
  public static final Duration LONGEST = Duration.ofDays(3653);

  /**
   * @throws IllegalArgumentException when the interval or the first run is out of bounds, see
   *     {@link #of}
   */
  public IntervalTrigger {
    if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("the interval is not between 1 second and 10 years");
    }
    if (!Moments.isSupported(first)) {
      throw new IllegalArgumentException("the first run is beyond all time");
    }
    first = Instant.ofEpochMilli(first.toEpochMilli());
    every = Duration.ofMillis(every.toMillis());
  }

  /**
   * The same for what a person asked for.
   *
   * @throws InvalidTrigger when the interval is shorter than a second or longer than ten years, or
   *     the first run has no year of four digits
   */
  public static IntervalTrigger of(Instant first, Duration every) throws InvalidTrigger {
    if (every.compareTo(SHORTEST) < 0) {
      throw new InvalidTrigger("an interval is at least 1 second");
    }
    if (every.compareTo(LONGEST) > 0) {
      throw new InvalidTrigger("an interval is at most 10 years");
    }
    if (!Moments.isSupported(first)) {
      throw new InvalidTrigger("the first run is not in the years 1 to 9999");
    }
    return new IntervalTrigger(first, every);
  }

  @Override
  public String text() {
    return KIND + " " + every + " " + first;
  }

  @Override
  public @Nullable Occurrence next(Instant after, ZoneId zone) {
    if (after.isBefore(first)) {
      return Moments.at(first, zone.getRules());
    }
    if (!Moments.isSupported(after)) {
      return null;
    }
    long step = every.toMillis();
    long since = after.toEpochMilli() - first.toEpochMilli();
    Instant next = first.plusMillis((since / step + 1) * step);
    return Moments.at(next, zone.getRules());
  }
}
