package dev.bide.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/** What is asked of instants more than once. */
final class Moments {
  /** What can be written with four digits of a year in every zone. */
  private static final Instant FIRST = Instant.parse("0001-01-02T00:00:00Z");

  private static final Instant LAST = Instant.parse("9999-12-30T00:00:00Z");

  private Moments() {}

  static boolean isSupported(Instant instant) {
    return !instant.isBefore(FIRST) && !instant.isAfter(LAST);
  }

  /** The run at an instant, told from others by it; null beyond what can be written. */
  static @Nullable Occurrence at(Instant instant, ZoneRules rules) {
    if (!isSupported(instant)) {
      return null;
    }
    boolean twice =
        !rules.isFixedOffset()
            && rules.getValidOffsets(local(instant, rules.getOffset(instant))).size() > 1;
    return new Occurrence(instant, instant.toString(), twice ? ClockChange.OVERLAP : null);
  }

  /**
   * The run at a local time, told from others by it: the first pass where it comes twice, the end
   * of the gap where the clocks leave it out.
   */
  static Occurrence at(LocalDateTime local, ZoneRules rules) {
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null) {
      return new Occurrence(local.toInstant(rules.getOffset(local)), local.toString(), null);
    }
    return change.isGap()
        ? new Occurrence(change.getInstant(), change.getDateTimeAfter().toString(), ClockChange.GAP)
        : new Occurrence(
            local.toInstant(change.getOffsetBefore()), local.toString(), ClockChange.OVERLAP);
  }

  static LocalDateTime local(Instant instant, ZoneOffset offset) {
    return LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), offset);
  }
}
