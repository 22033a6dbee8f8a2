package dev.bide.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The ages of which the API and the page say how much of what has ended is older. */
public final class RetentionAges {
  /** In days. */
  public static final List<Integer> DAYS = List.of(1, 7, 30, 90);

  private RetentionAges() {}

  /** Before when something had ended that is so old now; in the order of {@link #DAYS}. */
  public static List<Instant> instants(Instant now) {
    return DAYS.stream().map(days -> now.minus(Duration.ofDays(days))).toList();
  }
}
