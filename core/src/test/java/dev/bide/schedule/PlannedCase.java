package dev.bide.schedule;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule, its bounds, and the runs that it should have while somebody watches the clock.
 *
 * @param start nothing is planned before it; null for no bound
 * @param end nothing is planned after it; null for no bound
 */
record PlannedCase(
    Trigger trigger, @Nullable Instant start, @Nullable Instant end, List<WallClock.Run> expected) {

  private static final Instant LONG_AGO = Instant.parse("2011-01-01T00:00:00Z");

  /** Rules with more runs are tried in the hours around a change only. */
  private static final int OFTEN = 2_000;

  /** Each with the same said in Java, apart from the code that reads it. */
  private static final Map<String, Predicate<LocalDateTime>> EXPRESSIONS = new LinkedHashMap<>();

  static {
    EXPRESSIONS.put("30 2 * * *", at(2, 30));
    EXPRESSIONS.put("@daily", at(0, 0));
    EXPRESSIONS.put(
        "0,15,59 1-3 * * *",
        t -> Set.of(0, 15, 59).contains(t.getMinute()) && t.getHour() >= 1 && t.getHour() <= 3);
    EXPRESSIONS.put("* 2 * * *", t -> t.getHour() == 2);
    EXPRESSIONS.put("*/30 * * * *", t -> t.getMinute() % 30 == 0);
    EXPRESSIONS.put("* */4 * * *", t -> t.getHour() % 4 == 0);
    EXPRESSIONS.put("* * * * *", t -> true);
    EXPRESSIONS.put("@hourly", t -> t.getMinute() == 0);
    EXPRESSIONS.put("7 */2 * * *", t -> t.getMinute() == 7 && t.getHour() % 2 == 0);
    EXPRESSIONS.put("7 0-23/2 * * *", t -> t.getMinute() == 7 && t.getHour() % 2 == 0);
    EXPRESSIONS.put(
        "45 0,1,23 * * sun",
        t ->
            t.getMinute() == 45
                && Set.of(0, 1, 23).contains(t.getHour())
                && t.getDayOfWeek() == DayOfWeek.SUNDAY);
    EXPRESSIONS.put("0 3 L * 6", at(3, 0).and(last().or(on(DayOfWeek.SATURDAY))));
    EXPRESSIONS.put("30 0-3 L * *", t -> t.getMinute() == 30 && t.getHour() <= 3 && isLast(t));
    EXPRESSIONS.put(
        "*/20 * L,1 * fri",
        t ->
            t.getMinute() % 20 == 0
                && (isLast(t) || t.getDayOfMonth() == 1 || t.getDayOfWeek() == DayOfWeek.FRIDAY));
    EXPRESSIONS.put(
        "30 1,2 1-7,28-31 3,4,10-11 sun",
        t ->
            t.getMinute() == 30
                && Set.of(1, 2).contains(t.getHour())
                && Set.of(3, 4, 10, 11).contains(t.getMonthValue())
                && (t.getDayOfMonth() <= 7
                    || t.getDayOfMonth() >= 28
                    || t.getDayOfWeek() == DayOfWeek.SUNDAY));
    EXPRESSIONS.put(
        "30 2 */2 * sun", at(2, 30).and(on(DayOfWeek.SUNDAY)).and(t -> t.getDayOfMonth() % 2 == 1));
    EXPRESSIONS.put(
        "30 2 * * 7L",
        at(2, 30)
            .and(on(DayOfWeek.SUNDAY))
            .and(t -> t.getDayOfMonth() > t.toLocalDate().lengthOfMonth() - 7));
    EXPRESSIONS.put(
        "0 2 ? * 0#2",
        at(2, 0)
            .and(on(DayOfWeek.SUNDAY))
            .and(t -> t.getDayOfMonth() >= 8 && t.getDayOfMonth() <= 14));
  }

  private static Predicate<LocalDateTime> at(int hour, int minute) {
    return t -> t.getHour() == hour && t.getMinute() == minute;
  }

  private static Predicate<LocalDateTime> on(DayOfWeek day) {
    return t -> t.getDayOfWeek() == day;
  }

  private static Predicate<LocalDateTime> last() {
    return PlannedCase::isLast;
  }

  private static boolean isLast(LocalDateTime time) {
    return time.plusDays(1).getDayOfMonth() == 1;
  }

  /** One that is worked out when it is asked for. */
  @FunctionalInterface
  interface Maker {
    PlannedCase make() throws InvalidTrigger;
  }

  /** Cron, intervals and named times around a change of the clocks, with bounds and without. */
  static List<Maker> around(Instant change, WallClock clock, Random random) {
    Duration moment = Duration.ofMillis(random.nextInt(7_200_000));
    Instant shortlyBefore = change.minus(moment);
    Instant shortlyAfter = change.plus(moment);
    Instant hoursBefore = change.minus(Duration.ofHours(5));
    Instant hoursAfter = change.plus(Duration.ofHours(5));
    List<Maker> cases = new ArrayList<>();
    for (String expression : EXPRESSIONS.keySet()) {
      cases.add(
          () -> {
            PlannedCase each = cron(expression, clock);
            boolean often = each.expected.size() > OFTEN;
            return often ? each.bounded(hoursBefore, hoursAfter) : each;
          });
    }
    Instant dayAfter = change.plus(Duration.ofDays(1));
    cases.add(() -> cron("30 2 * * *", clock).bounded(change, dayAfter));
    cases.add(() -> cron("*/15 * * * *", clock).bounded(shortlyBefore, shortlyAfter));
    cases.add(() -> cron("*/15 1-3 * * *", clock).bounded(shortlyBefore, shortlyAfter));
    cases.add(() -> every("PT1H30M", LONG_AGO, clock, null, null));
    cases.add(() -> every("PT24H", LONG_AGO.plusMillis(9_000_001), clock, null, null));
    cases.add(() -> every("PT25H", change, clock, null, null));
    cases.add(() -> every("PT7H13M0.250S", shortlyBefore, clock, null, null));
    cases.add(() -> every("PT10M", LONG_AGO, clock, shortlyBefore, shortlyAfter));
    cases.add(() -> every("PT61S", shortlyBefore, clock, null, hoursAfter));
    cases.add(
        () ->
            every(
                "PT1S",
                change.minusSeconds(90),
                clock,
                change.minusSeconds(30),
                change.plusSeconds(30)));
    cases.add(() -> instants(change, clock, random));
    return cases;
  }

  private static PlannedCase cron(String expression, WallClock clock) throws InvalidTrigger {
    Predicate<LocalDateTime> times =
        switch (expression) {
          case "*/15 * * * *" -> t -> t.getMinute() % 15 == 0;
          case "*/15 1-3 * * *" ->
              t -> t.getMinute() % 15 == 0 && t.getHour() >= 1 && t.getHour() <= 3;
          default -> EXPRESSIONS.get(expression);
        };
    boolean passes =
        expression.equals("@hourly")
            || (!expression.startsWith("@") && expression.split(" ", -1)[1].startsWith("*"));
    return new PlannedCase(
        CronTrigger.of(expression),
        null,
        null,
        passes ? clock.wheneverShown(times) : clock.onceEach(times));
  }

  private static PlannedCase every(
      String interval,
      Instant first,
      WallClock clock,
      @Nullable Instant start,
      @Nullable Instant end)
      throws InvalidTrigger {
    Duration each = Duration.parse(interval);
    List<WallClock.Run> runs = clock.stopwatch(first, each, end == null ? clock.to() : end);
    return new PlannedCase(IntervalTrigger.of(first, each), start, end, within(runs, start, end));
  }

  /** In no order, some twice, some of them at the change itself. */
  private static PlannedCase instants(Instant change, WallClock clock, Random random)
      throws InvalidTrigger {
    List<Instant> named = new ArrayList<>();
    named.add(change.plusMillis(1));
    named.add(change);
    named.add(change.minusMillis(1));
    named.add(change);
    long span = Duration.between(clock.from(), clock.to()).toMillis();
    for (int i = 0; i < 40; i++) {
      named.add(clock.from().plusMillis((long) (random.nextDouble() * span)));
      named.add(change.plusMillis(random.nextInt(14_400_000) - 7_200_000));
    }
    return new PlannedCase(
        InstantsTrigger.of(named), null, null, clock.at(List.copyOf(new TreeSet<>(named))));
  }

  private PlannedCase bounded(Instant from, Instant upTo) {
    return new PlannedCase(trigger, from, upTo, within(expected, from, upTo));
  }

  private static List<WallClock.Run> within(
      List<WallClock.Run> runs, @Nullable Instant from, @Nullable Instant upTo) {
    return runs.stream()
        .filter(run -> from == null || !run.instant().isBefore(from))
        .filter(run -> upTo == null || !run.instant().isAfter(upTo))
        .toList();
  }

  Timetable timetable(WallClock clock, MissedRunPolicy missed) {
    return new Timetable(
        trigger, clock.zone(), start, end, missed, Duration.ofDays(100_000), Integer.MAX_VALUE);
  }

  /** For a message, and for the reckoning of others: rule, bounds and expected runs. */
  String line(WallClock clock, List<Instant> found) {
    return String.join(
        "\t",
        clock.zone().getId(),
        clock.from().toString(),
        clock.to().toString(),
        trigger.text(),
        String.valueOf(start),
        String.valueOf(end),
        found.stream()
            .map(run -> "" + Duration.between(clock.from(), run).toMillis())
            .collect(Collectors.joining(" ")));
  }
}
