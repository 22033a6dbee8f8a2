package dev.bide.checks.bench;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.engine.Event;
import dev.bide.job.JobSpec;
import dev.bide.schedule.InstantsTrigger;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Very many schedules: all due at one instant, and all with a day behind them. */
final class ManySchedules {
  private static final Duration DAY = Duration.ofDays(1);

  private final Path parent;
  private final int count;

  ManySchedules(Path parent, int count) {
    this.parent = parent;
    this.count = count;
  }

  /**
   * What came out.
   *
   * @param seconds until each of them was decided about and all of it on disk
   * @param submits milliseconds of the submits one after another meanwhile
   */
  record Result(double seconds, List<Double> submits) {}

  /** All due at one instant, while somebody submits. */
  Result atOneInstant() throws Exception {
    try (Bide bide = open(Clock.systemUTC(), Files.createTempDirectory(parent, "herd-"))) {
      Instant instant = Instant.now().plusSeconds(5 + count / 500);
      add(bide, new InstantsTrigger(List.of(instant)));
      if (!Instant.now().isBefore(instant.minusMillis(500))) {
        throw new IllegalStateException("it took too long to add " + count + " schedules");
      }
      CountDownLatch decided = new CountDownLatch(count);
      bide.listen(
          event -> {
            if (event instanceof Event.JobChanged changed
                && changed.job().terms().schedule() != null) {
              decided.countDown();
            }
          });
      TimeUnit.MILLISECONDS.sleep(Math.max(0, Duration.between(Instant.now(), instant).toMillis()));
      return measure(bide, decided, Duration.between(instant, Instant.now()));
    }
  }

  /** A day of hourly runs that nobody was there for: the time until all is made good. */
  Result afterADay() throws Exception {
    Path home = Files.createTempDirectory(parent, "day-");
    Instant begin = Instant.now();
    try (Bide bide = open(Clock.offset(Clock.systemUTC(), DAY.negated()), home)) {
      add(
          bide,
          new IntervalTrigger(begin.minus(DAY).plus(Duration.ofMinutes(30)), Duration.ofHours(1)));
    }
    long began = System.nanoTime();
    try (Bide bide = open(Clock.systemUTC(), home)) {
      Set<String> open = ConcurrentHashMap.newKeySet();
      bide.schedules().list().stream()
          .filter(schedule -> schedule.standing().decided().isBefore(begin))
          .forEach(schedule -> open.add(schedule.name()));
      CountDownLatch decided = new CountDownLatch(open.size());
      bide.listen(
          event -> {
            if (event instanceof Event.ScheduleChanged changed
                && !changed.schedule().standing().decided().isBefore(begin)
                && open.remove(changed.schedule().name())) {
              decided.countDown();
            }
          });
      // what was decided between the look and the listening
      bide.schedules().list().stream()
          .filter(schedule -> !schedule.standing().decided().isBefore(begin))
          .filter(schedule -> open.remove(schedule.name()))
          .forEach(schedule -> decided.countDown());
      return measure(bide, decided, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private static Result measure(Bide bide, CountDownLatch decided, Duration before)
      throws Exception {
    long began = System.nanoTime();
    List<Double> submits = new ArrayList<>();
    while (decided.getCount() > 0) {
      long asked = System.nanoTime();
      bide.submit(JobSpec.of("true")).get();
      submits.add((System.nanoTime() - asked) / 1e6);
    }
    return new Result((System.nanoTime() - began) / 1e9 + before.toNanos() / 1e9, submits);
  }

  private static Bide open(Clock clock, Path parent) throws Exception {
    Bide bide = Bide.open(BideConfig.of(parent.resolve("home")).withClock(clock));
    bide.change("default", null, true).get();
    return bide;
  }

  private void add(Bide bide, Trigger trigger) throws Exception {
    List<CompletableFuture<Schedule>> asked = new ArrayList<>();
    Instant now = Instant.now().minus(DAY.multipliedBy(2));
    for (int index = 0; index < count; index++) {
      asked.add(
          bide.schedules()
              .add(
                  new Schedule(
                      "schedule-" + index,
                      JobSpec.of("true"),
                      new Timetable(
                          trigger, ZoneOffset.UTC, null, null, MissedRunPolicy.ONCE, DAY, 100),
                      OverlapPolicy.SKIP,
                      Duration.ZERO,
                      0,
                      now,
                      Schedule.Standing.from(
                          trigger instanceof IntervalTrigger every
                              ? every.first().minusMillis(1)
                              : Instant.now()))));
      if (asked.size() % 1_000 == 0) {
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).get();
      }
    }
    CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).get();
  }
}
