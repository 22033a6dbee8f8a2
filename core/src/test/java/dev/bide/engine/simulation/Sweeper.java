package dev.bide.engine.simulation;

import dev.bide.engine.Command;
import dev.bide.engine.Engine;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.State;
import dev.bide.retention.Candidate;
import dev.bide.retention.Cause;
import dev.bide.retention.Keep;
import dev.bide.retention.Older;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What goes because it is old, which the first two seeds of four have. As the server's own does it,
 * one reads what is to go, and asks for it some time later, when it may be otherwise; a log is cut
 * first and noted then.
 */
final class Sweeper {
  private static final long LONGEST_LOG = Keep.LEAST_LONGEST_LOG;

  private final Simulation simulation;

  /** What was decided to go, and is not asked for yet. */
  private List<Candidate> decided = List.of();

  /** A log that was cut, and is not noted yet. */
  private Command.@Nullable LogCut cut;

  /** One thing at a time is asked for, and its answer waited for. */
  private boolean waits;

  Sweeper(Simulation simulation) {
    this.simulation = simulation;
  }

  /** A new server has one that knows nothing. */
  void begins() {
    decided = List.of();
    cut = null;
    waits = false;
  }

  /** What happens besides an action, by its dice. */
  void beside(Action action) {
    Engine running = simulation.engine;
    if (simulation.plan.seed() % 4 >= 2 || running == null) {
      return;
    }
    Random dice = new Random(action.dice() * 0x6c62272e07bb0142L);
    dice.nextInt();
    switch (dice.nextInt(12)) {
      case 0, 1 -> decide(dice);
      case 2, 3 -> ask(running);
      case 4 -> pin(running, dice);
      case 5, 6 -> cut(dice);
      case 7 -> byHand(running, dice);
      default -> {
        // nothing goes meanwhile
      }
    }
  }

  private ModelSnapshot snapshot() {
    return new ModelSnapshot(simulation.disk.state());
  }

  private void decide(Random dice) {
    if (waits || cut != null) {
      return;
    }
    List<Candidate> some = new ArrayList<>();
    for (State state : State.values()) {
      if (state.isFinal() && dice.nextBoolean()) {
        some.addAll(snapshot().oldestEnded(Clients.queue(dice), state, dice.nextBoolean(), 3));
      }
    }
    decided = some;
  }

  private void ask(Engine running) {
    if (waits) {
      return;
    }
    Command.LogCut done = cut;
    if (done != null) {
      waits = true;
      simulation.story.tell("the cut of %s is noted", done.attempt());
      simulation.clients.ask(running, "cut", done, yes -> heard(), failure -> heard());
    } else if (!decided.isEmpty()) {
      waits = true;
      Command.RemoveOld old = Command.RemoveOld.of(decided, Cause.AGE);
      simulation.promises.leavings.asked(old);
      simulation.story.tell("old jobs are to go: %s", numbers(decided));
      simulation.clients.ask(running, "sweep", old, held -> heard(), failure -> heard());
    }
  }

  private void heard() {
    begins();
  }

  private static List<Long> numbers(List<Candidate> jobs) {
    return jobs.stream().map(Candidate::number).toList();
  }

  private void pin(Engine running, Random dice) {
    List<Long> all = List.copyOf(simulation.disk.state().jobs.keySet());
    if (!all.isEmpty()) {
      long number = all.get(dice.nextInt(all.size()));
      boolean pinned = dice.nextInt(3) > 0;
      simulation.story.tell("job %d is %s", number, pinned ? "pinned" : "unpinned");
      simulation.clients.ask(
          running,
          "pin",
          new Command.Pin(number, pinned),
          simulation.promises::durable,
          failure -> {});
    }
  }

  /** The first half of it, on the machine; what is lost of the second is found again. */
  private void cut(Random dice) {
    if (waits || cut != null) {
      return;
    }
    List<AttemptId> tooLong = snapshot().longLogs(LONGEST_LOG, 5);
    if (tooLong.isEmpty()) {
      return;
    }
    AttemptId attempt = tooLong.get(dice.nextInt(tooLong.size()));
    Machine.Run run = simulation.machine.run(attempt);
    if (!run.directory) {
      return;
    }
    long before = 0;
    for (Attempt one : snapshot().attempts(attempt.number())) {
      Ending ending = one.ending();
      if (one.id().equals(attempt) && ending != null) {
        before = ending.logSize();
      }
    }
    simulation.story.tell("the log of %s is cut", attempt);
    run.log = Math.min(run.log, LONGEST_LOG);
    cut = new Command.LogCut(attempt, run.log, Math.max(0, before - run.log));
    decided = List.of();
  }

  /** What people ask for, which no rule counts. */
  private void byHand(Engine running, Random dice) {
    Instant before = simulation.promises.now.minusSeconds(dice.nextInt(120));
    Command.RemoveOld old =
        Command.RemoveOld.of(snapshot().some(new Older(before, Set.of(), null), 3), Cause.HAND);
    simulation.promises.leavings.asked(old);
    simulation.story.tell(
        "somebody has old jobs removed: %s",
        old.jobs().stream().map(leaving -> leaving.job().number()).toList());
    simulation.clients.ask(running, "rm of old jobs", old, held -> {}, failure -> {});
  }
}
