package dev.bide.schedule;

import java.time.LocalDateTime;
import java.time.Month;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Local times as crontab(5) writes them: minute, hour, day of the month, month, day of the week; or
 * {@code @hourly} and the like. Besides lists, ranges, steps and names: {@code L} (last day),
 * {@code L-3}, {@code 15W} (nearest weekday), {@code LW}, {@code 5L} (last Friday), {@code 5#2}
 * (second Friday). Immutable.
 */
public final class CronExpression {
  private static final Map<String, String> WORDS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  /** The longest text that is read. */
  private static final int LONGEST = 1_000;

  /** 29 February on a named weekday comes after 40 years at the latest (1880 to 1920). */
  private static final int MOST_YEARS = 41;

  private static final int LAST_YEAR = 9999;

  private final String text;
  private final long minutes;
  private final long hours;
  private final CronDays days;
  private final long months;
  private final boolean fixedHour;

  private CronExpression(
      String text, long minutes, long hours, CronDays days, long months, boolean fixedHour) {
    this.text = text;
    this.minutes = minutes;
    this.hours = hours;
    this.days = days;
    this.months = months;
    this.fixedHour = fixedHour;
  }

  /**
   * Reads a text.
   *
   * @throws InvalidTrigger when it is no expression, or one that never comes
   */
  public static CronExpression parse(String text) throws InvalidTrigger {
    if (text.length() > LONGEST) {
      throw new InvalidTrigger(
          "a cron expression has at most %,d characters, not %,d"
              .formatted(LONGEST, text.length()));
    }
    String stripped = text.strip();
    String[] fields = fields(stripped);
    String month = fields[3];
    String hour = fields[1];
    long months = bits(CronField.MONTH, month);
    CronExpression expression =
        new CronExpression(
            stripped,
            bits(CronField.MINUTE, fields[0]),
            bits(CronField.HOUR, hour),
            CronDays.parse(fields[2], fields[4]),
            months,
            !hour.startsWith("*"));
    if (!expression.everComes()) {
      throw new InvalidTrigger(
          "\"" + shown(stripped) + "\" never comes: no such day is in these months");
    }
    return expression;
  }

  private static String[] fields(String text) throws InvalidTrigger {
    if (text.startsWith("@")) {
      String known = WORDS.get(text.toLowerCase(Locale.ROOT));
      if (known != null) {
        return known.split(" ", -1);
      }
      if (text.equalsIgnoreCase("@reboot")) {
        throw new InvalidTrigger("@reboot is no time; jobs can be planned for times only");
      }
      throw new InvalidTrigger(
          "\"" + shown(text) + "\" is unknown; known are @hourly @daily @weekly @monthly @yearly");
    }
    String[] fields = text.split("[ \t]+", -1);
    if (fields.length != 5 || text.isEmpty()) {
      int found = text.isEmpty() ? 0 : fields.length;
      throw new InvalidTrigger(
          "\"%s\" has %d %s; cron wants 5: minute, hour, day of the month, month, day of the week%s"
              .formatted(
                  shown(text),
                  found,
                  found == 1 ? "field" : "fields",
                  found == 6 || found == 7 ? " (neither seconds nor years)" : ""));
    }
    return fields;
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }

  /** What stands between the commas of a field. */
  static List<String> items(CronField field, String text) throws InvalidTrigger {
    List<String> items = List.of(text.split(",", -1));
    if (items.contains("")) {
      throw field.wrong(text, "has a comma with nothing beside it");
    }
    return items;
  }

  private static long bits(CronField field, String text) throws InvalidTrigger {
    long bits = 0;
    for (String item : items(field, text)) {
      bits |= field.bits(item);
    }
    return bits;
  }

  private boolean everComes() {
    for (Month month : Month.values()) {
      if ((months >>> month.getValue() & 1) != 0
          && days.everIn(month.minLength(), month.maxLength())) {
        return true;
      }
    }
    return false;
  }

  /** Whether the hour field begins with anything but {@code *}. */
  boolean hasFixedHour() {
    return fixedHour;
  }

  /** The first local time that is not before this one, or null when there is none up to 9999. */
  @Nullable LocalDateTime nextOrSame(LocalDateTime from) {
    int year = from.getYear();
    int month = from.getMonthValue();
    int day = from.getDayOfMonth();
    int hour = from.getHour();
    int minute = from.getMinute();
    if (from.getSecond() != 0 || from.getNano() != 0) {
      throw new IllegalArgumentException("no whole minute: " + from);
    }
    int lastYear = Math.min(LAST_YEAR, year + MOST_YEARS);
    while (year <= lastYear) {
      if ((months >>> month & 1) != 0) {
        int ofMonth = days.of(year, month);
        int today = ofMonth & 1 << day;
        if (today != 0) {
          int timeOfDay = timeOfDay(hour, minute);
          if (timeOfDay >= 0) {
            return LocalDateTime.of(year, month, day, timeOfDay / 60, timeOfDay % 60);
          }
        }
        int later = ofMonth & -2 << day;
        if (later != 0) {
          int first = timeOfDay(0, 0);
          return LocalDateTime.of(
              year, month, Integer.numberOfTrailingZeros(later), first / 60, first % 60);
        }
      }
      day = 0;
      hour = 0;
      minute = 0;
      month++;
      if (month > 12) {
        month = 1;
        year++;
      }
    }
    return null;
  }

  /** The first minute of a day that is not before this time, or -1. */
  private int timeOfDay(int hour, int minute) {
    if ((hours >>> hour & 1) != 0) {
      long rest = minutes >>> minute;
      if (rest != 0) {
        return hour * 60 + minute + Long.numberOfTrailingZeros(rest);
      }
    }
    long later = hour < 23 ? hours >>> (hour + 1) << (hour + 1) : 0;
    return later == 0
        ? -1
        : Long.numberOfTrailingZeros(later) * 60 + Long.numberOfTrailingZeros(minutes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CronExpression that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was typed. */
  @Override
  public String toString() {
    return text;
  }
}
