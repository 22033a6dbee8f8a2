package dev.bide.checks.bench;

import java.nio.file.Path;
import java.util.OptionalDouble;

/** Something that can run {@code true} many times, three at once. */
interface Drain extends AutoCloseable {
  /**
   * What a round took.
   *
   * @param jobs how many ran
   * @param seconds from the first start to the last end
   * @param cpuSeconds of the whole tree, if it can be known
   */
  record Round(int jobs, double seconds, OptionalDouble cpuSeconds) {
    double perSecond() {
      return jobs / seconds;
    }

    /** CPU milliseconds of one job. */
    OptionalDouble cpuOfOne() {
      return cpuSeconds.isPresent()
          ? OptionalDouble.of(cpuSeconds.getAsDouble() * 1000 / jobs)
          : cpuSeconds;
    }
  }

  /** For the table. */
  String name();

  /** Runs them. */
  Round round(int jobs) throws Exception;

  @Override
  void close();

  /** How many run at once. */
  int SLOTS = 3;

  /** A round of a program that runs to its end. */
  static Round ofProcess(Tree tree, ProcessBuilder builder, int jobs) throws Exception {
    OptionalDouble before = tree.seconds();
    long began = System.nanoTime();
    Process process = builder.inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(builder.command() + " ended with " + process.exitValue());
    }
    return since(tree, before, began, jobs);
  }

  /** A round that ends now. */
  static Round since(Tree tree, OptionalDouble before, long began, int jobs) {
    double seconds = (System.nanoTime() - began) / 1e9;
    OptionalDouble after = tree.seconds();
    return new Round(
        jobs,
        seconds,
        after.isPresent() && before.isPresent()
            ? OptionalDouble.of(after.getAsDouble() - before.getAsDouble())
            : OptionalDouble.empty());
  }

  /** Compiles a C program that comes with the benchmarks. */
  static Path compiled(Path directory, String name) throws Exception {
    Path source = directory.resolve(name + ".c");
    try (var in = Drain.class.getResourceAsStream(name + ".c")) {
      if (in == null) {
        throw new IllegalStateException(name + ".c is missing");
      }
      java.nio.file.Files.copy(in, source);
    }
    Path program = directory.resolve(name);
    Process compiler =
        new ProcessBuilder("cc", "-O2", "-o", program.toString(), source.toString())
            .inheritIO()
            .start();
    if (compiler.waitFor() != 0) {
      throw new IllegalStateException("cc cannot compile " + source);
    }
    return program;
  }
}
