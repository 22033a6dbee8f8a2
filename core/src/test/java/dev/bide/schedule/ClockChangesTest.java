package dev.bide.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.Year;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Three days before and after each change of the clocks, 2020 to 2037, every planned run of every
 * kind of rule comes when somebody who watches a clock on the wall would start it; whenever it is
 * asked, as after a restart, and also in passes that miss some. A sample of the zones and rules, or
 * with {@code -Dbide.zones=all} all of them. With {@code -Dbide.planned=FILE} what was planned is
 * written down too, for {@code checks/zones/compare}, which reckons it again in another language.
 */
class ClockChangesTest {
  private static final int FIRST_YEAR = 2020;
  private static final int LAST_YEAR = 2037;
  private static final int SAMPLE = 8;

  /** Of a sample, one change in so many is looked at, and there one rule in so many. */
  private static final int ONE_CHANGE_IN = 3;

  private static final int ONE_RULE_IN = 8;

  /** A rule with more runs around one change is tried with one policy at each. */
  private static final int DENSE = 500;

  /** More runs of one rule around one change are not written down. */
  private static final int MOST_WRITTEN = 1_000;

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

  private final boolean all = "all".equals(System.getProperty("bide.zones"));
  private final long seed = Long.getLong("bide.zones.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<String> wrong = new ArrayList<>();
  private long asked;
  private long passes;
  private long twice;

  @Test
  void everyRunIsPlannedOnceWhereTheClocksChange() throws Exception {
    System.out.printf(
        "%s, zone data %s, seed %d%n",
        all ? "all zones" : "a sample of the zones",
        ZoneRulesProvider.getVersions("UTC").lastKey(),
        seed);
    int changes = 0;
    int zones = 0;
    int rules = 0;
    long planned = 0;
    Set<ZoneRules> done = new HashSet<>();
    try (PrintWriter record = record()) {
      for (ZoneId zone : all ? allZones() : sample()) {
        if (!done.add(zone.getRules())) {
          continue; // another name of the same
        }
        zones++;
        for (ZoneOffsetTransition change : changes(zone)) {
          changes++;
          Instant from = change.getInstant().minus(Duration.ofDays(3));
          Instant to = change.getInstant().plus(Duration.ofDays(3));
          WallClock clock = new WallClock(from, to, zone);
          for (PlannedCase.Maker rule : PlannedCase.around(change.getInstant(), clock, random)) {
            if (all || random.nextInt(ONE_RULE_IN) == 0) {
              PlannedCase each = rule.make();
              rules++;
              planned += each.expected().size();
              plan(each, clock, change.getInstant(), record);
            }
          }
        }
      }
    }
    System.out.printf(
        "%d zones that differ, %d changes of their clocks, %d rules, %d runs planned;"
            + " asked at %d instants, in %d passes; %d wrong, %d twice%n",
        zones, changes, rules, planned, asked, passes, wrong.size(), twice);
    assertThat(wrong).isEmpty();
    assertThat(twice).isZero();
    assertThat(changes).isGreaterThan(100);
  }

  @Test
  void aTimeThatIsTypedIsWhenTheClockFirstShowsIt() throws Exception {
    int times = 0;
    Set<ZoneRules> done = new HashSet<>();
    for (ZoneId zone : all ? allZones() : sample()) {
      if (!done.add(zone.getRules())) {
        continue;
      }
      for (ZoneOffsetTransition change : changes(zone)) {
        Instant at = change.getInstant();
        WallClock clock =
            new WallClock(at.minus(Duration.ofDays(1)), at.plus(Duration.ofDays(1)), zone);
        for (int minutes = -300; minutes <= 300; minutes += all ? 10 : 50) {
          var local = change.getDateTimeBefore().plusMinutes(minutes);
          times++;
          assertThat(WrittenTime.any(local.toString(), at, zone, false))
              .as("%s in %s", local, zone)
              .isEqualTo(clock.firstOf(local));
        }
      }
    }
    System.out.printf("%d times that were typed, 0 wrong%n", times);
  }

  private void plan(PlannedCase each, WallClock clock, Instant change, PrintWriter record) {
    Timetable timetable = each.timetable(clock, MissedRunPolicy.ALL);
    List<Occurrence> found = planned(timetable, clock);
    List<Instant> instants = found.stream().map(Occurrence::instant).toList();
    if (instants.size() <= MOST_WRITTEN) {
      record.println(each.line(clock, instants));
    }
    Set<String> keys = new HashSet<>();
    found.stream().filter(run -> !keys.add(run.key())).forEach(run -> twice++);
    List<WallClock.Run> runs =
        found.stream().map(run -> new WallClock.Run(run.instant(), run.clockChange())).toList();
    if (!runs.equals(each.expected())) {
      wrong.add(each.line(clock, instants) + "\n  expected " + each.expected());
      return;
    }
    askAnywhere(timetable, clock, change, found);
    List<MissedRunPolicy> policies = List.of(MissedRunPolicy.values());
    for (MissedRunPolicy policy :
        found.size() <= DENSE ? policies : List.of(policies.get(random.nextInt(policies.size())))) {
      decideInPasses(each.timetable(clock, policy), clock, found);
    }
  }

  /** One after the other, up to one that is not later than the one before. */
  private static List<Occurrence> planned(Timetable timetable, WallClock clock) {
    List<Occurrence> found = new ArrayList<>();
    Instant after = clock.from().minusNanos(1);
    Occurrence next = timetable.next(after);
    while (next != null && next.instant().isBefore(clock.to())) {
      found.add(next);
      if (!next.instant().isAfter(after)) {
        return found;
      }
      after = next.instant();
      next = timetable.next(after);
    }
    return found;
  }

  /** Each answer is the first run after the instant, as if nothing had been asked before. */
  private void askAnywhere(
      Timetable timetable, WallClock clock, Instant change, List<Occurrence> found) {
    for (int i = 0; i < found.size(); i++) {
      Instant at = found.get(i).instant();
      ask(timetable, clock, found, i, at.minusNanos(1));
      ask(timetable, clock, found, i + 1, at);
      ask(timetable, clock, found, i + 1, at.plusNanos(1));
    }
    int next = 0;
    Instant at = clock.from();
    while (at.isBefore(clock.to())) {
      while (next < found.size() && !found.get(next).instant().isAfter(at)) {
        next++;
      }
      ask(timetable, clock, found, next, at);
      boolean near = Duration.between(at, change).abs().compareTo(Duration.ofHours(6)) < 0;
      at = at.plus(near ? Duration.ofMinutes(1) : Duration.ofMinutes(17));
    }
  }

  private void ask(
      Timetable timetable, WallClock clock, List<Occurrence> found, int first, Instant after) {
    asked++;
    Occurrence next = timetable.next(after);
    boolean right =
        first < found.size()
            ? found.get(first).equals(next)
            : next == null || !next.instant().isBefore(clock.to());
    if (!right) {
      wrong.add(
          "%s in %s asked after %s: %s"
              .formatted(timetable.trigger().text(), timetable.zone(), after, next));
    }
  }

  /** Each pass has what lies between the one before and itself, begun or counted as missed. */
  private void decideInPasses(Timetable timetable, WallClock clock, List<Occurrence> found) {
    Instant decided = clock.from().minusMillis(1);
    int next = 0;
    while (decided.isBefore(clock.to().minusMillis(1))) {
      Instant now = earlier(decided.plus(pause()), clock.to().minusMillis(1));
      List<Occurrence> between = new ArrayList<>();
      while (next < found.size() && !found.get(next).instant().isAfter(now)) {
        between.add(found.get(next));
        next++;
      }
      passes++;
      Due due = Due.at(timetable, decided, decided, now);
      if (!due.runs().equals(toBegin(timetable.missed(), between, now))
          || !isCounted(due.skipped(), between, due.runs())) {
        wrong.add(
            "%s in %s, %s, from %s to %s: %s"
                .formatted(
                    timetable.trigger().text(),
                    timetable.zone(),
                    timetable.missed(),
                    decided,
                    now,
                    due));
      }
      decided = now;
    }
  }

  private Duration pause() {
    return switch (random.nextInt(4)) {
      case 0 -> Duration.ofMillis(random.nextInt(600_000) + 1);
      case 1 -> Duration.ofMinutes(random.nextInt(600) + 1);
      case 2 -> Duration.ofHours(random.nextInt(20) + 1);
      default -> Duration.ofDays(random.nextInt(3) + 1);
    };
  }

  /** What is not late begins; of the rest all, none, or the newest where nothing else begins. */
  private static List<Occurrence> toBegin(
      MissedRunPolicy missed, List<Occurrence> between, Instant now) {
    List<Occurrence> punctual =
        between.stream().filter(run -> run.instant().isAfter(now.minusSeconds(60))).toList();
    return switch (missed) {
      case ALL -> between;
      case SKIP -> punctual;
      case ONCE ->
          punctual.isEmpty() && !between.isEmpty()
              ? between.subList(between.size() - 1, between.size())
              : punctual;
    };
  }

  private static boolean isCounted(
      Due.@Nullable Skipped skipped, List<Occurrence> between, List<Occurrence> begun) {
    int missing = between.size() - begun.size();
    return missing == 0
        ? skipped == null
        : skipped != null
            && skipped.count() == Math.min(missing, Due.MOST_COUNTED)
            && skipped.first().equals(between.get(0).instant());
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static PrintWriter record() throws IOException {
    String file = System.getProperty("bide.planned");
    PrintWriter record =
        new PrintWriter(
            file == null ? Writer.nullWriter() : Files.newBufferedWriter(Path.of(file)));
    record.println("# zone data " + ZoneRulesProvider.getVersions("UTC").lastKey());
    return record;
  }

  private List<ZoneOffsetTransition> changes(ZoneId zone) {
    List<ZoneOffsetTransition> changes = new ArrayList<>();
    int nth = random.nextInt(ONE_CHANGE_IN);
    Instant at = Year.of(FIRST_YEAR).atDay(1).atStartOfDay(zone).toInstant();
    Instant end = Year.of(LAST_YEAR + 1).atDay(1).atStartOfDay(zone).toInstant();
    while (true) {
      ZoneOffsetTransition next = zone.getRules().nextTransition(at);
      if (next == null || !next.getInstant().isBefore(end)) {
        return changes;
      }
      if (all || nth++ % ONE_CHANGE_IN == 0) {
        changes.add(next);
      }
      at = next.getInstant();
    }
  }

  private static List<ZoneId> allZones() {
    return ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
  }

  private List<ZoneId> sample() {
    List<ZoneId> others = new ArrayList<>(allZones());
    Collections.shuffle(others, random);
    List<ZoneId> sample = new ArrayList<>(ODD.stream().map(ZoneId::of).toList());
    sample.addAll(others.subList(0, SAMPLE));
    return sample;
  }
}
