package dev.bide.engine.simulation;

import dev.bide.engine.simulation.Machine.Run;
import dev.bide.engine.simulation.MachineRunner.News;
import dev.bide.engine.simulation.MachineRunner.Stage;
import dev.bide.engine.simulation.MachineRunner.Watched;
import dev.bide.engine.simulation.StoreFaults.ServerKilled;
import dev.bide.job.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens on the machine, and what a server sees of it. */
final class MachineEvents {
  private static final int KILLED = 137;
  private static final int TERMINATED = 143;

  private final Simulation simulation;
  private final Machine machine;
  private final Story story;

  MachineEvents(Simulation simulation) {
    this.simulation = simulation;
    this.machine = simulation.machine;
    this.story = simulation.story;
  }

  /** The one that this action is, among those that can happen now; perhaps none. */
  void happen(@Nullable MachineRunner runner, Action action) {
    switch (action.kind()) {
      case BEGIN -> begin(action.pick(machine.all(Machine::canBegin)));
      case END -> end(action.pick(machine.all(run -> run.alive)), action.more(3));
      case RECORD ->
          record(action.pick(machine.all(Machine::awaitsRecord)), runner, action.more(3) > 0);
      case KILL_PROCESS -> {
        trouble();
        end(action.pick(machine.all(run -> run.alive)), KILLED);
      }
      case KILL_LAUNCHER -> {
        Run run = action.pick(machine.all(one -> one.launcher));
        if (run != null) {
          trouble();
          story.tell("the launcher of %s is killed", run.attempt);
          run.launcher = false;
        }
      }
      case KILL_IN_ACTION -> {
        int calls = action.more(3);
        boolean next = runner == null || action.more(4) == 0;
        story.tell(
            "the %s server will be killed at call %d to its runner",
            next ? "next" : "present", calls + 1);
        if (next) {
          simulation.nextServersCalls = calls;
        } else {
          runner.callsUntilKilled = calls;
        }
      }
      case LOSE_DIRECTORY -> loseDirectory(action);
      case REBOOT -> {
        trouble();
        story.tell("the machine is started anew");
        machine.reboot();
        simulation.crash("and the server with it");
      }
      default -> {
        if (runner != null) {
          happenTo(runner, action);
        }
      }
    }
  }

  private void happenTo(MachineRunner runner, Action action) {
    switch (action.kind()) {
      case PREPARE -> prepare(runner, action, false, false);
      case MACHINES_FAULT -> prepare(runner, action, true, false);
      case COMMANDS_FAULT -> prepare(runner, action, false, true);
      case LOOK -> {
        Watched attempt = action.pick(runner.watched(one -> one.stage != Stage.PREPARING));
        if (attempt != null) {
          story.tell("a look at %s", attempt.attempt);
          runner.look(attempt);
        }
      }
      case TELL -> {
        News news = action.pick(runner.untold());
        if (news != null) {
          story.tell("news: %s %s", news.attempt(), news.words());
          runner.tell(news);
        }
      }
      case TELL_ALL -> {
        runner.untold().forEach(one -> story.tell("news: %s %s", one.attempt(), one.words()));
        runner.tellAll();
      }
      case TELL_AGAIN -> {
        List<News> old = runner.told().stream().filter(this::isOfEarlierAttempt).toList();
        News news = action.pick(old.isEmpty() || action.more(4) == 0 ? runner.told() : old);
        if (news != null) {
          story.tell("news again: %s %s", news.attempt(), news.words());
          runner.tell(news);
        }
      }
      case OUT_OF_REACH -> {
        Watched attempt = action.pick(runner.watched(one -> one.stage == Stage.STARTED));
        if (attempt != null) {
          trouble();
          runner.outOfReach(attempt, action.more(2) == 0 ? "the disk does not answer" : null);
        }
      }
      default -> {
        // needs a server, and there is none
      }
    }
  }

  /** The most dangerous news is what is old by a whole attempt. */
  private boolean isOfEarlierAttempt(News news) {
    ModelJob job = simulation.disk.state().jobs.get(news.attempt().number());
    return job != null
        && job.state() == State.RUNNING
        && job.attempts().size() > news.attempt().attempt();
  }

  private void prepare(
      MachineRunner runner, Action action, boolean machinesFault, boolean commandsFault) {
    Watched attempt = action.pick(runner.watched(one -> one.stage == Stage.PREPARING));
    if (attempt != null) {
      if (machinesFault || commandsFault) {
        trouble();
      }
      prepare(runner, attempt, machinesFault, commandsFault);
    }
  }

  void prepare(
      MachineRunner runner, Watched attempt, boolean machinesFault, boolean commandsFault) {
    story.tell(
        "%s is prepared%s",
        attempt.attempt,
        machinesFault ? ", but the machine fails" : commandsFault ? ", but cannot be run" : "");
    try {
      runner.prepare(attempt, machinesFault, commandsFault);
    } catch (ServerKilled killed) {
      simulation.crash("the server is killed " + killed.getMessage());
    }
  }

  void begin(@Nullable Run run) {
    if (run != null) {
      story.tell("%s begins", run.attempt);
      simulation.promises.begins(run);
      machine.begin(run);
    }
  }

  void end(@Nullable Run run, int code) {
    if (run != null) {
      int ending = run.signalled ? TERMINATED : code;
      story.tell("%s ends with code %d", run.attempt, ending);
      machine.end(run, ending);
    }
  }

  /**
   * The launcher writes down how it ended.
   *
   * @param heard it also says so, and the server hears it
   */
  void record(@Nullable Run run, @Nullable MachineRunner runner, boolean heard) {
    if (run != null) {
      story.tell("the exit of %s is recorded%s", run.attempt, heard ? " and heard" : "");
      machine.record(run);
      if (heard && runner != null) {
        runner.launcherSays(run);
      }
    }
  }

  /** Only of what the store knows to have begun: else nobody could tell, and none is promised. */
  private void loseDirectory(Action action) {
    Run run =
        action.pick(
            machine.all(
                one -> {
                  ModelJob job = simulation.disk.state().jobs.get(one.attempt.number());
                  return one.directory
                      && job != null
                      && one.attempt.attempt() <= job.attempts().size()
                      && job.attempts().get(one.attempt.attempt() - 1).kept().process() != null;
                }));
    if (run != null) {
      trouble();
      story.tell("the directory of %s is deleted by somebody", run.attempt);
      run.directory = false;
    }
  }

  private void trouble() {
    simulation.coverage.machineFaults++;
  }
}
