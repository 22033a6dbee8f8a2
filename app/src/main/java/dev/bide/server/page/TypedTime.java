package dev.bide.server.page;

import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.WrittenTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and lengths of time as people type them into a form. Pure. */
final class TypedTime {
  private static final Pattern LENGTH =
      Pattern.compile(
          "(?:([0-9]{1,9}) ?w ?)?(?:([0-9]{1,9}) ?d ?)?(?:([0-9]{1,9}) ?h ?)?"
              + "(?:([0-9]{1,9}) ?m(?:in)? ?)?(?:([0-9]{1,9}) ?s)?");

  private TypedTime() {}

  /** Says what is wrong with what was typed. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(Sentences.of(message));
    }

    /** In a sentence for the person who typed it. */
    String sentence() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * A date, with or without a time of day and an offset, or whatever {@link WrittenTime} takes. It
   * may be over.
   *
   * @param endOfDay true where a date alone means its last millisecond
   * @throws Wrong with a sentence for the person who typed it
   */
  static Instant instant(String text, Instant now, ZoneId zone, boolean endOfDay) throws Wrong {
    try {
      return WrittenTime.any(text, now, zone, endOfDay);
    } catch (InvalidTrigger e) {
      throw new Wrong(String.valueOf(e.getMessage()));
    }
  }

  /**
   * {@code 2h}, {@code 1h30m}, {@code 45s}.
   *
   * @throws Wrong when it is none, or not between the bounds
   */
  static Duration length(String text, Duration least, Duration most) throws Wrong {
    String trimmed = text.strip().toLowerCase(Locale.ROOT);
    Matcher parts = LENGTH.matcher(trimmed);
    if (trimmed.matches("[0-9]+")) {
      throw new Wrong(
          "\"%s\" of what? Write %ss, %sm, %sh or %sd"
              .formatted(trimmed, trimmed, trimmed, trimmed, trimmed));
    }
    if (trimmed.isEmpty() || !parts.matches()) {
      throw new Wrong("\"" + text.strip() + "\" is no length of time such as 2h, 1h30m or 45s");
    }
    Duration length =
        Duration.ofDays(7 * number(parts, 1) + number(parts, 2))
            .plusHours(number(parts, 3))
            .plusMinutes(number(parts, 4))
            .plusSeconds(number(parts, 5));
    if (length.compareTo(least) < 0 || length.compareTo(most) > 0) {
      throw new Wrong(
          "\"%s\" is not between %s and %s".formatted(trimmed, typed(least), typed(most)));
    }
    return length;
  }

  private static long number(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** As {@link #length} reads it back, without what is less than a second. */
  static String typed(Duration length) {
    String text =
        part(length.toDays(), "d")
            + part(length.toHoursPart(), "h")
            + part(length.toMinutesPart(), "m")
            + part(length.toSecondsPart(), "s");
    return text.isEmpty() ? "0s" : text;
  }

  private static String part(long number, String unit) {
    return number == 0 ? "" : number + unit;
  }
}
