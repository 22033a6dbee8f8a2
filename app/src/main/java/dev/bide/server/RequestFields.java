package dev.bide.server;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of a request. What is wrong with a field is noted, and it is read as
 * though it were not there; a null is a field that is not there.
 */
record RequestFields(Map<?, ?> request, String prefix, Faults faults) {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final int LONGEST_SHOWN = 60;

  boolean has(String field) {
    return request.get(field) != null;
  }

  void wrong(String field, String message) {
    faults.wrong(prefix + field, message);
  }

  @Nullable String text(String field) {
    Object value = request.get(field);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    wrong(field, "is no string");
    return null;
  }

  /** A point in time, to the millisecond. */
  @Nullable Instant instant(String field) {
    return request.get(field) == null ? null : instant(field, request.get(field));
  }

  /** A list of them. */
  @Nullable List<Instant> instants(String field, int most) {
    Object value = request.get(field);
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> list)) {
      wrong(field, "is no list of times such as [\"2026-12-01T09:00:00+01:00\"]");
      return null;
    }
    if (list.size() > most) {
      wrong(field, "names " + list.size() + " times; at most " + most + " can be named");
      return null;
    }
    List<Instant> read = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      Instant one = instant(field + "[" + i + "]", list.get(i));
      if (one != null) {
        read.add(one);
      }
    }
    return read.size() == list.size() ? read : null;
  }

  private @Nullable Instant instant(String field, @Nullable Object value) {
    if (!(value instanceof String text)) {
      wrong(field, "is no string with a time such as 2026-12-01T09:00:00+01:00");
      return null;
    }
    try {
      return instantOf(text);
    } catch (IllegalArgumentException e) {
      wrong(field, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /**
   * A point in time as RFC 3339 writes it, to the millisecond.
   *
   * @throws IllegalArgumentException that says why it is none
   */
  static Instant instantOf(String text) {
    Instant instant;
    try {
      instant = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          shown(text)
              + (isLocal(text)
                  ? " has no offset: write it behind, as in 2026-12-01T09:00:00+01:00, or Z for UTC"
                  : " is no time such as 2026-12-01T09:00:00+01:00"));
    }
    if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
      throw new IllegalArgumentException(shown(text) + " is not in the years 1 to 9999");
    }
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * The same of a parameter of an address.
   *
   * @throws Problem 422 that says why it is none
   */
  static Instant parameter(String name, String text) {
    try {
      return instantOf(text);
    } catch (IllegalArgumentException e) {
      // a + that was not written %2B has come as a blank
      throw Problem.invalid(
          name, e.getMessage() + (text.contains(" ") ? " (in an address, + is written %2B)" : ""));
    }
  }

  private static boolean isLocal(String text) {
    try {
      return LocalDateTime.parse(text).getYear() <= 9999;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** A time that passes, to the millisecond; both bounds included, in whole seconds. */
  @Nullable Duration seconds(String field, Duration least, Duration most) {
    Object value = request.get(field);
    if (value == null) {
      return null;
    }
    if (value instanceof Number number
        && number.doubleValue() >= least.toSeconds()
        && number.doubleValue() <= most.toSeconds()) {
      return Duration.ofMillis(Math.round(number.doubleValue() * 1000));
    }
    wrong(
        field,
        shown(value)
            + " is no number of seconds from "
            + least.toSeconds()
            + " to "
            + most.toSeconds());
    return null;
  }

  /** True or false. */
  @Nullable Boolean flag(String field) {
    Object value = request.get(field);
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    wrong(field, "is neither true nor false");
    return null;
  }

  /** A whole number, both bounds included. */
  @Nullable Integer whole(String field, int least, int most) {
    Object value = request.get(field);
    if (value == null) {
      return null;
    }
    if (value instanceof Integer number && number >= least && number <= most) {
      return number;
    }
    wrong(field, shown(value) + " is no whole number from " + least + " to " + most);
    return null;
  }

  /** The same; what is not there is this. */
  int whole(String field, int least, int most, int otherwise) {
    Integer number = whole(field, least, most);
    return number == null ? otherwise : number;
  }

  /** One of a few words: the names of the values in small letters, with dashes. */
  <E extends Enum<E>> E word(String field, E[] values, E otherwise) {
    Object value = request.get(field);
    if (value == null) {
      return otherwise;
    }
    List<String> known = new ArrayList<>();
    for (E one : values) {
      String word = wordOf(one);
      if (word.equals(value)) {
        return one;
      }
      known.add(word);
    }
    String hint = value instanceof String text ? DidYouMean.hint(text, known) : "";
    wrong(
        field, shown(value) + (hint.isEmpty() ? " is none of " + String.join(", ", known) : hint));
    return otherwise;
  }

  /** A value as the API writes it. */
  static String wordOf(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What was said, as it may stand in a message: short, and on one line. */
  static String shown(Object value) {
    String text = oneLine(String.valueOf(value));
    String some = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    return value instanceof String ? "\"" + some + "\"" : some;
  }

  /** A text without what would end a line or what a terminal would act on. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                line.append(
                    Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE
                        ? String.format(Locale.ROOT, "\\u%04x", c)
                        : Character.toString(c)));
    return line.toString();
  }
}
