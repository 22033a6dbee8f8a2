package dev.bide.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a timetable asks for at a moment: which runs begin now, and which were missed for good.
 *
 * @param runs to begin, oldest first
 * @param skipped what is not made up for, or null when nothing is left out
 */
public record Due(List<Occurrence> runs, @Nullable Skipped skipped) {
  /** More than so many missed runs are not counted. */
  public static final int MOST_COUNTED = 1_000;

  private static final Duration[] LOOKS_BACK = {
    Duration.ofMinutes(1),
    Duration.ofHours(1),
    Duration.ofDays(1),
    Duration.ofDays(32),
    Duration.ofDays(366),
    Duration.ofDays(366 * 12)
  };

  public Due {
    runs = List.copyOf(runs);
  }

  /**
   * Runs that were missed and are not made up for.
   *
   * @param count how many; {@link #MOST_COUNTED} stands for that and more
   * @param first the oldest of them
   * @param last the newest of them
   */
  public record Skipped(int count, Instant first, Instant last) {}

  /**
   * What is due.
   *
   * @param decided everything planned up to here has been decided already
   * @param began since when somebody is there who decides
   * @param now the moment; what is planned later is not looked at
   */
  public static Due at(Timetable timetable, Instant decided, Instant began, Instant now) {
    if (!now.isAfter(decided)) {
      return new Due(List.of(), null);
    }
    Instant punctual = later(decided, missedUpTo(began, now));
    List<Occurrence> runs = newestOfAll(timetable, punctual, now, Integer.MAX_VALUE);
    Instant oldest = later(decided, earlier(now, timetable.longestDelay()));
    List<Occurrence> madeUp = madeUp(timetable, oldest, punctual, runs.isEmpty());
    Skipped skipped = skipped(timetable, decided, punctual, madeUp.size());
    madeUp.addAll(runs);
    return new Due(madeUp, skipped);
  }

  /** All that is planned after one instant and up to another, left out; null when nothing is. */
  public static @Nullable Skipped leftOut(Timetable timetable, Instant decided, Instant upTo) {
    return skipped(timetable, decided, upTo, 0);
  }

  /**
   * What was planned up to here and is still to be decided, was missed: nobody was there, for
   * however short a time, or was too busy for too long.
   *
   * @param began since when somebody is there; nothing follows from one that the clock has not
   *     reached, since it was set back
   */
  public static Instant missedUpTo(Instant began, Instant now) {
    Instant late = now.minus(Timetable.PUNCTUAL);
    return began.isAfter(now) ? late : later(began, late);
  }

  private static List<Occurrence> madeUp(
      Timetable timetable, Instant oldest, Instant punctual, boolean nothingRuns) {
    List<Occurrence> madeUp = new ArrayList<>();
    switch (timetable.missed()) {
      case SKIP -> {}
      case ONCE -> {
        if (nothingRuns) {
          madeUp.addAll(newest(timetable, oldest, punctual, 1));
        }
      }
      case ALL -> madeUp.addAll(newest(timetable, oldest, punctual, timetable.mostMadeUp()));
    }
    return madeUp;
  }

  private static @Nullable Skipped skipped(
      Timetable timetable, Instant decided, Instant punctual, int madeUp) {
    Occurrence first = timetable.next(decided);
    if (first == null || first.instant().isAfter(punctual)) {
      return null;
    }
    int count = 0;
    Occurrence next = first;
    // counted as far as it is told
    while (next != null && !next.instant().isAfter(punctual) && count < MOST_COUNTED + madeUp) {
      count++;
      next = timetable.next(next.instant());
    }
    if (count == madeUp) {
      return null;
    }
    Instant last = newest(timetable, decided, punctual, madeUp + 1).get(0).instant();
    return new Skipped(count - madeUp, first.instant(), last);
  }

  /** The newest after one instant and up to another, oldest first; never walks all of them. */
  private static List<Occurrence> newest(
      Timetable timetable, Instant after, Instant upTo, int most) {
    for (Duration back : LOOKS_BACK) {
      Instant from = later(after, upTo.minus(back));
      List<Occurrence> some = newestOfAll(timetable, from, upTo, most);
      if (some.size() == most || from.equals(after)) {
        return some;
      }
    }
    return newestOfAll(timetable, after, upTo, most);
  }

  private static List<Occurrence> newestOfAll(
      Timetable timetable, Instant after, Instant upTo, int most) {
    Deque<Occurrence> newest = new ArrayDeque<>();
    Occurrence next = timetable.next(after);
    while (next != null && !next.instant().isAfter(upTo)) {
      if (newest.size() == most) {
        newest.removeFirst();
      }
      newest.addLast(next);
      next = timetable.next(next.instant());
    }
    return new ArrayList<>(newest);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** Before an instant by a duration of any length. */
  private static Instant earlier(Instant instant, Duration by) {
    Duration sinceTheEpoch = Duration.between(Instant.EPOCH, instant);
    return by.compareTo(sinceTheEpoch) > 0 ? Instant.EPOCH : instant.minus(by);
  }
}
