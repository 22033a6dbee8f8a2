package dev.bide.retention;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much room logs may take: a share of the file system, or so many bytes.
 *
 * @param percent of the file system; 0 where bytes are meant
 * @param bytes where no share is meant
 */
public record LogLimit(double percent, long bytes) {
  /** Without a limit. */
  public static final LogLimit NONE = new LogLimit(0, Long.MAX_VALUE);

  private static final Pattern WRITTEN =
      Pattern.compile("([0-9]{1,12})(?:\\.([0-9]))? ?(%|b|kb|mb|gb|tb|)");

  /** A share of the file system. */
  public static LogLimit percent(double percent) {
    return new LogLimit(percent, 0);
  }

  /** So many bytes. */
  public static LogLimit bytes(long bytes) {
    return new LogLimit(0, bytes);
  }

  /** From words such as {@code 10%}, {@code 20GB}, {@code 50 MB} or {@code none}; else null. */
  public static @Nullable LogLimit of(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("none")) {
      return NONE;
    }
    Matcher matcher = WRITTEN.matcher(lower);
    if (!matcher.matches()) {
      return null;
    }
    double number =
        Double.parseDouble(
            matcher.group(1) + "." + (matcher.group(2) == null ? "0" : matcher.group(2)));
    String unit = matcher.group(3);
    if (unit.equals("%")) {
      return number > 0 && number <= 100 ? percent(number) : null;
    }
    double factor =
        switch (unit) {
          case "kb" -> 1e3;
          case "mb" -> 1e6;
          case "gb" -> 1e9;
          case "tb" -> 1e12;
          default -> 1;
        };
    return number * factor < 1e18 ? bytes((long) (number * factor)) : null;
  }

  /** In bytes, on a file system of this size. */
  public long bytesOf(long fileSystem) {
    return percent > 0 ? (long) (fileSystem / 100.0 * percent) : bytes;
  }

  /** As it is written in the settings. */
  public String text() {
    if (equals(NONE)) {
      return "none";
    }
    if (percent > 0) {
      String number = Double.toString(percent);
      return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number) + "%";
    }
    String[] units = {"TB", "GB", "MB", "kB"};
    long factor = 1_000_000_000_000L;
    for (String unit : units) {
      if (bytes >= factor && bytes % factor == 0) {
        return bytes / factor + unit;
      }
      factor /= 1000;
    }
    return Long.toString(bytes);
  }
}
