package dev.bide.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.engine.Command.Cancel;
import dev.bide.engine.Command.Submit;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Reason;
import dev.bide.queue.Admission;
import dev.bide.runner.Runner;
import dev.bide.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose clock and runner stand still until a test moves them, and words about jobs. */
abstract class EngineFixture {
  static final Duration GRACE = Duration.ofSeconds(30);

  @TempDir Path home;
  final HandClock clock = new HandClock();
  final ScriptedRunner runner = new ScriptedRunner();
  final List<Event> events = new ArrayList<>();
  FaultyStore store;
  Engine engine;
  boolean lowDisk;

  @BeforeEach
  void open() {
    store = new FaultyStore(SqliteStore.open(home.resolve("bide.db")));
    engine = newEngine();
  }

  @AfterEach
  void close() {
    engine.close();
    store.close();
  }

  Engine newEngine() {
    return newEngine(runner);
  }

  Engine newEngine(Runner with) {
    return new Engine(
        store,
        with,
        clock,
        UUID::randomUUID,
        () -> lowDisk,
        Duration.ofSeconds(7),
        Runnable::run,
        events::add);
  }

  void turn() {
    engine.turn(Duration.ZERO);
  }

  <T> T ask(Command<T> command) throws Exception {
    CompletableFuture<T> answer = engine.ask(command);
    turn();
    return answer.get();
  }

  void ask(Job cancelled) {
    CompletableFuture<Job> answer = engine.ask(cancel(cancelled));
    turn();
    assertThat(answer).isCompleted();
  }

  List<Job> submit(int count) {
    CompletableFuture<Submitted> answer =
        engine.ask(new Submit(java.util.Collections.nCopies(count, spec()), null));
    turn();
    return answer.join().jobs();
  }

  Job submitOne() {
    return submit(1).get(0);
  }

  static JobSpec spec() {
    return JobSpec.of("true").in("/").with(Map.of("PATH", "/bin"));
  }

  static Cancel cancel(Job job) {
    return new Cancel(job.number(), GRACE, Reason.CANCELLED_BY_USER);
  }

  static AttemptId first(Job job) {
    return new AttemptId(job.number(), job.uuid(), 1);
  }

  static AttemptId first(List<Job> jobs, int index) {
    return first(jobs.get(index));
  }

  Job find(Job job) {
    return store.read(snapshot -> snapshot.job(job.number())).orElseThrow();
  }

  Reason why(Job job) {
    return Admission.explain(engine.situation(), job.queue(), new TreeSet<>(List.of(job.number())))
        .get(job.number())
        .reason();
  }
}
