package dev.bide.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Somebody who looks at a clock on the wall every minute: what should run when, found out without
 * any arithmetic of {@link CronTrigger}.
 */
final class WallClock {
  /** Local times may come twice within this time before the first look. */
  private static final int MINUTES_BEFORE = 180;

  /**
   * One look.
   *
   * @param now when
   * @param shown the local time
   * @param isNew whether the clock had not shown it before
   * @param jumped local times that it never showed, between the look before and this one
   */
  private record Look(
      Instant now, LocalDateTime shown, boolean isNew, List<LocalDateTime> jumped) {}

  private final List<Look> looks = new ArrayList<>();

  WallClock(Instant from, Instant to, ZoneId zone) {
    Instant now = from.minus(MINUTES_BEFORE, ChronoUnit.MINUTES);
    Set<LocalDateTime> seen = new HashSet<>();
    LocalDateTime before = LocalDateTime.ofInstant(now, zone);
    while (now.isBefore(to)) {
      LocalDateTime shown = LocalDateTime.ofInstant(now, zone);
      List<LocalDateTime> jumped = new ArrayList<>();
      LocalDateTime between = before.plusMinutes(1);
      while (between.isBefore(shown)) {
        jumped.add(between);
        between = between.plusMinutes(1);
      }
      boolean isNew = seen.add(shown);
      if (!now.isBefore(from)) {
        looks.add(new Look(now, shown, isNew, jumped));
      }
      before = shown;
      now = now.plus(1, ChronoUnit.MINUTES);
    }
  }

  /** Whenever the clock shows such a time. */
  List<Instant> wheneverShown(Predicate<LocalDateTime> times) {
    return looks.stream().filter(look -> times.test(look.shown)).map(Look::now).toList();
  }

  /** When the clock first shows such a time, or has just jumped over one. */
  List<Instant> onceEach(Predicate<LocalDateTime> times) {
    return looks.stream()
        .filter(
            look -> (look.isNew && times.test(look.shown)) || look.jumped.stream().anyMatch(times))
        .map(Look::now)
        .toList();
  }
}
