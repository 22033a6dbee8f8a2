package dev.bide.engine;

import dev.bide.job.AttemptId;
import dev.bide.job.JobSignal;
import dev.bide.job.ProcessIdentity;
import dev.bide.runner.Exit;
import dev.bide.runner.Launch;
import dev.bide.runner.Runner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A runner whose processes exist on paper: the test says what becomes of them. */
final class ScriptedRunner implements Runner {
  static final ProcessIdentity PROCESS = new ProcessIdentity(4711, 99, "boot");

  final List<AttemptId> started = new ArrayList<>();
  final List<AttemptId> stopped = new ArrayList<>();
  final List<AttemptId> adopted = new ArrayList<>();
  final List<AttemptId> removed = new ArrayList<>();
  final Map<AttemptId, Exit> recorded = new HashMap<>();
  Consumer<Launch> onStart = launch -> {};
  Consumer<Open> onAdopt = open -> {};
  Listener listener;

  @Override
  public String node() {
    return "paper";
  }

  @Override
  public void listen(Listener newListener) {
    listener = newListener;
  }

  @Override
  public void start(Launch launch) {
    started.add(launch.attempt());
    onStart.accept(launch);
  }

  @Override
  public void stop(AttemptId attempt, Duration grace) {
    stopped.add(attempt);
  }

  @Override
  public void adopt(Collection<Open> open) {
    for (Open one : open) {
      adopted.add(one.attempt());
      onAdopt.accept(one);
    }
  }

  @Override
  public CompletableFuture<Integer> signal(AttemptId attempt, JobSignal signal, boolean all) {
    throw new UnsupportedOperationException("nothing asks for it here");
  }

  @Override
  public Optional<Exit> recorded(AttemptId attempt) {
    return Optional.ofNullable(recorded.get(attempt));
  }

  @Override
  public Optional<Beginning> begun(AttemptId attempt) {
    return recorded.containsKey(attempt)
        ? Optional.of(new Beginning(PROCESS, Instant.parse("2026-11-24T12:00:00Z")))
        : Optional.empty();
  }

  @Override
  public Path directory(AttemptId attempt) {
    return Path.of("runs", attempt.toString());
  }

  @Override
  public void remove(AttemptId latest) {
    removed.add(latest);
  }

  @Override
  public void close() {}

  void begins(AttemptId attempt) {
    listener.started(attempt, PROCESS, Instant.now());
  }

  void exits(AttemptId attempt, int code) {
    listener.exited(attempt, exit(code));
  }

  static Exit exit(int code) {
    return new Exit(
        code, null, Instant.parse("2026-11-24T10:00:00Z"), 12, "the last line", List.of());
  }
}
