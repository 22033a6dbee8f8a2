package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.engine.Command.AddSchedule;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import dev.bide.store.JobFilter;
import dev.bide.store.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An engine whose clock and runner stand still until a test moves them, and words about schedules.
 */
abstract class PlanningFixture extends EngineFixture {
  static final String BERLIN = "Europe/Berlin";
  static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  boolean clockIsRight = true;

  static Schedule plan(String name, String trigger) {
    return plan(name, trigger, OverlapPolicy.SKIP);
  }

  static Schedule plan(String name, String trigger, OverlapPolicy overlap) {
    return plan(name, trigger, MissedRunPolicy.ONCE, overlap, 1);
  }

  static Schedule plan(
      String name, String trigger, MissedRunPolicy missed, OverlapPolicy overlap, int mostMadeUp) {
    try {
      return new Schedule(
          name,
          JobSpec.of("true").in("/srv").with(Map.of("PATH", "/bin")),
          new Timetable(
              Trigger.parse(trigger),
              ZoneId.of(BERLIN),
              null,
              null,
              missed,
              Duration.ofDays(1),
              mostMadeUp),
          overlap,
          Duration.ZERO,
          0,
          NOON,
          Schedule.Standing.from(NOON));
    } catch (InvalidTrigger e) {
      throw new AssertionError(e);
    }
  }

  static Schedule jittered(Schedule one, Duration jitter) {
    return new Schedule(
        one.name(),
        one.template(),
        one.timetable(),
        one.overlap(),
        jitter,
        one.pauseAfter(),
        one.createdAt(),
        one.standing());
  }

  static Schedule pausing(Schedule one, int failures) {
    return new Schedule(
        one.name(),
        one.template(),
        one.timetable(),
        one.overlap(),
        one.jitter(),
        failures,
        one.createdAt(),
        one.standing());
  }

  /** Added as if it were made now. */
  Schedule add(Schedule schedule) throws Exception {
    return ask(new AddSchedule(schedule.at(Schedule.Standing.from(clock.now))));
  }

  void restart() {
    engine.close();
    engine = newEngine();
    engine.recover(Duration.ZERO, Duration.ZERO);
  }

  void restart(Instant later) {
    engine.close();
    clock.now = later;
    restart();
  }

  void goTo(String instant) {
    clock.now = at(instant);
    turn();
  }

  void assertRefused(Refused.Kind kind, Command<?> command) {
    assertThatThrownBy(() -> ask(command))
        .hasCauseInstanceOf(Refused.class)
        .cause()
        .extracting(refused -> ((Refused) refused).kind())
        .isEqualTo(kind);
  }

  void finish(long number, int code) {
    runner.exits(job(number).latestAttempt(), code);
    turn();
  }

  static Instant at(String text) {
    return Instant.parse(text);
  }

  List<Job> jobs() {
    return store.read(
        s -> {
          List<Job> jobs = new ArrayList<>();
          s.forEachJob(JobFilter.ALL, jobs::add);
          return jobs;
        });
  }

  static Job only(List<Job> jobs) {
    assertThat(jobs).hasSize(1);
    return jobs.get(0);
  }

  Job job(long number) {
    return store.read(snapshot -> snapshot.job(number)).orElseThrow();
  }

  /** The time of the day, in UTC, that each job was planned for, in the order of their numbers. */
  List<String> planned() {
    return jobs().stream()
        .map(job -> job.terms().plannedFor().toString().substring(11, 16))
        .toList();
  }

  Schedule stored(String name) {
    return store.read(snapshot -> snapshot.schedule(name)).orElseThrow();
  }

  /** Without its environment. */
  Schedule schedule(String name) {
    return store.read(Snapshot::schedules).stream()
        .filter(schedule -> schedule.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** As the last event has it. */
  Schedule told(String name) {
    return events.stream()
        .filter(Event.ScheduleChanged.class::isInstance)
        .map(event -> ((Event.ScheduleChanged) event).schedule())
        .filter(schedule -> schedule.name().equals(name))
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  /** What was decided, newest first. */
  List<String> history(String name) {
    return store.read(snapshot -> snapshot.plannedRuns(name, 1_000)).stream()
        .map(run -> run.key() + " " + run.decision() + " " + run.job() + " " + run.note())
        .toList();
  }
}
