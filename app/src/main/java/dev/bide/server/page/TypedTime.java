package dev.bide.server.page;

import dev.bide.job.WrittenDuration;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.WrittenTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;

/** Times and lengths of time as people type them into a form. Pure. */
final class TypedTime {
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
    if (trimmed.matches("[0-9]+")) {
      throw new Wrong(
          "\"%s\" of what? Write %ss, %sm, %sh or %sd"
              .formatted(trimmed, trimmed, trimmed, trimmed, trimmed));
    }
    Duration length =
        WrittenDuration.parse(trimmed)
            .orElseThrow(
                () ->
                    new Wrong(
                        "\"" + text.strip() + "\" is no length of time such as 2h, 1h30m or 45s"));
    if (length.compareTo(least) < 0 || length.compareTo(most) > 0) {
      throw new Wrong(
          "\"%s\" is not between %s and %s"
              .formatted(trimmed, WrittenDuration.text(least), WrittenDuration.text(most)));
    }
    return length;
  }
}
