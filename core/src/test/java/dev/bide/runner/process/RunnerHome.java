package dev.bide.runner.process;

import dev.bide.Leftovers;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.Program;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import dev.bide.runner.Exit;
import dev.bide.runner.Launch;
import dev.bide.runner.Runner.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A home with a runner in it, and jobs without an engine. */
final class RunnerHome implements AutoCloseable {
  static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  private final Path home;
  private final Supplier<Cgroups> cgroups;
  private final AtomicLong numbers = new AtomicLong();
  private ProcessRunner runner;
  private News news;

  RunnerHome(Path home) {
    this(home, List.of("/bin/sh"));
  }

  RunnerHome(Path home, List<String> shell) {
    this(home, shell, () -> Cgroups.NONE);
  }

  /**
   * @param cgroups of each server
   */
  RunnerHome(Path home, List<String> shell, Supplier<Cgroups> cgroups) {
    this.home = home;
    this.cgroups = cgroups;
    this.news = new News();
    this.runner = open(shell);
  }

  private ProcessRunner open(List<String> shell) {
    try {
      Files.createDirectories(home.resolve("runs"));
      ProcessRunner runner =
          new ProcessRunner(
              home,
              home.resolve("runs"),
              home.resolve("lib"),
              PATH,
              "http://127.0.0.1:2433/",
              Clock.systemUTC(),
              shell,
              cgroups.get());
      runner.listen(news);
      return runner;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** As after the end of one server and the start of the next. */
  void reopen() {
    runner.close();
    news = new News();
    runner = open(List.of("/bin/sh"));
  }

  ProcessRunner runner() {
    return runner;
  }

  News news() {
    return news;
  }

  Path home() {
    return home;
  }

  Path file(AttemptId attempt, String name) {
    return runner.directory(attempt).resolve(name);
  }

  String log(AttemptId attempt) throws IOException {
    return Files.readString(file(attempt, "log"));
  }

  AttemptId nextAttempt() {
    return new AttemptId(numbers.incrementAndGet(), UUID.randomUUID(), 1);
  }

  AttemptId start(String... words) {
    return start(new Program.Argv(List.of(words)), home.toString(), PATH);
  }

  AttemptId shell(String line) {
    return start(new Program.ShellLine(line), home.toString(), PATH);
  }

  AttemptId start(Program program, String directory, Map<String, String> environment) {
    AttemptId attempt = nextAttempt();
    start(attempt, program, directory, environment);
    return attempt;
  }

  void start(
      AttemptId attempt, Program program, String directory, Map<String, String> environment) {
    runner.start(launch(attempt, program, directory, environment));
  }

  Launch launch(
      AttemptId attempt, Program program, String directory, Map<String, String> environment) {
    Job job =
        new Job(
            attempt.number(),
            attempt.uuid(),
            program,
            directory,
            null,
            "default",
            0027,
            Terms.NONE,
            Instant.EPOCH,
            attempt.attempt(),
            new Status.Running(runner.node(), null, null, null, null, null));
    return new Launch(attempt, job, () -> environment);
  }

  Exit end(AttemptId attempt) {
    return news.await(attempt, News.Exited.class).exit();
  }

  Open open(AttemptId attempt) {
    return new Open(attempt, runner.node());
  }

  /** Ends what still runs, also what nobody was told of: no test leaves a process behind. */
  @Override
  public void close() {
    try {
      release();
    } finally {
      Leftovers.end(home);
    }
  }

  /** Ends what it knows to run, and lets its launchers go. */
  void release() {
    List<AttemptId> running = news.running();
    running.forEach(attempt -> runner.stop(attempt, Duration.ZERO));
    running.forEach(news::awaitEnd);
    runner.close();
  }

  static Map<String, String> with(String name, String value) {
    Map<String, String> environment = new HashMap<>(PATH);
    environment.put(name, value);
    return environment;
  }
}
