package dev.bide.checks.bench;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Durable submits in one process: each is answered when it is on disk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Submits {
  /** Where homes are made, as a system property of the fork. */
  static final String DIRECTORY = "bide.bench.directory";

  private @Nullable Bide bide;
  private final JobSpec job = JobSpec.of("true");

  /** Opens a new home; its queue is paused, so that nothing but submits is measured. */
  @Setup
  public void open() throws Exception {
    Path parent = Path.of(System.getProperty(DIRECTORY, "/tmp"));
    Bide opened =
        Bide.open(BideConfig.of(Files.createTempDirectory(parent, "submits-").resolve("home")));
    opened.change("default", null, true).get();
    bide = opened;
  }

  private static Bide open(@Nullable Bide bide) {
    return Objects.requireNonNull(bide);
  }

  /** Closes it. */
  @TearDown
  public void close() {
    open(bide).close();
  }

  /** One submit. */
  @Benchmark
  public Job submit() throws Exception {
    return open(bide).submit(job).get();
  }

  /** Submits a second with so many clients. */
  static double perSecond(Path directory, int clients) throws RunnerException {
    RunResult result =
        new Runner(
                new OptionsBuilder()
                    .include(Submits.class.getName())
                    .threads(clients)
                    .verbosity(VerboseMode.SILENT)
                    .jvmArgsAppend("-D" + DIRECTORY + "=" + directory)
                    .shouldFailOnError(true)
                    .build())
            .runSingle();
    return result.getPrimaryResult().getScore();
  }
}
