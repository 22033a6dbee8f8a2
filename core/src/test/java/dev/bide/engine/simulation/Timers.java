package dev.bide.engine.simulation;

import dev.bide.engine.Command;
import dev.bide.engine.Engine;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

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
    BACKFILL,
    ADD,
    EDIT,
    REMOVE
  }

  private final Simulation simulation;
  private final List<Schedule> schedules;

  private final Instant end;

  Timers(Simulation simulation, Instant start) {
    this.simulation = simulation;
    this.end = start.plus(HORIZON);
    this.schedules = drawn(simulation.plan.seed(), start);
  }

  List<Schedule> schedules() {
    return schedules;
  }

  private List<Schedule> drawn(long seed, Instant start) {
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

  private Schedule schedule(String name, Random random, Instant start) {
    Duration[] jitters = {Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5)};
    Duration[] delays = {Duration.ZERO, Duration.ofMinutes(2), Duration.ofDays(1)};
    MissedRunPolicy[] missed = MissedRunPolicy.values();
    OverlapPolicy[] overlaps = OverlapPolicy.values();
    String queue = Clients.queue(random);
    JobSpec template =
        new JobSpec(new Program.Argv(List.of("true")), "/", name, queue, Map.of(), 0022);
    try {
      return new Schedule(
          name,
          simulation.postman.perhapsTelling(template, random.nextInt()),
          new Timetable(
              Trigger.parse(TRIGGERS.get(random.nextInt(TRIGGERS.size()))),
              ZoneOffset.UTC,
              null,
              end,
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
      happen(running, deed, "t" + dice.nextInt(schedules.size() + 1), dice);
    }
  }

  private void happen(Engine running, Deed deed, String name, Random dice) {
    Promises promises = simulation.promises;
    if (deed != Deed.PAUSE && deed != Deed.RESUME) {
      simulation.story.tell("schedule %s: %s", name, deed);
    }
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
      case ADD ->
          simulation.clients.ask(
              running,
              "adding of " + name,
              new Command.AddSchedule(schedule(name, dice, promises.now)),
              schedule -> {},
              failure -> {});
      case EDIT -> edit(running, name, dice);
      case REMOVE ->
          simulation.clients.ask(
              running,
              "removal of " + name,
              new Command.RemoveSchedule(name),
              yes -> {},
              failure -> {});
      case TIME_PASSES -> throw new IllegalStateException("nobody asks for it");
    }
  }

  /** All of it, or everything but its times. */
  private void edit(Engine running, String name, Random dice) {
    Schedule changed = schedule(name, dice, simulation.promises.now);
    Schedule old = simulation.disk.state().schedules.get(name);
    if (old != null && dice.nextBoolean()) {
      changed =
          new Schedule(
              name,
              changed.template(),
              old.timetable(),
              changed.overlap(),
              changed.jitter(),
              changed.pauseAfter(),
              old.createdAt(),
              old.standing());
    }
    simulation.clients.ask(
        running,
        "change of " + name,
        new Command.ChangeSchedule(changed),
        schedule -> {},
        failure -> {});
  }

  private void pause(Engine running, String name, boolean paused) {
    simulation.story.tell("schedule %s: %s", name, paused ? "pause" : "resume");
    simulation.clients.ask(
        running,
        "pause of " + name,
        new Command.PauseSchedule(name, paused),
        schedule -> {},
        failure -> {});
  }

  /** By then all of them have come to their end. */
  Duration untilTheEnd() {
    return end.isBefore(simulation.promises.now)
        ? Duration.ZERO
        : Duration.between(simulation.promises.now, end).plusSeconds(5);
  }

  void resumeAll(Engine running) {
    simulation.disk.state().schedules.values().stream()
        .filter(schedule -> schedule.standing().paused())
        .forEach(schedule -> pause(running, schedule.name(), false));
  }
}
