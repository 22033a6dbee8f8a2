package dev.bide.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When a schedule runs, and what it makes up for. Immutable and pure; bounds are whole
 * milliseconds.
 *
 * @param zone of the wall clock
 * @param start nothing is planned before it; null for no bound
 * @param end nothing is planned after it; null for no bound
 * @param missed what becomes of runs that were missed
 * @param longestDelay how late a missed run may still be made up for, at least 0
 * @param mostMadeUp how many are made up for at once under {@link MissedRunPolicy#ALL}, from 1
 * @param unknownZone the name of the zone that is meant, where this Java does not know it: then
 *     nothing is planned, and {@code zone} stands for nothing; else null
 */
public record Timetable(
    Trigger trigger,
    ZoneId zone,
    @Nullable Instant start,
    @Nullable Instant end,
    MissedRunPolicy missed,
    Duration longestDelay,
    int mostMadeUp,
    @Nullable String unknownZone) {

  /** A run that begins within this time after its instant is not late, if Bide ran all the time. */
  public static final Duration PUNCTUAL = Duration.ofMinutes(1);

  /**
   * @throws IllegalArgumentException when the delay is negative or the number below 1
   */
  public Timetable {
    if (longestDelay.isNegative()) {
      throw new IllegalArgumentException("the longest delay is negative");
    }
    if (mostMadeUp < 1) {
      throw new IllegalArgumentException("at least one run has to be made up for");
    }
    start = start == null ? null : start.truncatedTo(ChronoUnit.MILLIS);
    end = end == null ? null : end.truncatedTo(ChronoUnit.MILLIS);
    longestDelay = longestDelay.truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * One in a zone that is known.
   *
   * @throws IllegalArgumentException when the delay is negative or the number below 1
   */
  public Timetable(
      Trigger trigger,
      ZoneId zone,
      @Nullable Instant start,
      @Nullable Instant end,
      MissedRunPolicy missed,
      Duration longestDelay,
      int mostMadeUp) {
    this(trigger, zone, start, end, missed, longestDelay, mostMadeUp, null);
  }

  /** The same in a zone that this Java does not know, or in its own for null. */
  public Timetable inUnknownZone(@Nullable String name) {
    return new Timetable(trigger, zone, start, end, missed, longestDelay, mostMadeUp, name);
  }

  /** The name of the zone that is meant, whether it is known or not. */
  public String zoneName() {
    return unknownZone == null ? zone.getId() : unknownZone;
  }

  /** The first planned run after an instant, or null when none follows. */
  public @Nullable Occurrence next(Instant after) {
    if (unknownZone != null) {
      return null;
    }
    Instant from = start != null && after.isBefore(start) ? start.minusNanos(1) : after;
    Occurrence next = trigger.next(from, zone);
    return next == null || (end != null && next.instant().isAfter(end)) ? null : next;
  }
}
