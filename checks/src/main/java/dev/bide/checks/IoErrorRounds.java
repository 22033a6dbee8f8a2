package dev.bide.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The nth call fails that changes something on disk: n = first, first + step, … until a run in
 * which none failed, for each error and each kind of files.
 *
 * @param jobs of each run
 * @param first the first n
 * @param step between two n
 * @param times how many calls fail from the nth on
 * @param lanes how many runs at the same time, each on a ground of its own
 */
record IoErrorRounds(
    List<IoFault.Failure> errors,
    List<IoFault.Where> where,
    int jobs,
    int first,
    int step,
    int times,
    int lanes) {

  /**
   * Runs them, telling a line for each that found something, and a last one.
   *
   * @return whether every counter stayed 0 and each kind of files had a run without a fault
   */
  boolean run(Consumer<String> tell) {
    Path directory = null;
    try {
      directory = Files.createTempDirectory("bide-ioerrors-");
      Path library = IoFault.library(directory);
      Results results = new Results(tell);
      for (IoFault.Where kind : where) {
        for (IoFault.Failure error : errors) {
          all(error, kind, library, results);
        }
      }
      return results.tellAll(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(directory);
    }
  }

  private void all(IoFault.Failure error, IoFault.Where kind, Path library, Results results) {
    AtomicInteger next = new AtomicInteger(first);
    AtomicBoolean over = new AtomicBoolean();
    Lanes.run(
        lanes,
        lane -> {
          while (!over.get()) {
            IoFault fault = new IoFault(error, kind, next.getAndAdd(step), times);
            if (!one(fault, library, results)) {
              over.set(true);
            }
          }
        });
  }

  /** True when a call failed. */
  private boolean one(IoFault fault, Path library, Results results) {
    try (IoErrorRound round = new IoErrorRound(fault, library)) {
      try {
        IoErrorRound.Result result = round.run(jobs);
        results.add(result);
        return !result.failed().isEmpty();
      } catch (RuntimeException | Error e) {
        List<String> failed = round.failed();
        results.add(
            new IoErrorRound.Result(
                fault, failed, null, Verdict.found(List.of("the run did not end well: " + e))));
        return !failed.isEmpty();
      }
    }
  }

  private static void delete(@Nullable Path directory) {
    if (directory == null) {
      return;
    }
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What came out, of all lanes. Thread-safe. */
  private static final class Results {
    private final Consumer<String> tell;
    private Verdict sum = Verdict.NOTHING; // guarded by this
    private int runs; // guarded by this
    private int withFault; // guarded by this
    private final Map<String, Integer> said = new TreeMap<>(); // guarded by this
    private int dirty; // guarded by this

    Results(Consumer<String> tell) {
      this.tell = tell;
    }

    synchronized void add(IoErrorRound.Result result) {
      runs++;
      withFault += result.failed().isEmpty() ? 0 : 1;
      if (result.said() != null) {
        said.merge(result.said(), 1, Integer::sum);
      }
      sum = sum.plus(result.verdict());
      if (!result.verdict().clean()) {
        dirty++;
        tell.accept(
            "%s, failed %s:\n  %s"
                .formatted(
                    result.fault(),
                    result.failed(),
                    String.join("\n  ", result.verdict().findings())));
      }
      if (runs % 100 == 0) {
        tell.accept("%d runs, %d with findings; %s".formatted(runs, dirty, result.fault()));
      }
    }

    synchronized boolean tellAll(IoErrorRounds rounds) {
      said.forEach((what, times) -> tell.accept(times + " servers could not start: " + what));
      int startedAgain = said.values().stream().mapToInt(Integer::intValue).sum();
      Verdict counters = sum.withoutFindings();
      tell.accept(
          "%s: %d runs, %d with a fault, in %d of them a second start was needed, runs with findings %d; %s"
              .formatted(rounds, runs, withFault, startedAgain, dirty, counters));
      return dirty == 0 && withFault > 0 && withFault < runs;
    }
  }
}
