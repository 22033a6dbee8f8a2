package dev.bide.server.notice;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** When a notice that could not be sent is tried again, and for how long. */
final class Retries {
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofHours(4),
          Duration.ofHours(8),
          Duration.ofHours(8));

  private Retries() {}

  /**
   * How long to wait after a try that failed; empty when it was the last one, a day after the
   * first.
   *
   * @param tries how many there have been, from 1
   * @param random from 0 to 1: up to a fifth is added, so that many do not come at once
   */
  static Optional<Duration> pauseAfter(int tries, double random) {
    if (tries > PAUSES.size()) {
      return Optional.empty();
    }
    Duration pause = PAUSES.get(tries - 1);
    return Optional.of(pause.plusMillis((long) (pause.toMillis() / 5.0 * random)));
  }
}
