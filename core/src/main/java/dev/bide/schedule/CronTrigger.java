package dev.bide.schedule;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/**
 * By the wall clock, as cron(8) reads it. Where the clocks change, a fixed hour runs once: what
 * falls into the gap at its end (several together), what comes twice at its first pass. An hour
 * field that begins with {@code *} follows the time that passes: both passes run, and what the
 * clocks leave out is left out.
 */
public record CronTrigger(CronExpression expression) implements Trigger {
  static final String KIND = "cron";

  /** The same for what a person typed. */
  public static CronTrigger of(String text) throws InvalidTrigger {
    return new CronTrigger(CronExpression.parse(text));
  }

  @Override
  public String text() {
    return KIND + " " + expression;
  }

  @Override
  public @Nullable Occurrence next(Instant after, ZoneId zone) {
    if (!Moments.isSupported(after)) {
      return null;
    }
    ZoneRules rules = zone.getRules();
    return expression.hasFixedHour() ? byWallClock(after, rules) : byTimeThatPasses(after, rules);
  }

  /** Local times in order have instants in order, as each stands for the first one it can be. */
  private @Nullable Occurrence byWallClock(Instant after, ZoneRules rules) {
    LocalDateTime local =
        Moments.local(after, rules.getOffset(after)).truncatedTo(ChronoUnit.MINUTES);
    while (true) {
      local = expression.nextOrSame(local);
      if (local == null) {
        return null;
      }
      Occurrence first = Moments.at(local, rules);
      if (first.instant().isAfter(after)) {
        return Moments.isSupported(first.instant()) ? first : null;
      }
      local = local.plusMinutes(1);
    }
  }

  /** From one change of the clocks to the next the offset stays the same. */
  private @Nullable Occurrence byTimeThatPasses(Instant after, ZoneRules rules) {
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime from =
        Moments.local(after, offset).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    Instant known = after;
    while (true) {
      LocalDateTime local = expression.nextOrSame(from);
      if (local == null) {
        return null;
      }
      Instant instant = local.toInstant(offset);
      ZoneOffsetTransition change = rules.nextTransition(known);
      if (change == null || instant.isBefore(change.getInstant())) {
        return Moments.at(instant, rules);
      }
      known = change.getInstant();
      offset = change.getOffsetAfter();
      from = ceiling(change.getDateTimeAfter());
    }
  }

  private static LocalDateTime ceiling(LocalDateTime local) {
    LocalDateTime minute = local.truncatedTo(ChronoUnit.MINUTES);
    return minute.equals(local) ? minute : minute.plusMinutes(1);
  }
}
