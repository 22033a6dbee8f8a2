package dev.bide.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
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

  /** OVERLAP when the local time of this instant comes twice, else null. */
  static @Nullable ClockChange overlap(Instant instant, ZoneId zone) {
    ZoneRules rules = zone.getRules();
    if (rules.isFixedOffset()) {
      return null;
    }
    LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
    return rules.getValidOffsets(local).size() > 1 ? ClockChange.OVERLAP : null;
  }

  static LocalDateTime local(Instant instant, ZoneOffset offset) {
    return LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), offset);
  }
}
