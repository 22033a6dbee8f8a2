package dev.bide.job;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A duration as people type it: weeks, days, hours, minutes and seconds, the larger before the
 * smaller and each at most once, such as {@code 2h30m}, {@code 90d} or {@code 1 w}. Pure.
 */
public final class WrittenDuration {
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:([0-9]{1,9}) ?w ?)?(?:([0-9]{1,9}) ?d ?)?(?:([0-9]{1,9}) ?h ?)?"
              + "(?:([0-9]{1,9}) ?m(?:in)? ?)?(?:([0-9]{1,9}) ?s)?");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private WrittenDuration() {}

  /** Reads a text, in small letters or large; empty when it is no duration, or a bare number. */
  public static Optional<Duration> parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    Matcher parts = PARTS.matcher(lower);
    if (lower.isEmpty() || !parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofDays(7 * number(parts, 1) + number(parts, 2))
            .plusHours(number(parts, 3))
            .plusMinutes(number(parts, 4))
            .plusSeconds(number(parts, 5)));
  }

  /** The same where a bare number is one of seconds. */
  public static Optional<Duration> parseOrSeconds(String text) {
    String stripped = text.strip();
    return NUMBER.matcher(stripped).matches()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(stripped)))
        : parse(text);
  }

  private static long number(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** As {@link #parse} reads it back, in days at most, without what is less than a second. */
  public static String text(Duration duration) {
    String text =
        part(duration.toDays(), "d")
            + part(duration.toHoursPart(), "h")
            + part(duration.toMinutesPart(), "m")
            + part(duration.toSecondsPart(), "s");
    return text.isEmpty() ? "0s" : text;
  }

  private static String part(long number, String unit) {
    return number == 0 ? "" : number + unit;
  }
}
