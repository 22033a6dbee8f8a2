package dev.bide.engine.simulation;

import dev.bide.engine.Command;
import dev.bide.engine.Engine;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.Occurrence;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.PlannedRun.Decision;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * The schedules of a seed, which every fifth one has, and what people do with them. All of it is
 * drawn apart from the plan, so that the histories of the other seeds stay as they are.
 */
final class Timers {
  private static final int EVERY = 5;

  /** Long enough for some hundred runs, few enough to be remembered all. */
  private static final Duration HORIZON = Duration.ofMinutes(90);

  private static final List<String> TRIGGERS =
      List.of(
          "cron * * * * *",
          "cron */5 * * * *",
          "cron 1-59/2 12-13 * * *",
          "every PT10S 2026-11-24T12:00:03Z",
          "every PT47S 2026-11-24T12:00:00.007Z",
          "every PT11M 2026-11-24T11:00:00Z",
          "at 2026-11-24T12:00:02Z 2026-11-24T12:00:02.500Z 2026-11-24T12:01:00Z");

  /** What can be done to a schedule, or to the clock for its sake. */
  private enum Deed {
    TIME_PASSES,
    PAUSE,
    RESUME,
    RUN,
    BACKFILL
  }

  private final Simulation simulation;
  private final List<Schedule> schedules;

  /** Those that were paused or resumed by people, and may have left something out for it. */
  private final Set<String> touched = new HashSet<>();

  Timers(Simulation simulation, Instant start) {
    this.simulation = simulation;
    this.schedules = drawn(simulation.plan.seed(), start);
  }

  List<Schedule> schedules() {
    return schedules;
  }

  private static List<Schedule> drawn(long seed, Instant start) {
    if (seed % EVERY != 0) {
      return List.of();
    }
    Random random = new Random(seed * 0xd1342543de82ef95L);
    random.nextInt();
    List<Schedule> schedules = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      schedules.add(schedule("t" + i, random, start));
    }
    return schedules;
  }

  private static Schedule schedule(String name, Random random, Instant start) {
    Duration[] jitters = {Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5)};
    Duration[] delays = {Duration.ZERO, Duration.ofMinutes(2), Duration.ofDays(1)};
    MissedRunPolicy[] missed = MissedRunPolicy.values();
    OverlapPolicy[] overlaps = OverlapPolicy.values();
    String queue = random.nextInt(3) == 0 ? Clients.OTHER_QUEUE : "default";
    try {
      return new Schedule(
          name,
          new JobSpec(new Program.Argv(List.of("true")), "/", name, queue, Map.of(), 0022),
          new Timetable(
              Trigger.parse(TRIGGERS.get(random.nextInt(TRIGGERS.size()))),
              ZoneOffset.UTC,
              null,
              start.plus(HORIZON),
              missed[random.nextInt(missed.length)],
              delays[random.nextInt(delays.length)],
              1 + random.nextInt(5)),
          overlaps[random.nextInt(overlaps.length)],
          jitters[random.nextInt(jitters.length)],
          random.nextInt(4),
          start,
          Schedule.Standing.from(start));
    } catch (InvalidTrigger e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What happens besides an action: decided by its dice, so that it is left out together with it.
   */
  void beside(Action action) {
    if (schedules.isEmpty()) {
      return;
    }
    Random dice = new Random(action.dice() * 0x2545f4914f6cdd1dL);
    dice.nextInt();
    int throwOfDice = dice.nextInt(24);
    Deed deed =
        throwOfDice < 6
            ? Deed.TIME_PASSES
            : throwOfDice < 6 + Deed.values().length - 1
                ? Deed.values()[1 + throwOfDice - 6]
                : null;
    Engine running = simulation.engine;
    if (deed == Deed.TIME_PASSES) {
      Duration[] steps = {Duration.ofSeconds(2), Duration.ofSeconds(13), Duration.ofSeconds(70)};
      Duration step = steps[dice.nextInt(steps.length)];
      simulation.story.tell("%s pass", step);
      simulation.tick(step);
    } else if (deed != null && running != null) {
      String name = schedules.get(dice.nextInt(schedules.size())).name();
      happen(running, deed, name);
    }
  }

  private void happen(Engine running, Deed deed, String name) {
    Promises promises = simulation.promises;
    switch (deed) {
      case PAUSE, RESUME -> pause(running, name, deed == Deed.PAUSE);
      case RUN ->
          simulation.clients.ask(
              running,
              "run of " + name,
              new Command.RunSchedule(name),
              promises::accepted,
              failure -> {});
      case BACKFILL ->
          simulation.clients.ask(
              running,
              "backfill of " + name,
              new Command.Backfill(name, promises.now.minus(Duration.ofMinutes(3)), promises.now),
              count -> {},
              failure -> {});
      case TIME_PASSES -> throw new IllegalStateException("nobody asks for it");
    }
  }

  private void pause(Engine running, String name, boolean paused) {
    touched.add(name);
    simulation.story.tell("schedule %s: %s", name, paused ? "pause" : "resume");
    simulation.clients.ask(
        running,
        "pause of " + name,
        new Command.PauseSchedule(name, paused),
        schedule -> {},
        failure -> {});
  }

  /** All of them have come to their end. */
  Duration untilTheEnd() {
    Instant end = Instant.MIN;
    for (Schedule schedule : schedules) {
      Instant last = schedule.timetable().end();
      if (last != null && last.isAfter(end)) {
        end = last;
      }
    }
    return schedules.isEmpty() || end.isBefore(simulation.promises.now)
        ? Duration.ZERO
        : Duration.between(simulation.promises.now, end).plusSeconds(5);
  }

  void resumeAll(Engine running) {
    simulation.disk.state().schedules.values().stream()
        .filter(schedule -> schedule.standing().paused())
        .forEach(schedule -> pause(running, schedule.name(), false));
  }

  /** Every instant up to which a schedule says that it has decided has left its trace. */
  void everyRunIsDecided() {
    for (Schedule first : schedules) {
      Schedule last = simulation.disk.state().schedules.get(first.name());
      if (last == null) {
        simulation.promises.broken(Promise.EVERY_RUN_IS_DECIDED, first.name() + " is gone");
      } else if (!touched.contains(first.name())) {
        everyRunIsDecided(first, last.standing());
      }
    }
    for (PlannedRun run : new ModelSnapshot(simulation.disk.state()).waitingRuns()) {
      Schedule schedule = simulation.disk.state().schedules.get(run.schedule());
      simulation.promises.hold(
          schedule != null && schedule.standing().paused(),
          Promise.EVERY_RUN_IS_DECIDED,
          "it waits though nothing runs: " + run);
    }
  }

  private void everyRunIsDecided(Schedule first, Schedule.Standing standing) {
    Map<String, PlannedRun> decided =
        simulation.disk.state().planned.getOrDefault(first.name(), new TreeMap<>());
    Occurrence run = first.timetable().next(first.standing().decided());
    while (run != null && !run.instant().isAfter(standing.decided())) {
      Instant instant = run.instant();
      simulation.promises.hold(
          decided.containsKey(run.key())
              || decided.values().stream().anyMatch(other -> covers(other, instant)),
          Promise.EVERY_RUN_IS_DECIDED,
          "nothing says what became of " + run + " of " + first.name());
      run = first.timetable().next(instant);
    }
  }

  private static boolean covers(PlannedRun missed, Instant instant) {
    return missed.decision() == Decision.MISSED
        && !instant.isBefore(missed.instant())
        && !instant.isAfter(missed.decidedAt().minus(Timetable.PUNCTUAL));
  }
}
