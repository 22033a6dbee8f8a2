package dev.bide.checks.bench;

import dev.bide.schedule.CronTrigger;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.Occurrence;
import dev.bide.schedule.Trigger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** When a cron expression is due next, from one run to the following. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NextInstant {
  /** What is measured: a short way to the next run, and long ones. */
  @Param({"30 2 * * 1-5", "*/5 * * * *", "0 0 29 2 1"})
  private String expression = "";

  private final ZoneId zone = ZoneId.of("Europe/Berlin");
  private @Nullable Trigger trigger;
  private Instant after = Instant.EPOCH;

  /** Reads the expression. */
  @Setup
  public void read() throws InvalidTrigger {
    trigger = CronTrigger.of(expression);
    after = Instant.parse("2026-01-01T00:00:00Z");
  }

  /** One step; begins again where the calendar ends. */
  @Benchmark
  public @Nullable Occurrence next() {
    Trigger one = trigger;
    Occurrence next = one == null ? null : one.next(after, zone);
    after = next == null ? Instant.parse("2026-01-01T00:00:00Z") : next.instant();
    return next;
  }

  /** Microseconds of a step, by expression. */
  static Iterable<RunResult> microseconds() throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(NextInstant.class.getName())
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build())
        .run();
  }
}
