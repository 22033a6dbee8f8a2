package dev.bide.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Three days before and after each change of the clocks, 2020 to 2037, every planned run comes when
 * somebody who watches a clock on the wall would start it. A sample of the zones, or with {@code
 * -Dbide.zones=all} all of them.
 */
class ClockChangesTest {
  private static final int FIRST_YEAR = 2020;
  private static final int LAST_YEAR = 2037;
  private static final int SAMPLE = 8;

  /** With changes of half an hour and of two hours, at midnight, around Ramadan, and none. */
  private static final List<String> ODD =
      List.of(
          "Europe/Berlin",
          "America/New_York",
          "Australia/Lord_Howe",
          "Antarctica/Troll",
          "Africa/Casablanca",
          "Africa/Cairo",
          "America/Nuuk",
          "Pacific/Chatham",
          "Asia/Kolkata",
          "America/Sao_Paulo");

  /** Each with the same said in Java, apart from the code that reads it. */
  private static final Map<String, Predicate<LocalDateTime>> EXPRESSIONS = new LinkedHashMap<>();

  static {
    EXPRESSIONS.put("30 2 * * *", t -> t.getHour() == 2 && t.getMinute() == 30);
    EXPRESSIONS.put("0 0 * * *", t -> t.getHour() == 0 && t.getMinute() == 0);
    EXPRESSIONS.put(
        "0,15,59 1-3 * * *",
        t -> Set.of(0, 15, 59).contains(t.getMinute()) && t.getHour() >= 1 && t.getHour() <= 3);
    EXPRESSIONS.put("* 2 * * *", t -> t.getHour() == 2);
    EXPRESSIONS.put("*/30 * * * *", t -> t.getMinute() % 30 == 0);
    EXPRESSIONS.put("7 */2 * * *", t -> t.getMinute() == 7 && t.getHour() % 2 == 0);
    EXPRESSIONS.put(
        "45 0,1,23 * * sun",
        t ->
            t.getMinute() == 45
                && Set.of(0, 1, 23).contains(t.getHour())
                && t.getDayOfWeek() == DayOfWeek.SUNDAY);
    EXPRESSIONS.put(
        "0 3 L * 6",
        t ->
            t.getMinute() == 0
                && t.getHour() == 3
                && (t.getDayOfMonth() == t.toLocalDate().lengthOfMonth()
                    || t.getDayOfWeek() == DayOfWeek.SATURDAY));
  }

  @Test
  void everyRunIsPlannedOnceWhereTheClocksChange() throws Exception {
    boolean all = "all".equals(System.getProperty("bide.zones"));
    long seed = System.nanoTime();
    System.out.println(all ? "all zones" : "a sample of the zones, seed " + seed);
    int changes = 0;
    int zones = 0;
    long planned = 0;
    List<String> wrong = new ArrayList<>();
    Set<ZoneRules> done = new HashSet<>();
    for (ZoneId zone : all ? allZones() : sample(seed)) {
      if (!done.add(zone.getRules())) {
        continue; // another name of the same
      }
      zones++;
      for (ZoneOffsetTransition change : changes(zone)) {
        changes++;
        Instant from = change.getInstant().minus(Duration.ofDays(3));
        Instant to = change.getInstant().plus(Duration.ofDays(3));
        WallClock clock = new WallClock(from, to, zone);
        for (Map.Entry<String, Predicate<LocalDateTime>> each : EXPRESSIONS.entrySet()) {
          boolean fixed = !each.getKey().split(" ", -1)[1].startsWith("*");
          List<Instant> expected =
              fixed ? clock.onceEach(each.getValue()) : clock.wheneverShown(each.getValue());
          List<Instant> found = planned(CronTrigger.of(each.getKey()), from, to, zone);
          planned += expected.size();
          if (!found.equals(expected)) {
            wrong.add(
                "%s in %s around %s:\n  %s\n  not %s"
                    .formatted(each.getKey(), zone, change, found, expected));
          }
        }
      }
    }
    System.out.printf(
        "%d zones that differ, %d changes of their clocks, %d runs planned, %d wrong%n",
        zones, changes, planned, wrong.size());
    assertThat(wrong).isEmpty();
    assertThat(changes).isGreaterThan(100);
  }

  /** Also when it is asked anew at any moment between two, as after a restart. */
  private static List<Instant> planned(Trigger trigger, Instant from, Instant to, ZoneId zone) {
    List<Instant> found = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    Instant at = from.minusSeconds(60);
    while (true) {
      Occurrence next = trigger.next(at, zone);
      if (next == null || !next.instant().isBefore(to)) {
        return found;
      }
      if (!next.instant().isBefore(from)) {
        found.add(next.instant());
      }
      assertThat(keys.add(next.key())).as("key %s twice", next.key()).isTrue();
      Instant between = at.plus(Duration.between(at, next.instant()).dividedBy(3));
      assertThat(trigger.next(between, zone)).as("asked at %s", between).isEqualTo(next);
      at = next.instant();
    }
  }

  private static List<ZoneOffsetTransition> changes(ZoneId zone) {
    List<ZoneOffsetTransition> changes = new ArrayList<>();
    Instant at = Year.of(FIRST_YEAR).atDay(1).atStartOfDay(zone).toInstant();
    Instant end = Year.of(LAST_YEAR + 1).atDay(1).atStartOfDay(zone).toInstant();
    while (true) {
      ZoneOffsetTransition next = zone.getRules().nextTransition(at);
      if (next == null || !next.getInstant().isBefore(end)) {
        return changes;
      }
      changes.add(next);
      at = next.getInstant();
    }
  }

  private static List<ZoneId> allZones() {
    return ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
  }

  private static List<ZoneId> sample(long seed) {
    List<ZoneId> others = new ArrayList<>(allZones());
    Collections.shuffle(others, new Random(seed));
    List<ZoneId> sample = new ArrayList<>(ODD.stream().map(ZoneId::of).toList());
    sample.addAll(others.subList(0, SAMPLE));
    return sample;
  }
}
