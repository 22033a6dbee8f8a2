package dev.bide.schedule;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The five fields of a crontab line, each read into a set of bits: bit n for the value n. */
enum CronField {
  MINUTE("minute", 0, 59, ""),
  HOUR("hour", 0, 23, ""),
  DAY_OF_MONTH("day of the month", 1, 31, ""),
  MONTH("month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
  /** Sunday is 0, and 7 too. */
  DAY_OF_WEEK("day of the week", 0, 7, "sun mon tue wed thu fri sat");

  private final String title;
  private final int least;
  private final int most;

  /** Of the values from the least on, with blanks between; empty for none. */
  private final String names;

  CronField(String title, int least, int most, String names) {
    this.title = title;
    this.least = least;
    this.most = most;
    this.names = names;
  }

  String title() {
    return title;
  }

  /** One item between commas: {@code *}, a value, a range, each but the value with a step. */
  long bits(String item) throws InvalidTrigger {
    int slash = item.indexOf('/');
    String range = slash < 0 ? item : item.substring(0, slash);
    int step = slash < 0 ? 1 : step(item.substring(slash + 1), item);
    int from;
    int to;
    int dash = range.indexOf('-');
    if (range.equals("*") || (range.equals("?") && isDay())) {
      from = least;
      to = this == DAY_OF_WEEK ? 6 : most;
    } else if (dash > 0) {
      from = value(range.substring(0, dash), item);
      to = value(range.substring(dash + 1), item);
      if (this == DAY_OF_WEEK && to == 0 && from > 0) {
        to = 7; // fri-sun
      }
      if (from > to) {
        throw wrong(
            item,
            "runs backwards: write %s-%d,%d-%s"
                .formatted(
                    range.substring(0, dash),
                    this == DAY_OF_WEEK ? 6 : most,
                    least,
                    range.substring(dash + 1)));
      }
    } else {
      from = value(range, item);
      to = from;
      if (slash >= 0) {
        throw wrong(
            item,
            "has a step without a range: write %s-%d/%d"
                .formatted(range, this == DAY_OF_WEEK ? 6 : most, step));
      }
    }
    long bits = 0;
    for (int value = from; value <= to; value += step) {
      bits |= 1L << value;
    }
    return this == DAY_OF_WEEK ? sundayIsZero(bits) : bits;
  }

  private boolean isDay() {
    return this == DAY_OF_MONTH || this == DAY_OF_WEEK;
  }

  private static long sundayIsZero(long bits) {
    return (bits & 0x7F) | ((bits >>> 7) & 1);
  }

  private int step(String text, String item) throws InvalidTrigger {
    int step = number(text);
    if (step < 1) {
      throw wrong(item, "has a step that is no whole number from 1");
    }
    return Math.min(step, most + 1);
  }

  int value(String text, String item) throws InvalidTrigger {
    int name = text.isEmpty() ? -1 : names().indexOf(text.toLowerCase(Locale.ROOT));
    if (name >= 0) {
      return least + name;
    }
    int value = number(text);
    if (value < least || value > most) {
      throw wrong(item, "is not " + what());
    }
    return value;
  }

  private String what() {
    String numbers = "from " + least + " to " + most;
    if (names.isEmpty()) {
      return numbers;
    }
    return numbers + " or " + names().get(0) + " to " + names().get(names().size() - 1);
  }

  private List<String> names() {
    return List.of(names.split(" ", -1));
  }

  /** The number, or -1 for any other text. */
  static int number(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 9) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = number * 10 + digit - '0';
    }
    return number;
  }

  InvalidTrigger wrong(String item, String what) {
    return new InvalidTrigger(title + ": \"" + item + "\" " + what);
  }
}
