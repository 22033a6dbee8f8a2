package dev.bide.server.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a cron expression means, in words; only where the words say all of it. Pure. */
final class CronWords {
  private static final int MOST_TIMES = 4;

  private static final List<String> WEEKDAYS =
      List.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");

  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");

  private static final Map<String, String> NAMED =
      Map.of(
          "@yearly", "every year on 1 January at 00:00",
          "@annually", "every year on 1 January at 00:00",
          "@monthly", "on the 1st of the month at 00:00",
          "@weekly", "on Sunday at 00:00",
          "@daily", "every day at 00:00",
          "@midnight", "every day at 00:00",
          "@hourly", "every hour, on the hour");

  private CronWords() {}

  /** As {@code Monday to Friday at 02:30}; null where it is too much for a phrase. */
  static @Nullable String of(String expression) {
    String named = NAMED.get(expression.toLowerCase(Locale.ROOT));
    String[] fields = expression.strip().split("[ \t]+", -1);
    if (named != null || fields.length != 5) {
      return named;
    }
    boolean oftenADay = isOften(fields[1]);
    String time = time(fields[0], fields[1]);
    String days = days(fields[2], fields[4]);
    String months = months(fields[3]);
    if (time == null || days == null || months == null) {
      return null;
    }
    if (oftenADay) {
      return time + (days.equals("every day") ? "" : ", " + days) + months;
    }
    return days + months + " " + time;
  }

  private static boolean isOften(String hour) {
    return hour.startsWith("*") || hour.indexOf('-') > 0;
  }

  // ---- the time of the day

  private static @Nullable String time(String minute, String hour) {
    Integer step = step(minute, 60);
    if (hour.equals("*") && step != null) {
      return step == 1 ? "every minute" : "every " + step + " minutes";
    }
    if (isOften(hour)) {
      Integer past = number(minute, 0, 59);
      return past == null ? null : hours(hour, past);
    }
    List<Integer> minutes = numbers(minute, 0, 59);
    List<Integer> hours = numbers(hour, 0, 23);
    if (minutes == null || hours == null || minutes.size() * hours.size() > MOST_TIMES) {
      return null;
    }
    List<String> times = new ArrayList<>();
    for (int h : hours) {
      for (int m : minutes) {
        times.add(clock(h, m));
      }
    }
    return "at " + and(times);
  }

  private static @Nullable String hours(String hour, int past) {
    Integer step = step(hour, 24);
    if (step != null) {
      String often = step == 1 ? "every hour" : "every " + step + " hours";
      return often
          + (past == 0 ? ", on the hour" : ", at " + Wording.count(past, "minute") + " past");
    }
    String[] ends = hour.split("-", -1);
    Integer from = number(ends[0], 0, 23);
    Integer to = ends.length == 2 ? number(ends[1], 0, 23) : null;
    return from == null || to == null
        ? null
        : "every hour from " + clock(from, past) + " to " + clock(to, past);
  }

  private static String clock(int hour, int minute) {
    return String.format(Locale.ROOT, "%02d:%02d", hour, minute);
  }

  /** Of {@code *} and of steps that come out even; else null. */
  private static @Nullable Integer step(String field, int whole) {
    if (field.equals("*")) {
      return 1;
    }
    Integer step = field.startsWith("*/") ? number(field.substring(2), 1, whole) : null;
    return step == null || whole % step != 0 ? null : step;
  }

  // ---- the day

  private static @Nullable String days(String ofMonth, String ofWeek) {
    if (ofMonth.equals("*") || ofMonth.equals("?")) {
      return ofWeek.equals("*") || ofWeek.equals("?") ? "every day" : weekdays(ofWeek);
    }
    String dates = dates(ofMonth);
    if (ofWeek.equals("*") || ofWeek.equals("?") || dates == null) {
      return dates;
    }
    String weekdays = weekdays(ofWeek);
    return weekdays == null ? null : dates + " and " + weekdays;
  }

  private static @Nullable String dates(String field) {
    if (field.equalsIgnoreCase("L")) {
      return "on the last day of the month";
    }
    String[] ends = field.split("-", -1);
    if (ends.length == 2) {
      Integer from = number(ends[0], 1, 31);
      Integer to = number(ends[1], 1, 31);
      return from == null || to == null
          ? null
          : "from the " + nth(from) + " to the " + nth(to) + " of the month";
    }
    List<Integer> days = numbers(field, 1, 31);
    return days == null
        ? null
        : "on the " + and(days.stream().map(CronWords::nth).toList()) + " of the month";
  }

  private static String nth(int number) {
    String ending =
        number / 10 == 1
            ? "th"
            : switch (number % 10) {
              case 1 -> "st";
              case 2 -> "nd";
              case 3 -> "rd";
              default -> "th";
            };
    return number + ending;
  }

  private static @Nullable String weekdays(String field) {
    String[] ends = field.split("-", -1);
    if (ends.length == 2) {
      String from = name(ends[0], WEEKDAYS, 0);
      String to = name(ends[1], WEEKDAYS, 0);
      return from == null || to == null ? null : from + " to " + to;
    }
    List<String> names = names(field, WEEKDAYS, 0);
    return names == null ? null : "on " + and(names);
  }

  private static @Nullable String months(String field) {
    if (field.equals("*")) {
      return "";
    }
    String[] ends = field.split("-", -1);
    if (ends.length == 2) {
      String from = name(ends[0], MONTHS, 1);
      String to = name(ends[1], MONTHS, 1);
      return from == null || to == null ? null : ", " + from + " to " + to + ",";
    }
    List<String> names = names(field, MONTHS, 1);
    return names == null ? null : " in " + and(names);
  }

  // ---- items

  private static @Nullable List<String> names(String field, List<String> known, int first) {
    List<String> names = new ArrayList<>();
    for (String item : field.split(",", -1)) {
      String name = name(item, known, first);
      if (name == null) {
        return null;
      }
      names.add(name);
    }
    return names;
  }

  /** By its number or its first three letters. */
  private static @Nullable String name(String item, List<String> known, int first) {
    Integer number = number(item, first, known.size() + first);
    if (number != null) {
      // 7 is a Sunday too, and there is no thirteenth month
      return first == 1 && number > known.size()
          ? null
          : known.get((number - first) % known.size());
    }
    for (String name : known) {
      if (name.substring(0, 3).equalsIgnoreCase(item)) {
        return name;
      }
    }
    return null;
  }

  private static @Nullable List<Integer> numbers(String field, int least, int most) {
    List<Integer> numbers = new ArrayList<>();
    for (String item : field.split(",", -1)) {
      Integer number = number(item, least, most);
      if (number == null) {
        return null;
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static @Nullable Integer number(String text, int least, int most) {
    if (!text.matches("[0-9]{1,2}")) {
      return null;
    }
    int number = Integer.parseInt(text);
    return number < least || number > most ? null : number;
  }

  private static String and(List<String> words) {
    int last = words.size() - 1;
    return last == 0
        ? words.get(0)
        : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }
}
