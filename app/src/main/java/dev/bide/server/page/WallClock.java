package dev.bide.server.page;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instants as the clock on the wall of a zone shows them. Pure. */
final class WallClock {
  private static final DateTimeFormatter WEEKDAY = format("EEE");
  private static final DateTimeFormatter DAY = format("d MMM");
  private static final DateTimeFormatter DAY_OF_A_YEAR = format("d MMM yyyy");
  private static final DateTimeFormatter MINUTE = format("HH:mm");
  private static final DateTimeFormatter SECOND = format("HH:mm:ss");
  private static final DateTimeFormatter TYPED_DAY = format("uuuu-MM-dd");
  private static final DateTimeFormatter TYPED_MILLISECOND = format("HH:mm:ss.SSS");
  private static final Pattern WRITTEN =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z");

  private WallClock() {}

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }

  static String weekday(Instant instant, ZoneId zone) {
    return WEEKDAY.format(instant.atZone(zone));
  }

  /** {@code 2 Dec}, with the year where it is not this one. */
  static String day(Instant instant, ZoneId zone, Instant now) {
    ZonedDateTime local = instant.atZone(zone);
    boolean thisYear = local.getYear() == now.atZone(zone).getYear();
    return (thisYear ? DAY : DAY_OF_A_YEAR).format(local);
  }

  /** {@code 02:30}; with seconds only where they are not zero. */
  static String time(Instant instant, ZoneId zone) {
    ZonedDateTime local = instant.atZone(zone);
    return (local.getSecond() == 0 ? MINUTE : SECOND).format(local);
  }

  /** {@code Wed 2 Dec 02:30}. */
  static String of(Instant instant, ZoneId zone, Instant now) {
    return weekday(instant, zone) + " " + day(instant, zone, now) + " " + time(instant, zone);
  }

  /**
   * A message with the instants in it as the clock of a zone shows them; all with their year where
   * one is of another, since they are compared.
   */
  static String inMessage(String message, ZoneId zone, Instant now) {
    int thisYear = now.atZone(zone).getYear();
    boolean years =
        WRITTEN
            .matcher(message)
            .results()
            .anyMatch(found -> Instant.parse(found.group()).atZone(zone).getYear() != thisYear);
    return WRITTEN
        .matcher(message)
        .replaceAll(
            found -> {
              Instant instant = Instant.parse(found.group());
              String day = (years ? DAY_OF_A_YEAR : DAY).format(instant.atZone(zone));
              return Matcher.quoteReplacement(
                  weekday(instant, zone) + " " + day + " " + time(instant, zone));
            });
  }

  /**
   * As {@link TypedTime} reads it back.
   *
   * @param endOfDay true where a date alone means its last millisecond
   */
  static String typed(Instant instant, ZoneId zone, boolean endOfDay) {
    ZonedDateTime local = instant.atZone(zone);
    Instant edge = endOfDay ? instant.plusMillis(1) : instant;
    if (edge.equals(edge.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant())) {
      return TYPED_DAY.format(local);
    }
    boolean twice = zone.getRules().getValidOffsets(local.toLocalDateTime()).size() > 1;
    LocalTime time = local.toLocalTime();
    DateTimeFormatter fine =
        time.getNano() != 0 ? TYPED_MILLISECOND : time.getSecond() != 0 ? SECOND : MINUTE;
    return TYPED_DAY.format(local)
        + " "
        + fine.format(local)
        + (twice ? local.getOffset().getId() : "");
  }
}
