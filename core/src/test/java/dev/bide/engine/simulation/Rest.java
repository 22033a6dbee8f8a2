package dev.bide.engine.simulation;

import dev.bide.engine.Engine;
import dev.bide.engine.simulation.Machine.Run;
import dev.bide.engine.simulation.MachineRunner.Stage;
import dev.bide.engine.simulation.MachineRunner.Watched;
import dev.bide.job.Ending;
import dev.bide.job.State;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nothing goes wrong any more: everything that was begun has to come to its end. */
final class Rest {
  private static final int ROUNDS = 300;
  private static final Duration LONGER_THAN_ANY_BACKOFF = Duration.ofSeconds(61);

  private final Simulation simulation;

  Rest(Simulation simulation) {
    this.simulation = simulation;
  }

  void come() {
    Promises promises = simulation.promises;
    simulation.faults.heal();
    promises.lowDisk = false;
    simulation.nextServersCalls = -1;
    MachineRunner runner = simulation.runner;
    if (runner != null) {
      runner.callsUntilKilled = -1;
    }
    settle(false);
    for (ModelJob job : simulation.disk.state().jobs.values()) {
      promises.hold(
          job.state() != State.RUNNING || job.latest().stopping() == null,
          Promise.STOPPED_WHEN_ASKED,
          "job " + job.number() + " was cancelled, and nobody ends it");
    }
    Engine running = simulation.engine;
    if (promises.drained || running == null) {
      simulation.crash("the drained server is stopped");
      simulation.boot();
      running = simulation.engine;
    }
    if (running == null) {
      promises.broken(Promise.COMES_TO_REST, "no server comes up");
      return;
    }
    for (String queue : List.copyOf(simulation.disk.state().queues.keySet())) {
      simulation.clients.change(running, queue, null, false);
    }
    if (!simulation.disk.state().schedules.isEmpty()) {
      comeToTheEndOfAllSchedules();
    }
    for (int i = 0; i < ROUNDS && (i == 0 || unfinished() != null); i++) {
      settle(true);
      simulation.tick(LONGER_THAN_ANY_BACKOFF);
      if (promises.breach() != null) {
        return;
      }
    }
    // a notice that was written before the clock was set back waits until the clock is there again
    simulation.tick(Duration.between(promises.now, promises.latest).plusSeconds(61));
    settle(true);
    ModelJob left = unfinished();
    promises.hold(left == null, Promise.COMES_TO_REST, "still there: " + left);
    List<Run> alive = simulation.machine.all(run -> run.alive);
    promises.hold(alive.isEmpty(), Promise.COMES_TO_REST, "still alive: " + alive);
    ModelState state = simulation.disk.state();
    promises.calendar.atRest(state, promises.now);
    promises.tidings.atRest(state);
    promises.leavings.atRest(state);
    promises.onlooker.atRest(state);
    simulation.everybodyIsAnswered();
    for (ModelJob job : simulation.disk.state().jobs.values()) {
      for (var attempt : job.attempts()) {
        Ending ending = attempt.kept().ending();
        if (ending != null) {
          simulation.coverage.ended(ending.outcome());
        }
      }
      if (job.ending() != null) {
        simulation.coverage.withoutAttempt++;
      }
    }
  }

  private void comeToTheEndOfAllSchedules() {
    settle(false);
    simulation.tick(simulation.timers.untilTheEnd());
    settle(false);
    Engine running = simulation.engine;
    if (running != null) {
      simulation.timers.resumeAll(running);
    }
  }

  private @Nullable ModelJob unfinished() {
    for (ModelJob job : simulation.disk.state().jobs.values()) {
      if (!job.state().isFinal()) {
        return job;
      }
    }
    return null;
  }

  /** Everything that can happen by itself happens; processes end if they were told to, or all. */
  private void settle(boolean allEnd) {
    boolean some = true;
    for (int i = 0; i < ROUNDS && some && simulation.promises.breach() == null; i++) {
      some = round(allEnd);
      simulation.check();
    }
    simulation.promises.hold(!some, Promise.COMES_TO_REST, "it goes on and on");
  }

  private boolean round(boolean allEnd) {
    MachineEvents events = simulation.events;
    Machine machine = simulation.machine;
    MachineRunner runner = simulation.runner;
    boolean some = simulation.turn();
    if (runner != null) {
      for (Watched attempt : runner.watched(one -> one.stage == Stage.PREPARING)) {
        events.prepare(runner, attempt, false, false);
        some = true;
      }
    }
    for (Run run : machine.all(Machine::canBegin)) {
      events.begin(run);
      some = true;
    }
    if (runner != null) {
      runner.watched(one -> true).forEach(runner::look);
    }
    for (Run run : machine.all(one -> one.alive && (allEnd || one.signalled))) {
      events.end(run, run.attempt.number() % 4 == 3 ? 3 : 0);
      some = true;
    }
    for (Run run : machine.all(Machine::awaitsRecord)) {
      events.record(run, runner, true);
      some = true;
    }
    if (runner != null) {
      runner.watched(one -> true).forEach(runner::look);
      some |= !runner.untold().isEmpty();
      runner.untold().forEach(n -> simulation.story.tell("news: %s %s", n.attempt(), n.words()));
      runner.tellAll();
    }
    Engine running = simulation.engine;
    if (running != null) {
      some |= simulation.postman.settle(running);
    }
    return simulation.answer(Integer.MAX_VALUE) || some;
  }
}
