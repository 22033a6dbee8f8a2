package dev.bide.checks;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.queue.QueueSettings;
import dev.bide.retention.Held;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.retention.LogLimit;
import dev.bide.retention.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Many jobs through a home whose logs may take little room: the limit holds, what runs is not
 * touched, and neither the database nor the directory of runs grows with what went.
 *
 * @param jobs how many
 * @param logLimit bytes of logs
 * @param logBytes what each writes
 */
record RetentionSoak(int jobs, long logLimit, int logBytes) {
  private static final int AT_ONCE = 200;
  private static final int SLOTS = 16;

  /**
   * What ends while a sweep runs, and in the second before the next: the limit may be passed by so
   * much.
   */
  private static final double SLACK = 1.2;

  private static final int SLACK_JOBS = 500;

  private static final long BYTES_OF_EMPTY_DATABASE = 6_000_000;
  private static final long BYTES_OF_A_KEPT_JOB = 1_500;

  /** Its number and its uuid are remembered for ever. */
  private static final long BYTES_OF_A_REMOVED_JOB = 120;

  /**
   * Does it, telling a line.
   *
   * @return whether every promise was kept
   */
  boolean run(Consumer<String> tell) {
    try {
      Path directory = Files.createTempDirectory("bide-retention");
      try {
        return run(directory, tell);
      } finally {
        Commands.run(List.of("rm", "-rf", directory.toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean run(Path directory, Consumer<String> tell)
      throws IOException, InterruptedException, ExecutionException {
    Path home = directory.resolve("home");
    Keep keep =
        new Keep(
            new Limits(null, Map.of(), null, LogLimit.bytes(logLimit)),
            Map.of(),
            Keep.DEFAULT_LONGEST_LOG);
    List<String> findings = new ArrayList<>();
    long[] latencies = new long[jobs / AT_ONCE];
    long begin = System.nanoTime();
    try (Bide bide = Bide.open(BideConfig.of(home).withKeep(keep))) {
      bide.change("default", SLOTS, null).get();
      long mostLogs = 0;
      long mostDatabase = 0;
      int runningBytes = (int) Math.min(logLimit, 5_000_000);
      Path ready = directory.resolve("ready");
      Job running =
          bide.submit(
                  sh(
                      directory,
                      "head -c "
                          + runningBytes
                          + " /dev/zero; touch "
                          + ready
                          + "; exec sleep 86400"))
              .get();
      await(() -> Files.exists(ready), Duration.ofSeconds(30));
      List<JobSpec> some =
          Collections.nCopies(AT_ONCE, sh(directory, "head -c " + logBytes + " /dev/zero"));
      for (int i = 0; i < latencies.length; i++) {
        await(() -> pending(bide) < 2 * AT_ONCE, Duration.ofMinutes(5));
        long asked = System.nanoTime();
        bide.submit(some, null).get();
        latencies[i] = System.nanoTime() - asked;
        mostLogs = Math.max(mostLogs, ended(bide).logBytes());
        mostDatabase = Math.max(mostDatabase, Files.size(home.resolve("bide.db")));
        if (Files.size(bide.logFile(running, 1)) != runningBytes) {
          findings.add("the log of the job that runs was touched");
        }
      }
      await(() -> pending(bide) == 0 && occupied(bide) == 1, Duration.ofMinutes(5));
      bide.retention().sweep();
      Held kept = ended(bide);
      long removed = bide.retention().report().swept().removed().jobs();
      long database = Files.size(home.resolve("bide.db"));
      boolean filesGone =
          await(() -> directories(home.resolve("runs")) <= kept.jobs() + 1, Duration.ofMinutes(2));
      if (kept.logBytes() > logLimit) {
        findings.add(kept + " is kept at the end, more than " + logLimit);
      }
      if (mostLogs > logLimit * SLACK + (double) SLACK_JOBS * logBytes) {
        findings.add(mostLogs + " bytes of logs were kept at once");
      }
      if (kept.jobs() + removed != (long) latencies.length * AT_ONCE) {
        findings.add(kept.jobs() + " kept and " + removed + " removed are not all");
      }
      if (!filesGone) {
        findings.add("files of removed jobs are left");
      }
      long bound =
          BYTES_OF_EMPTY_DATABASE
              + kept.jobs() * BYTES_OF_A_KEPT_JOB
              + removed * BYTES_OF_A_REMOVED_JOB;
      if (Math.max(database, mostDatabase) > bound) {
        findings.add("the database had " + mostDatabase + " bytes, more than " + bound);
      }
      bide.killRunning(Duration.ZERO);
      Arrays.sort(latencies);
      tell.accept(
          ("%,d jobs in %d s: %,d kept with %,d bytes of logs (limit %,d, at most %,d), %,d"
                  + " removed; database %,d bytes, at most %,d; %d accepted in %.1f ms, p99"
                  + " %.1f ms%s")
              .formatted(
                  latencies.length * AT_ONCE,
                  (System.nanoTime() - begin) / 1_000_000_000,
                  kept.jobs(),
                  kept.logBytes(),
                  logLimit,
                  mostLogs,
                  removed,
                  database,
                  mostDatabase,
                  AT_ONCE,
                  latencies[latencies.length / 2] / 1e6,
                  latencies[latencies.length * 99 / 100] / 1e6,
                  findings.isEmpty() ? "" : "\n  " + String.join("\n  ", findings)));
    }
    return findings.isEmpty();
  }

  private static JobSpec sh(Path directory, String line) {
    return new JobSpec(
        new Program.Argv(List.of("/bin/sh", "-c", line)),
        directory.toString(),
        null,
        QueueSettings.DEFAULT_NAME,
        Map.of("PATH", "/usr/bin:/bin"),
        0022);
  }

  private static int pending(Bide bide) {
    return bide.queues().stream().mapToInt(queue -> queue.pending()).sum();
  }

  private static int occupied(Bide bide) {
    return bide.queues().stream().mapToInt(queue -> queue.running()).sum();
  }

  private static Held ended(Bide bide) {
    return bide.retention().tallies().stream()
        .filter(tally -> tally.state().isFinal())
        .map(Tally::held)
        .reduce(Held.NOTHING, Held::plus);
  }

  private static int directories(Path runs) {
    int count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(runs)) {
      for (Path ignored : entries) {
        count++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return count;
  }

  private static boolean await(BooleanSupplier condition, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      BideServer.pause(Duration.ofMillis(20));
    }
    return true;
  }
}
