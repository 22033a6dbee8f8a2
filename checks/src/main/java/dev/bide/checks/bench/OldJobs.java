package dev.bide.checks.bench;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.job.JobSpec;
import dev.bide.retention.Held;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A sweep over very many jobs that are too old, while somebody submits. */
final class OldJobs {
  private OldJobs() {}

  /**
   * What came out.
   *
   * @param filled bytes of the database before
   * @param left bytes of it afterwards, with its journal
   * @param seconds of the sweep
   * @param submits milliseconds of the submits one after another meanwhile
   */
  record Result(long filled, long left, double seconds, List<Double> submits) {}

  /**
   * All of them went out of date a month ago; they have no files, so this is the database alone.
   */
  static Result sweep(Path parent, int count) throws Exception {
    Path home = Files.createTempDirectory(parent, "old-").resolve("home");
    FinishedJobs.fill(home, count, Instant.now().minus(Duration.ofDays(120)));
    long filled = Files.size(home.resolve("bide.db"));
    List<Double> submits = new ArrayList<>();
    double seconds;
    try (Bide bide = Bide.open(BideConfig.of(home))) {
      bide.change("default", null, true).get();
      for (int index = 0; index < 500; index++) {
        bide.submit(JobSpec.of("true")).get(); // warm
      }
      AtomicReference<@Nullable Held> gone = new AtomicReference<>();
      AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
      long began = System.nanoTime();
      Thread sweep =
          new Thread(
              () -> {
                try {
                  gone.set(bide.retention().sweep());
                } catch (InterruptedException | RuntimeException e) {
                  failed.set(e);
                }
              },
              "sweep");
      sweep.start();
      while (sweep.isAlive()) {
        long asked = System.nanoTime();
        bide.submit(JobSpec.of("true")).get();
        submits.add((System.nanoTime() - asked) / 1e6);
      }
      seconds = (System.nanoTime() - began) / 1e9;
      Held held = gone.get();
      if (held == null || held.jobs() != count) {
        throw new IllegalStateException("went: " + held + " of " + count, failed.get());
      }
    }
    return new Result(filled, Files.size(home.resolve("bide.db")), seconds, submits);
  }
}
