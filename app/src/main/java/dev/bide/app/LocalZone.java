package dev.bide.app;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The time zone that {@code TZ} means, where Java reads it otherwise than all other programs: of a
 * file with rules it takes the offset of this moment, which is wrong once the clocks change, and
 * the hours of {@code GMT+2} it counts to the wrong side.
 */
final class LocalZone {
  private static final String RULES = "/zoneinfo/";

  /** The same rules with another count of seconds, below which Java knows no zone. */
  private static final Pattern COUNT = Pattern.compile("^(posix|right)/");

  private static final Pattern HOURS = Pattern.compile("GMT([+-])(\\d{1,2})(?::(\\d{2}))?");

  private LocalZone() {}

  /** Has all of this process go by it. */
  static void set(@Nullable String tz) {
    ZoneId zone = tz == null ? null : meantBy(tz);
    if (zone != null) {
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
    }
  }

  /** Null where Java reads it as it is meant, or nobody can. */
  static @Nullable ZoneId meantBy(String tz) {
    String text = tz.startsWith(":") ? tz.substring(1) : tz;
    if (text.startsWith("/")) {
      return ofFile(text);
    }
    if (COUNT.matcher(text).find()) {
      return named(text);
    }
    Matcher hours = HOURS.matcher(text);
    return hours.matches() ? west(hours) : null;
  }

  private static @Nullable ZoneId ofFile(String path) {
    try {
      String file = Path.of(path).toRealPath().toString();
      int begin = file.lastIndexOf(RULES);
      return begin < 0
          ? ZoneFiles.ofThisMachine().sameAs(Path.of(file))
          : named(file.substring(begin + RULES.length()));
    } catch (IOException | InvalidPathException unknown) {
      return null;
    }
  }

  private static @Nullable ZoneId named(String name) {
    try {
      return ZoneId.of(COUNT.matcher(name).replaceFirst(""));
    } catch (DateTimeException unknown) {
      return null;
    }
  }

  /** POSIX counts hours west of Greenwich. */
  private static @Nullable ZoneId west(Matcher hours) {
    String other = hours.group(1).equals("+") ? "-" : "+";
    String minutes = hours.group(3) == null ? "00" : hours.group(3);
    try {
      return ZoneId.ofOffset(
          "GMT",
          ZoneOffset.of(
              String.format(
                  Locale.ROOT, "%s%02d:%s", other, Integer.parseInt(hours.group(2)), minutes)));
    } catch (DateTimeException tooMany) {
      return null;
    }
  }
}
