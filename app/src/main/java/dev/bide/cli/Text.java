package dev.bide.cli;

import dev.bide.job.WrittenDuration;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Text as a terminal or a line of a pipe shows it. Pure. */
final class Text {
  private Text() {}

  /** Control and direction characters as escapes, so that nothing foreign steers a terminal. */
  static String visible(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      if (isHidden(c)) {
        if (out == null) {
          out = new StringBuilder().append(text, 0, i);
        }
        out.append(escape(c));
      } else if (out != null) {
        out.appendCodePoint(c);
      }
      i = next;
    }
    return out == null ? text : out.toString();
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default ->
          (c >= 0x202A && c <= 0x202E)
              || (c >= 0x2066 && c <= 0x2069)
              || c == 0x200E
              || c == 0x200F;
    };
  }

  private static String escape(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      case '\r' -> "\\r";
      case 0x1b -> "\\e";
      default -> String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
    };
  }

  /** In quotation marks, visible, and not longer than a line can bear. */
  static String quoted(String text) {
    return '"' + cut(visible(text), 60, "...") + '"';
  }

  /** The first character, whole. */
  static String firstCharacter(String text) {
    return text.substring(0, text.offsetByCodePoints(0, 1));
  }

  /** How many columns of a terminal it takes; wide characters count two, combining ones none. */
  static int columns(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      columns += width(c);
      i += Character.charCount(c);
    }
    return columns;
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x2E80 && c <= 0xA4CF)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1FAFF)
            || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
  }

  /** Filled with blanks on the right. */
  static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - columns(text)));
  }

  /** Filled with blanks on the left. */
  static String padLeft(String text, int columns) {
    return " ".repeat(Math.max(0, columns - columns(text))) + text;
  }

  /** How wide the first columns of a table have to be, so many of them. */
  static int[] widths(List<List<String>> rows, int many) {
    int[] widths = new int[many];
    for (List<String> row : rows) {
      for (int i = 0; i < many; i++) {
        widths[i] = Math.max(widths[i], columns(row.get(i)));
      }
    }
    return widths;
  }

  /** Not wider than so many columns, with a mark where something was cut. */
  static String cut(String text, int columns, String mark) {
    if (columns(text) <= columns) {
      return text;
    }
    int room = columns - columns(mark);
    int taken = 0;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      int width = width(c);
      if (taken + width > room) {
        break;
      }
      taken += width;
      i += Character.charCount(c);
    }
    return text.substring(0, i) + mark;
  }

  /** Broken between words into lines of at most so many columns. */
  static String wrap(String text, int columns) {
    StringBuilder out = new StringBuilder();
    int taken = 0;
    for (String word : text.strip().split("\\s+", -1)) {
      int width = columns(word);
      if (taken > 0 && taken + 1 + width > columns) {
        out.append('\n');
        taken = 0;
      } else if (taken > 0) {
        out.append(' ');
        taken++;
      }
      out.append(word);
      taken += width;
    }
    return out.toString();
  }

  /**
   * A duration in at most two units: {@code 4 ms}, {@code 0.3 s}, {@code 42 s}, {@code 5 min 2 s}.
   */
  static String duration(Duration duration) {
    long millis = Math.max(0, duration.toMillis());
    if (millis < 100) {
      return millis + " ms";
    }
    if (millis < 10_000) {
      return String.format(Locale.ROOT, "%.1f s", Math.floor(millis / 100.0) / 10);
    }
    long seconds = millis / 1000;
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return two(seconds / 60, "min", seconds % 60, "s");
    }
    if (seconds < 86_400) {
      return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }
    return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  private static String two(long most, String unit, long rest, String smaller) {
    return most + " " + unit + (rest == 0 ? "" : " " + rest + " " + smaller);
  }

  /** One that somebody chose, or that is still to come: nobody says 5.0 seconds of it. */
  static String plannedDuration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    return seconds < 10 ? seconds + " s" : duration(duration);
  }

  /** A duration in seconds with three decimals, as a program wants it. */
  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", Math.max(0, duration.toMillis()) / 1000.0);
  }

  /** Bytes as people say them. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + (bytes == 1 ? " byte" : " bytes");
    }
    String[] units = {"kB", "MB", "GB", "TB", "PB"};
    double value = bytes;
    int unit = -1;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }

  /** {@code 1 job}, {@code 2 jobs}. */
  static String count(long number, String one) {
    return number + " " + one + (number == 1 ? "" : "s");
  }

  /**
   * A duration as people type it: {@code 30}, {@code 30s}, {@code 5m}, {@code 2h30m}, {@code 1d}.
   *
   * @throws Trouble with exit code 2, naming the option
   */
  static Duration parseDuration(String option, String text) throws Trouble {
    return WrittenDuration.parseOrSeconds(text)
        .orElseThrow(
            () ->
                Trouble.usage(
                    option
                        + " wants a duration such as 30s, 5m, 2h30m or 1d, not "
                        + quoted(text)));
  }
}
