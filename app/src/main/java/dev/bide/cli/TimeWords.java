package dev.bide.cli;

import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.WrittenTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Instants as people type them and read them, always with the zone that is meant. */
final class TimeWords {
  private static final DateTimeFormatter THIS_YEAR =
      DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter ANOTHER_YEAR =
      DateTimeFormatter.ofPattern("EEE d MMM yyyy HH:mm", Locale.ENGLISH);

  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter DAY_OF_A_YEAR =
      DateTimeFormatter.ofPattern("d MMM yyyy HH:mm", Locale.ENGLISH);

  private TimeWords() {}

  /** A time that is still to come. */
  static WrittenTime later(String option, String text, Instant now, ZoneId zone) throws Trouble {
    try {
      return WrittenTime.parse(text, now, zone);
    } catch (InvalidTrigger e) {
      throw refused(option, e);
    }
  }

  /**
   * A time that may be over: a date, with or without a time of day and an offset, or whatever
   * {@link #later} takes.
   *
   * @param endOfDay true where a date alone means its last millisecond
   */
  static Instant any(String option, String text, Instant now, ZoneId zone, boolean endOfDay)
      throws Trouble {
    try {
      return WrittenTime.any(text, now, zone, endOfDay);
    } catch (InvalidTrigger e) {
      throw refused(option, e);
    }
  }

  private static Trouble refused(String option, InvalidTrigger e) {
    return Trouble.usage(option + ": " + Text.visible(String.valueOf(e.getMessage())));
  }

  /** A zone by its name. */
  static ZoneId zone(String option, String name) throws Trouble {
    try {
      return ZoneId.of(name.strip());
    } catch (DateTimeException e) {
      throw Trouble.usage(
          option
              + ": no time zone "
              + Text.quoted(name)
              + Suggestion.hint(
                  name.strip(),
                  ZoneId.getAvailableZoneIds(),
                  "; they are written as Europe/Berlin"));
    }
  }

  /** {@code Wed 2 Dec 02:00 Europe/Berlin}; with seconds only where they are not zero. */
  static String local(Instant instant, ZoneId zone, Instant now) {
    ZonedDateTime local = instant.atZone(zone);
    DateTimeFormatter format =
        local.getYear() == now.atZone(zone).getYear() ? THIS_YEAR : ANOTHER_YEAR;
    String seconds =
        local.getSecond() == 0 ? "" : String.format(Locale.ROOT, ":%02d", local.getSecond());
    return format.format(local) + seconds + " " + zone.getId();
  }

  /** {@code 02:00} today, {@code 2 Dec 02:00} on another day of this year. */
  static String shortly(Instant instant, ZoneId zone, Instant now) {
    ZonedDateTime local = instant.atZone(zone);
    LocalDate today = now.atZone(zone).toLocalDate();
    return (local.toLocalDate().equals(today)
            ? TIME_OF_DAY
            : local.getYear() == today.getYear() ? DAY : DAY_OF_A_YEAR)
        .format(local);
  }

  /** What {@link #local} says, with how long that is from now. */
  static String localAndHowLong(Instant instant, ZoneId zone, Instant now) {
    Duration until = Duration.between(now, instant);
    return local(instant, zone, now)
        + (until.isNegative() ? "" : ", in " + Text.plannedDuration(roundedUp(until)));
  }

  /** Nobody wants to read "in 59 s" of what was asked to start in a minute. */
  private static Duration roundedUp(Duration until) {
    return until.toMillis() % 1000 == 0 ? until : Duration.ofSeconds(until.toSeconds() + 1);
  }
}
