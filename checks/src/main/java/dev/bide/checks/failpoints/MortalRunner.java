package dev.bide.checks.failpoints;

import dev.bide.job.AttemptId;
import dev.bide.job.JobSignal;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.runner.Exit;
import dev.bide.runner.Launch;
import dev.bide.runner.Runner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A runner at whose steps the server can die. */
final class MortalRunner implements Runner {
  private final Runner runner;
  private final Failpoints failpoints;
  private final FileWatch files;

  MortalRunner(Runner runner, Failpoints failpoints, FileWatch files) {
    this.runner = runner;
    this.failpoints = failpoints;
    this.files = files;
  }

  @Override
  public String node() {
    return runner.node();
  }

  @Override
  public void listen(Listener listener) {
    runner.listen(new MortalListener(listener));
  }

  @Override
  public void start(Launch launch) {
    failpoints.pass(Step.START_ASKED);
    files.starts(runner.directory(launch.attempt()));
    runner.start(
        new Launch(
            launch.attempt(),
            launch.job(),
            () -> {
              Map<String, String> environment = launch.environment().get();
              failpoints.pass(Step.PREPARING);
              return environment;
            }));
    failpoints.pass(Step.START_RETURNED);
  }

  @Override
  public void stop(AttemptId attempt, Duration grace) {
    failpoints.pass(Step.STOP_ASKED);
    runner.stop(attempt, grace);
    failpoints.pass(Step.STOP_RETURNED);
  }

  @Override
  public CompletableFuture<Integer> signal(AttemptId attempt, JobSignal signal, boolean all) {
    return runner.signal(attempt, signal, all);
  }

  @Override
  public List<ProcessIdentity> alive(AttemptId attempt) {
    return runner.alive(attempt);
  }

  @Override
  public void adopt(Collection<Open> open) {
    failpoints.pass(Step.ADOPT_ASKED);
    open.forEach(found -> files.adopts(runner.directory(found.attempt())));
    runner.adopt(open);
    failpoints.pass(Step.ADOPT_RETURNED);
  }

  @Override
  public Optional<Exit> recorded(AttemptId attempt) {
    Optional<Exit> exit = runner.recorded(attempt);
    failpoints.pass(Step.EXIT_LOOKED_FOR);
    return exit;
  }

  @Override
  public Optional<Beginning> begun(AttemptId attempt) {
    return runner.begun(attempt);
  }

  @Override
  public Path directory(AttemptId attempt) {
    return runner.directory(attempt);
  }

  @Override
  public boolean outOfRoom() {
    return runner.outOfRoom();
  }

  @Override
  public void remove(AttemptId latest) {
    failpoints.pass(Step.REMOVE_ASKED);
    files.removes(runner.directory(latest));
    runner.remove(latest);
    failpoints.pass(Step.REMOVE_RETURNED);
  }

  @Override
  public void sweep(LongFunction<Optional<UUID>> uuidOfRemoved) {
    runner.sweep(uuidOfRemoved);
    failpoints.pass(Step.SWEEP_RETURNED);
  }

  @Override
  public void close() {
    failpoints.pass(Step.RUNNER_CLOSING);
    runner.close();
  }

  private final class MortalListener implements Listener {
    private final Listener listener;

    MortalListener(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void started(AttemptId attempt, ProcessIdentity process, Instant at) {
      failpoints.pass(Step.STARTED_HEARD);
      listener.started(attempt, process, at);
      failpoints.pass(Step.STARTED_TOLD);
    }

    @Override
    public void notStarted(AttemptId attempt, boolean commandsFault, String message) {
      failpoints.pass(Step.NOT_STARTED_HEARD);
      listener.notStarted(attempt, commandsFault, message);
      failpoints.pass(Step.NOT_STARTED_TOLD);
    }

    @Override
    public void exited(AttemptId attempt, Exit exit) {
      failpoints.pass(Step.EXITED_HEARD);
      listener.exited(attempt, exit);
      failpoints.pass(Step.EXITED_TOLD);
    }

    @Override
    public void lost(AttemptId attempt, Reason why, String evidence, @Nullable Instant lastSeenAt) {
      listener.lost(attempt, why, evidence, lastSeenAt);
    }

    @Override
    public void unreachable(
        AttemptId attempt, @Nullable String message, @Nullable Instant lastSeenAt) {
      listener.unreachable(attempt, message, lastSeenAt);
    }
  }
}
