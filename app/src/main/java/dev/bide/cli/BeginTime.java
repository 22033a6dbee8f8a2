package dev.bide.cli;

import dev.bide.schedule.ClockChange;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.WrittenTime;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Instants as people type them and read them, always with the zone that is meant. */
final class BeginTime {
  private static final DateTimeFormatter THIS_YEAR =
      DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter ANOTHER_YEAR =
      DateTimeFormatter.ofPattern("EEE d MMM yyyy HH:mm", Locale.ENGLISH);

  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter DAY_OF_A_YEAR =
      DateTimeFormatter.ofPattern("d MMM yyyy HH:mm", Locale.ENGLISH);

  /** Everything that a person may plan lies before the year 10000. */
  private static final Duration LONGEST = Duration.ofDays(3653);

  private BeginTime() {}

  /** What {@code --at} or {@code --in} asks for, or null where neither is given. */
  static @Nullable Instant asked(Call call, Instant now) throws Trouble {
    String at = call.arguments().value("at");
    String in = call.arguments().value("in");
    if (at != null && in != null) {
      throw Trouble.usage("--at and --in do not go together: say when, or how long from now");
    }
    if (in != null) {
      Duration wait = Text.parseDuration("--in", in);
      if (wait.compareTo(LONGEST) > 0) {
        throw Trouble.usage("--in takes at most 3653d (ten years), not " + Text.quoted(in));
      }
      return now.plus(wait);
    }
    if (at == null) {
      return null;
    }
    WrittenTime time = later("--at", at, now, ZoneId.systemDefault());
    sayWhatTheClocksDo(call, time);
    return time.instant();
  }

  private static void sayWhatTheClocksDo(Call call, WrittenTime time) {
    if (time.clockChange() == ClockChange.GAP) {
      call.console().hint("the clocks leave that time out: it starts when they have gone forward");
    } else if (time.clockChange() == ClockChange.OVERLAP) {
      call.console().hint("the clocks show that time twice: it starts at the first");
    }
  }

  /** A time that is still to come. */
  static WrittenTime later(String option, String text, Instant now, ZoneId zone) throws Trouble {
    try {
      return WrittenTime.parse(text, now, zone);
    } catch (InvalidTrigger e) {
      throw refused(option, e);
    }
  }

  /**
   * A time that may be over: a date, with or without a time of day and an offset, or whatever
   * {@link #later} takes.
   *
   * @param endOfDay true where a date alone means its last millisecond
   */
  static Instant any(String option, String text, Instant now, ZoneId zone, boolean endOfDay)
      throws Trouble {
    try {
      return WrittenTime.any(text, now, zone, endOfDay);
    } catch (InvalidTrigger e) {
      throw refused(option, e);
    }
  }

  private static Trouble refused(String option, InvalidTrigger e) {
    return Trouble.usage(option + ": " + Text.visible(String.valueOf(e.getMessage())));
  }

  /** A zone by its name. */
  static ZoneId zone(String option, String name) throws Trouble {
    try {
      return ZoneId.of(name.strip());
    } catch (DateTimeException e) {
      String near = Suggestion.nearest(name.strip(), ZoneId.getAvailableZoneIds());
      throw Trouble.usage(
          option
              + ": no time zone "
              + Text.quoted(name)
              + (near == null
                  ? "; they are written as Europe/Berlin"
                  : ": did you mean " + near + "?"));
    }
  }

  /** {@code Wed 2 Dec 02:00 Europe/Berlin}; with seconds only where they are not zero. */
  static String local(Instant instant, ZoneId zone, Instant now) {
    ZonedDateTime local = instant.atZone(zone);
    DateTimeFormatter format =
        local.getYear() == now.atZone(zone).getYear() ? THIS_YEAR : ANOTHER_YEAR;
    String seconds =
        local.getSecond() == 0 ? "" : String.format(Locale.ROOT, ":%02d", local.getSecond());
    return format.format(local) + seconds + " " + zone.getId();
  }

  /** {@code 02:00} today, {@code 2 Dec 02:00} on another day of this year. */
  static String shortly(Instant instant, ZoneId zone, Instant now) {
    ZonedDateTime local = instant.atZone(zone);
    LocalDate today = now.atZone(zone).toLocalDate();
    return (local.toLocalDate().equals(today)
            ? TIME_OF_DAY
            : local.getYear() == today.getYear() ? DAY : DAY_OF_A_YEAR)
        .format(local);
  }

  /** What {@link #local} says, with how long that is from now. */
  static String localAndHowLong(Instant instant, ZoneId zone, Instant now) {
    Duration until = Duration.between(now, instant);
    return local(instant, zone, now)
        + (until.isNegative() ? "" : ", in " + Text.duration(roundedUp(until)));
  }

  /** Nobody wants to read "in 59 s" of what was asked to start in a minute. */
  private static Duration roundedUp(Duration until) {
    return until.toMillis() % 1000 == 0 ? until : Duration.ofSeconds(until.toSeconds() + 1);
  }
}
