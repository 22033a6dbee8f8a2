package dev.bide.engine.simulation;

import dev.bide.engine.simulation.Machine.Fence;
import dev.bide.engine.simulation.Machine.Run;
import dev.bide.engine.simulation.StoreFaults.ServerKilled;
import dev.bide.job.AttemptId;
import dev.bide.job.JobSignal;
import dev.bide.job.Reason;
import dev.bide.runner.Exit;
import dev.bide.runner.Launch;
import dev.bide.runner.Runner;
import dev.bide.store.StoreDown;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one server knows of the machine, deciding by the same evidence as the runner of processes;
 * gone when its server is. It prepares, looks and tells only when the simulation says so.
 */
@SuppressWarnings("NullAway.Init")
final class MachineRunner implements Runner {
  /** How far an attempt is, as this server knows. */
  enum Stage {
    PREPARING,
    SENT,
    STARTED
  }

  /** An attempt that this server watches. */
  static final class Watched {
    final AttemptId attempt;
    final @Nullable Launch launch;
    Stage stage;
    boolean attended;
    boolean stopAsked;

    Watched(AttemptId attempt, @Nullable Launch launch, Stage stage) {
      this.attempt = attempt;
      this.launch = launch;
      this.stage = stage;
    }
  }

  /** Something to tell the engine, and the words for it. */
  record News(AttemptId attempt, String words, Consumer<Listener> telling) {}

  private final Machine machine;
  private final Promises promises;
  private final Clock clock;
  private final Map<AttemptId, Watched> watched = new LinkedHashMap<>();
  private final List<News> untold = new ArrayList<>();
  private Listener listener;
  private final List<News> told = new ArrayList<>();
  boolean adoptionIsToldLate;

  /** After how many more calls of the engine the server is killed within one; negative: never. */
  int callsUntilKilled = -1;

  MachineRunner(Machine machine, Promises promises, Clock clock) {
    this.machine = machine;
    this.promises = promises;
    this.clock = clock;
  }

  List<Watched> watched(Predicate<Watched> which) {
    return new ArrayList<>(watched.values().stream().filter(which).toList());
  }

  List<News> untold() {
    return untold;
  }

  /** Tells one piece of news; the same may be told again later. */
  void tell(News news) {
    untold.remove(news);
    told.add(news);
    news.telling().accept(listener);
  }

  void tellAll() {
    while (!untold.isEmpty()) {
      tell(untold.get(0));
    }
  }

  /** What this server's engine was told; any of it may be told again. */
  List<News> told() {
    return told;
  }

  private void called() {
    if (callsUntilKilled >= 0 && callsUntilKilled-- == 0) {
      throw new ServerKilled("while it acted");
    }
  }

  // ---- what the engine asks

  @Override
  public String node() {
    return machine.boot();
  }

  @Override
  public void listen(Listener newListener) {
    listener = newListener;
  }

  @Override
  public void start(Launch launch) {
    called();
    promises.toldToStart(launch.attempt());
    watched.putIfAbsent(launch.attempt(), new Watched(launch.attempt(), launch, Stage.PREPARING));
  }

  @Override
  public void stop(AttemptId attempt, Duration grace) {
    called();
    Watched found = watched.get(attempt);
    if (found == null) {
      return;
    }
    found.stopAsked = true;
    Run run = machine.run(attempt);
    if (found.stage == Stage.PREPARING) {
      tellNotStarted(found, false, "stopped before it started");
    } else if (run.fence == Fence.FREE && run.directory) {
      run.fence = Fence.RUNNER;
      tellNotStarted(found, false, "stopped before it started");
    } else if (run.alive) {
      run.signalled = true;
    } else {
      look(found);
    }
  }

  @Override
  public void adopt(Collection<Open> open) {
    for (Open one : open) {
      called();
      adopt(one);
    }
    if (!adoptionIsToldLate) {
      tellAll();
    }
  }

  private void adopt(Open open) {
    Watched found = new Watched(open.attempt(), null, Stage.SENT);
    if (watched.putIfAbsent(open.attempt(), found) != null) {
      return;
    }
    Run run = machine.run(open.attempt());
    if (run.exitCanBeRead()) {
      look(found);
    } else if (!open.node().equals(machine.boot())) {
      close(found, "lost", to -> to.lost(open.attempt(), Reason.REBOOT, "another boot", null));
    } else if (run.directory) {
      look(found);
    } else if (open.process() == null && !run.alive) {
      tellNotStarted(found, false, "the server ended before it could prepare the start");
    } else {
      look(found);
    }
  }

  @Override
  public CompletableFuture<Integer> signal(AttemptId attempt, JobSignal signal, boolean all) {
    throw new UnsupportedOperationException("nothing asks for it here");
  }

  @Override
  public Optional<Exit> recorded(AttemptId attempt) {
    Run run = machine.known(attempt);
    return run != null && run.exitCanBeRead() ? Optional.of(exit(run)) : Optional.empty();
  }

  @Override
  public Optional<Beginning> begun(AttemptId attempt) {
    Run run = machine.known(attempt);
    return run != null && run.directory && run.process != null
        ? Optional.of(new Beginning(run.process, clock.instant()))
        : Optional.empty();
  }

  @Override
  public Path directory(AttemptId attempt) {
    return Path.of("runs", attempt.toString());
  }

  @Override
  public void remove(AttemptId latest) {
    called();
    promises.filesAreRemoved(latest);
    machine
        .all(run -> run.attempt.number() == latest.number())
        .forEach(run -> run.directory = false);
  }

  @Override
  public void close() {}

  // ---- what it does when the simulation says so

  /**
   * The directory is made and a launcher is told, unless the machine or the command is at fault.
   */
  void prepare(Watched attempt, boolean machinesFault, boolean commandsFault) {
    Run run = machine.run(attempt.attempt);
    Launch launch = attempt.launch;
    if (launch == null) {
      return;
    }
    try {
      var unused = launch.environment().get();
    } catch (StoreDown trouble) {
      tellNotStarted(attempt, false, "the environment could not be read");
      return;
    }
    if (commandsFault) {
      run.commandsFault = true;
      tellNotStarted(attempt, true, "no such program");
    } else if (machinesFault) {
      tellNotStarted(attempt, false, "no more processes");
    } else if (run.directory) {
      attempt.stage = Stage.SENT;
      look(attempt);
    } else {
      run.directory = true;
      run.launcher = true;
      attempt.stage = Stage.SENT;
      attempt.attended = true;
    }
  }

  /** Looks what became of it; the same as the safety net does. */
  void look(Watched attempt) {
    if (attempt.stage == Stage.PREPARING || watched.get(attempt.attempt) != attempt) {
      return;
    }
    Run run = machine.run(attempt.attempt);
    if (run.fence == Fence.PROCESS) {
      tellStarted(attempt, run);
      if (run.exitCanBeRead()) {
        Exit exit = exit(run);
        close(attempt, "exited " + run.code, to -> to.exited(attempt.attempt, exit));
      } else if (!run.alive && !run.launcher) {
        close(
            attempt,
            "lost",
            to -> to.lost(attempt.attempt, Reason.UNKNOWN_EXIT, "both are gone", null));
      }
    } else if (run.fence == Fence.RUNNER || !run.directory) {
      tellNotStarted(attempt, false, "it never started");
    } else if (!(attempt.attended && run.launcher)) {
      run.fence = Fence.RUNNER;
      tellNotStarted(attempt, false, "it never started");
    }
  }

  /** Its launcher says how it ended; with its directory gone, that is the only record. */
  void launcherSays(Run run) {
    Watched attempt = watched.get(run.attempt);
    if (attempt == null) {
      return;
    }
    if (attempt.attended && !run.exitCanBeRead()) {
      tellStarted(attempt, run);
      Exit exit = exit(run);
      close(attempt, "exited " + run.code, to -> to.exited(attempt.attempt, exit));
    } else {
      look(attempt);
    }
  }

  void outOfReach(Watched attempt, @Nullable String message) {
    add(
        attempt,
        message == null ? "in reach again" : "out of reach",
        to -> to.unreachable(attempt.attempt, message, clock.instant()));
  }

  private void tellStarted(Watched attempt, Run run) {
    var process = run.process;
    if (attempt.stage == Stage.SENT && process != null) {
      attempt.stage = Stage.STARTED;
      add(attempt, "started", to -> to.started(attempt.attempt, process, clock.instant()));
      if (attempt.stopAsked && run.alive) {
        run.signalled = true;
      }
    }
  }

  private void tellNotStarted(Watched attempt, boolean commandsFault, String why) {
    close(attempt, "not started", to -> to.notStarted(attempt.attempt, commandsFault, why));
  }

  private void close(Watched attempt, String words, Consumer<Listener> telling) {
    watched.remove(attempt.attempt);
    add(attempt, words, telling);
  }

  private void add(Watched attempt, String words, Consumer<Listener> telling) {
    untold.add(new News(attempt.attempt, words, telling));
  }

  private Exit exit(Run run) {
    Integer code = run.code;
    if (code == null) {
      throw new IllegalStateException("no exit of " + run);
    }
    return new Exit(code, null, clock.instant(), run.written, "the last line", List.of());
  }
}
