package dev.bide.schedule;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A time as a person types it: {@code 18:30}, {@code tomorrow 02:00}, {@code fri 6pm}, {@code
 * 2026-12-01T09:00}, the last also with an offset. What could mean two things is refused.
 *
 * @param instant always later than the moment at which it was read
 * @param clockChange GAP when the wall clock leaves this time out (the instant is the gap's end),
 *     OVERLAP when it shows it twice (the instant is the first pass)
 */
public record WrittenTime(Instant instant, @Nullable ClockChange clockChange) {
  private static final String FORMS =
      "write 18:30, tomorrow 02:00, fri 18:30, 2026-12-01T09:00 or 2026-12-01T09:00+01:00";

  private static final String NOON = "noon";

  private static final int LONGEST = 60;

  private static final Pattern WITH_OFFSET =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d)[ T](\\d\\d:\\d\\d(?::\\d\\d)?) ?(Z|[+-]\\d\\d:?\\d\\d)");

  private static final Pattern ISO_WITH_OFFSET =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT.*(Z|[+-]\\d\\d:\\d\\d)");

  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

  private static final Pattern LOCAL =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?");

  private static final Pattern CLOCK =
      Pattern.compile("(\\d{1,2})(?::(\\d\\d)(?::(\\d\\d))?)? ?(am|pm)?");

  /**
   * Reads a text.
   *
   * @param now what it has to be later than
   * @param zone of the wall clock that is meant where the text names no offset
   * @throws InvalidTrigger when it is no time, could mean two, or is over
   */
  public static WrittenTime parse(String text, Instant now, ZoneId zone) throws InvalidTrigger {
    String stripped = withSingleBlanks(text);
    if (stripped.length() > LONGEST) {
      throw notUnderstood(stripped.substring(0, LONGEST) + "...");
    }
    Matcher offset = withOffset(stripped);
    WrittenTime time = offset.matches() ? withOffset(offset, stripped) : local(stripped, now, zone);
    if (!time.instant.isAfter(now)) {
      throw new InvalidTrigger(
          "\"%s\" is over: it is %s"
              .formatted(
                  stripped,
                  DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)
                      .format(now.atZone(zone))));
    }
    return time;
  }

  /**
   * Reads a time that may be over: a date, with or without a time of day and an offset, or whatever
   * {@link #parse} takes. As there, what the clocks leave out is taken at the end of the gap, what
   * comes twice at its first pass.
   *
   * @param endOfDay true where a date alone means its last millisecond
   * @throws InvalidTrigger when it is no time, or could mean two
   */
  public static Instant any(String text, Instant now, ZoneId zone, boolean endOfDay)
      throws InvalidTrigger {
    String iso = iso(text);
    try {
      if (DATE.matcher(iso).matches()) {
        LocalDate day = LocalDate.parse(iso);
        return endOfDay
            ? day.plusDays(1).atStartOfDay(zone).toInstant().minusMillis(1)
            : day.atStartOfDay(zone).toInstant();
      }
      if (LOCAL.matcher(iso).matches()) {
        return at(LocalDateTime.parse(iso), zone).instant;
      }
      if (ISO_WITH_OFFSET.matcher(iso).matches()) {
        return OffsetDateTime.parse(iso).toInstant();
      }
    } catch (DateTimeException e) {
      throw new InvalidTrigger("\"" + text.strip() + "\" is no time of the calendar");
    }
    return parse(text, now, zone).instant;
  }

  /** Whether a text names an offset, so that it means the same whatever zone it is read in. */
  public static boolean namesOffset(String text) {
    return ISO_WITH_OFFSET.matcher(iso(text)).matches()
        || withOffset(withSingleBlanks(text)).matches();
  }

  private static String iso(String text) {
    return text.strip().replaceFirst("^(\\d{4}-\\d\\d-\\d\\d) +", "$1T");
  }

  private static String withSingleBlanks(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static Matcher withOffset(String text) {
    return WITH_OFFSET.matcher(text.toUpperCase(Locale.ROOT));
  }

  private static WrittenTime withOffset(Matcher parts, String text) throws InvalidTrigger {
    String offset = parts.group(3);
    boolean withoutColon = offset.length() == 5;
    String colon = withoutColon ? offset.substring(0, 3) + ":" + offset.substring(3) : offset;
    try {
      return new WrittenTime(
          OffsetDateTime.parse(parts.group(1) + "T" + parts.group(2) + colon).toInstant(), null);
    } catch (DateTimeParseException e) {
      throw new InvalidTrigger("\"" + text + "\" is no time of the calendar");
    }
  }

  private static WrittenTime local(String text, Instant now, ZoneId zone) throws InvalidTrigger {
    String lower = text.toLowerCase(Locale.ROOT).replace(" at ", " ");
    String day = "";
    String clock = lower;
    int blank = lower.indexOf(' ');
    if (DATE.matcher(lower.substring(0, Math.min(10, lower.length()))).matches()) {
      day = lower.substring(0, 10);
      clock = lower.substring(10).replaceFirst("^[ t]", "");
    } else if (!lower.isEmpty() && Character.isLetter(lower.charAt(0)) && !lower.equals(NOON)) {
      day = blank < 0 ? lower : lower.substring(0, blank);
      clock = blank < 0 ? "" : lower.substring(blank + 1);
    }
    if (!isDay(day)) {
      throw notUnderstood(text);
    }
    if (clock.isEmpty()) {
      throw new InvalidTrigger("\"%s\" names no time of the day; %s".formatted(text, FORMS));
    }
    return on(day, timeOfDay(clock, text), text, now, zone);
  }

  private static boolean isDay(String day) {
    return day.isEmpty()
        || day.equals("today")
        || day.equals("tomorrow")
        || weekday(day) != null
        || DATE.matcher(day).matches();
  }

  private static LocalTime timeOfDay(String clock, String text) throws InvalidTrigger {
    if (clock.equals(NOON)) {
      return LocalTime.NOON;
    }
    Matcher parts = CLOCK.matcher(clock);
    if (!parts.matches() || (parts.group(2) == null && parts.group(4) == null)) {
      throw notUnderstood(text);
    }
    int hour = Integer.parseInt(parts.group(1));
    int minute = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
    int second = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
    if (parts.group(4) != null) {
      if (hour < 1 || hour > 12) {
        throw new InvalidTrigger("\"" + text + "\" is no time of the day");
      }
      hour = hour % 12 + (parts.group(4).equals("pm") ? 12 : 0);
    }
    try {
      return LocalTime.of(hour, minute, second);
    } catch (DateTimeException e) {
      throw new InvalidTrigger("\"" + text + "\" is no time of the day");
    }
  }

  private static WrittenTime on(String day, LocalTime time, String text, Instant now, ZoneId zone)
      throws InvalidTrigger {
    LocalDate today = ZonedDateTime.ofInstant(now, zone).toLocalDate();
    DayOfWeek weekday = weekday(day);
    if (weekday != null) {
      LocalDate date = today.with(TemporalAdjusters.nextOrSame(weekday));
      WrittenTime soon = at(date.atTime(time), zone);
      return soon.instant.isAfter(now) ? soon : at(date.plusWeeks(1).atTime(time), zone);
    }
    switch (day) {
      case "" -> {
        WrittenTime soon = at(today.atTime(time), zone);
        return soon.instant.isAfter(now) ? soon : at(today.plusDays(1).atTime(time), zone);
      }
      case "today" -> {
        return at(today.atTime(time), zone);
      }
      case "tomorrow" -> {
        return at(today.plusDays(1).atTime(time), zone);
      }
      default -> {
        try {
          return at(LocalDate.parse(day).atTime(time), zone);
        } catch (DateTimeParseException e) {
          throw new InvalidTrigger("\"" + text + "\" is no day of the calendar");
        }
      }
    }
  }

  private static WrittenTime at(LocalDateTime local, ZoneId zone) {
    Occurrence first = Moments.at(local, zone.getRules());
    return new WrittenTime(first.instant(), first.clockChange());
  }

  /** By its English name, or the first three letters of it; null for any other text. */
  private static @Nullable DayOfWeek weekday(String text) {
    for (DayOfWeek day : DayOfWeek.values()) {
      String name = day.name().toLowerCase(Locale.ROOT);
      if (text.equals(name) || text.equals(name.substring(0, 3))) {
        return day;
      }
    }
    return null;
  }

  private static InvalidTrigger notUnderstood(String text) {
    return new InvalidTrigger("\"" + text + "\" is not understood as a time; " + FORMS);
  }
}
