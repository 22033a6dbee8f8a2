package dev.bide.schedule;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The two day fields of a crontab line together: when both are restricted either is enough, when
 * one begins with {@code *} both have to agree (as Vixie's cron does it).
 */
final class CronDays {
  private final List<Days> monthDays;
  private final List<Days> weekDays;
  private final boolean either;

  /** Days of a month as bits, bit 1 for the first. */
  private interface Days {
    /**
     * @param length of the month in days, 28 to 31
     * @param first weekday of its first day, Sunday is 0
     */
    int of(int length, int first);
  }

  /** Whether a day of a month is meant, by its number and its weekday. */
  private interface Rule {
    boolean holds(int day, int length, int weekday);
  }

  private CronDays(List<Days> monthDays, List<Days> weekDays, boolean either) {
    this.monthDays = monthDays;
    this.weekDays = weekDays;
    this.either = either;
  }

  static CronDays parse(String ofMonth, String ofWeek) throws InvalidTrigger {
    List<Days> months = new ArrayList<>();
    for (String item : CronExpression.items(CronField.DAY_OF_MONTH, ofMonth)) {
      months.add(dayOfMonth(item));
    }
    List<Days> weeks = new ArrayList<>();
    for (String item : CronExpression.items(CronField.DAY_OF_WEEK, ofWeek)) {
      weeks.add(dayOfWeek(item));
    }
    return new CronDays(months, weeks, !isOpen(ofMonth) && !isOpen(ofWeek));
  }

  private static boolean isOpen(String field) {
    return field.startsWith("*") || field.startsWith("?");
  }

  private static Days dayOfMonth(String item) throws InvalidTrigger {
    CronField field = CronField.DAY_OF_MONTH;
    String upper = item.toUpperCase(Locale.ROOT);
    if (upper.equals("L")) {
      return (length, first) -> 1 << length;
    }
    if (upper.equals("LW")) {
      return (length, first) -> 1 << nearestWeekday(length, length, first);
    }
    if (upper.startsWith("L-")) {
      int before = CronField.number(item.substring(2));
      if (before < 1 || before > 30) {
        throw field.wrong(item, "has to say how many days before the last, 1 to 30");
      }
      return (length, first) -> length > before ? 1 << (length - before) : 0;
    }
    if (upper.endsWith("W")) {
      int day = field.value(item.substring(0, item.length() - 1), item);
      return (length, first) -> day <= length ? 1 << nearestWeekday(day, length, first) : 0;
    }
    long bits = field.bits(item);
    return (length, first) -> (int) (bits & (1L << (length + 1)) - 1);
  }

  /** Monday to Friday, in the same month. */
  private static int nearestWeekday(int day, int length, int first) {
    int weekday = weekday(day, first);
    if (weekday == 6) {
      return day > 1 ? day - 1 : day + 2;
    }
    if (weekday == 0) {
      return day < length ? day + 1 : day - 2;
    }
    return day;
  }

  private static Days dayOfWeek(String item) throws InvalidTrigger {
    CronField field = CronField.DAY_OF_WEEK;
    int hash = item.indexOf('#');
    if (hash > 0) {
      int weekday = field.value(item.substring(0, hash), item) % 7;
      int which = CronField.number(item.substring(hash + 1));
      if (which < 1 || which > 5) {
        throw field.wrong(item, "has to name the first to the fifth of the month, #1 to #5");
      }
      return where((day, length, on) -> on == weekday && (day - 1) / 7 + 1 == which);
    }
    boolean last = item.length() > 1 && item.toUpperCase(Locale.ROOT).endsWith("L");
    if (last) {
      int weekday = field.value(item.substring(0, item.length() - 1), item) % 7;
      return where((day, length, on) -> on == weekday && day > length - 7);
    }
    long bits = field.bits(item);
    return where((day, length, on) -> (bits >>> on & 1) != 0);
  }

  private static Days where(Rule rule) {
    return (length, first) -> {
      int days = 0;
      for (int day = 1; day <= length; day++) {
        if (rule.holds(day, length, weekday(day, first))) {
          days |= 1 << day;
        }
      }
      return days;
    };
  }

  private static int weekday(int day, int first) {
    return (first + day - 1) % 7;
  }

  /** The days of a month as bits, bit 1 for the first. */
  int of(int year, int month) {
    LocalDate start = LocalDate.of(year, month, 1);
    return ofMonth(start.lengthOfMonth(), start.getDayOfWeek().getValue() % 7);
  }

  private int ofMonth(int length, int first) {
    int months = union(monthDays, length, first);
    int weeks = union(weekDays, length, first);
    return either ? months | weeks : months & weeks;
  }

  private static int union(List<Days> all, int length, int first) {
    int days = 0;
    for (Days some : all) {
      days |= some.of(length, first);
    }
    return days;
  }

  /** Whether a month of at most so many days ever has one; each length begins on each weekday. */
  boolean everIn(int shortest, int longest) {
    for (int length = shortest; length <= longest; length++) {
      for (int first = 0; first < 7; first++) {
        if (ofMonth(length, first) != 0) {
          return true;
        }
      }
    }
    return false;
  }
}
