package dev.bide.schedule;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * At named instants.
 *
 * @param instants whole milliseconds, in order, each once, at least one
 */
public record InstantsTrigger(List<Instant> instants) implements Trigger {
  static final String KIND = "at";

  /** Most instants of one schedule. */
  public static final int MOST = 1_000;

  /**
   * @throws IllegalArgumentException when there are none
   */
  public InstantsTrigger {
    if (instants.isEmpty()) {
      throw new IllegalArgumentException("there is no instant");
    }
    // what is decided is kept to the millisecond
    instants =
        instants.stream().map(at -> at.truncatedTo(ChronoUnit.MILLIS)).distinct().sorted().toList();
  }

  /**
   * The same for what a person asked for.
   *
   * @throws InvalidTrigger when there are none, or too many
   */
  public static InstantsTrigger of(List<Instant> instants) throws InvalidTrigger {
    if (instants.isEmpty()) {
      throw new InvalidTrigger("no time is given");
    }
    if (instants.size() > MOST) {
      throw new InvalidTrigger(
          "at most %,d times can be named, not %,d".formatted(MOST, instants.size()));
    }
    return new InstantsTrigger(instants);
  }

  @Override
  public String text() {
    return KIND + instants.stream().map(instant -> " " + instant).collect(Collectors.joining());
  }

  @Override
  public @Nullable Occurrence next(Instant after, ZoneId zone) {
    int found = Collections.binarySearch(instants, after);
    int next = found < 0 ? -found - 1 : found + 1;
    return next == instants.size() ? null : Moments.at(instants.get(next), zone.getRules());
  }
}
