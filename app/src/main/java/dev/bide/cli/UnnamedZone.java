package dev.bide.cli;

import java.time.ZoneId;
import java.util.TimeZone;
import java.util.regex.Pattern;

/** What is said where Java knows an offset alone and nobody named one: clocks may change there. */
final class UnnamedZone {
  /** A name and hours west of Greenwich, as POSIX has them, and no summer time. */
  private static final Pattern OFFSET =
      Pattern.compile("(<[^>]+>|[A-Za-z]{3,})[+-]?\\d{1,2}(:\\d\\d){0,2}");

  private UnnamedZone() {}

  /** Warns, wherever standard error goes; {@code remedy} is what else helps, or empty. */
  static void warn(Call call, String remedy) {
    ZoneId zone = ZoneId.systemDefault();
    String tz = call.caller().variables().getOrDefault("TZ", "");
    if (tz.isEmpty() || isNamed(tz.startsWith(":") ? tz.substring(1) : tz)) {
      return;
    }
    if (zone.getRules().isFixedOffset() && zone.getId().startsWith("GMT")) {
      call.console()
          .message(
              "bide: TZ="
                  + Text.visible(tz)
                  + " names no time zone that is known here, so times are read as "
                  + zone.getId()
                  + " all the year: say "
                  + remedy
                  + "TZ=Europe/Berlin or the like");
    }
  }

  private static boolean isNamed(String tz) {
    return tz.isEmpty()
        || OFFSET.matcher(tz).matches()
        || !TimeZone.getTimeZone(tz).getID().equals("GMT")
        || tz.equals("GMT");
  }
}
