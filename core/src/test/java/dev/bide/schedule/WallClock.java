package dev.bide.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who looks at a clock on the wall every minute, with a stopwatch in the hand: what should
 * run when, found out without any code of this package.
 */
final class WallClock {
  /** Local times may come twice within this time before the first look, and after the last. */
  private static final Duration AROUND = Duration.ofHours(3);

  /**
   * What should run.
   *
   * @param mark what the clock on the wall did to it, or null
   */
  record Run(Instant instant, @Nullable ClockChange mark) {}

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

  private final Instant from;
  private final Instant to;
  private final ZoneId zone;
  private final List<Look> looks = new ArrayList<>();
  private final Map<LocalDateTime, Instant> firstOf = new HashMap<>();
  private final Set<LocalDateTime> shownTwice = new HashSet<>();

  /** From the first instant on, and up to but without the last, both whole minutes. */
  WallClock(Instant from, Instant to, ZoneId zone) {
    this.from = from;
    this.to = to;
    this.zone = zone;
    Instant now = from.minus(AROUND);
    LocalDateTime before = LocalDateTime.ofInstant(now, zone);
    while (now.isBefore(to.plus(AROUND))) {
      LocalDateTime shown = LocalDateTime.ofInstant(now, zone);
      List<LocalDateTime> jumped = between(before, shown);
      for (LocalDateTime time : jumped) {
        firstOf.put(time, now);
      }
      boolean isNew = firstOf.putIfAbsent(shown, now) == null;
      if (!isNew) {
        shownTwice.add(shown);
      }
      if (!now.isBefore(from) && now.isBefore(to)) {
        looks.add(new Look(now, shown, isNew, jumped));
      }
      before = shown;
      now = now.plus(1, ChronoUnit.MINUTES);
    }
  }

  private static List<LocalDateTime> between(LocalDateTime before, LocalDateTime shown) {
    LocalDateTime next = before.plusMinutes(1);
    if (!next.isBefore(shown)) {
      return List.of();
    }
    List<LocalDateTime> jumped = new ArrayList<>();
    while (next.isBefore(shown)) {
      jumped.add(next);
      next = next.plusMinutes(1);
    }
    return jumped;
  }

  ZoneId zone() {
    return zone;
  }

  Instant from() {
    return from;
  }

  Instant to() {
    return to;
  }

  /** Whenever the clock shows such a time. */
  List<Run> wheneverShown(Predicate<LocalDateTime> times) {
    return looks.stream()
        .filter(look -> times.test(look.shown))
        .map(look -> new Run(look.now, markOf(look.shown)))
        .toList();
  }

  /** When the clock first shows such a time, or has just jumped over one. */
  List<Run> onceEach(Predicate<LocalDateTime> times) {
    List<Run> runs = new ArrayList<>();
    for (Look look : looks) {
      if (look.jumped.stream().anyMatch(times)) {
        runs.add(new Run(look.now, ClockChange.GAP));
      } else if (look.isNew && times.test(look.shown)) {
        runs.add(new Run(look.now, markOf(look.shown)));
      }
    }
    return runs;
  }

  /**
   * Whenever a stopwatch has come to its end that was begun at an instant, and each time anew.
   *
   * @param until nobody listens after it
   */
  List<Run> stopwatch(Instant begun, Duration each, Instant until) {
    long step = each.toMillis();
    long millis = begun.toEpochMilli();
    long start = from.toEpochMilli();
    while (millis < start) {
      millis += step;
    }
    long end = until.toEpochMilli();
    List<Instant> rings = new ArrayList<>();
    while (millis <= end) {
      rings.add(Instant.ofEpochMilli(millis));
      millis += step;
    }
    return at(rings);
  }

  /** At these instants, which are in order. */
  List<Run> at(List<Instant> instants) {
    return instants.stream()
        .filter(instant -> !instant.isBefore(from) && instant.isBefore(to))
        .map(instant -> new Run(instant, markOf(shownAt(instant))))
        .toList();
  }

  /** When the clock first showed a local time of whole minutes, or had just jumped over it. */
  @Nullable Instant firstOf(LocalDateTime local) {
    return firstOf.get(local);
  }

  /** What the clock showed when somebody last looked. */
  LocalDateTime shownAt(Instant instant) {
    return looks.get((int) Duration.between(from, instant).toMinutes()).shown;
  }

  private @Nullable ClockChange markOf(LocalDateTime shown) {
    return shownTwice.contains(shown) ? ClockChange.OVERLAP : null;
  }
}
