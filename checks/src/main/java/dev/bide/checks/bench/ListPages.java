package dev.bide.checks.bench;

import dev.bide.checks.Ground;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessIdentity;
import dev.bide.store.Home;
import dev.bide.store.Transaction;
import dev.bide.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The newest 100 jobs, asked for over HTTP, with this many finished ones in the store. */
final class ListPages implements AutoCloseable {
  private final Ground ground;

  ListPages(Path directory, int finished) {
    ground = new Ground(directory);
    try (Home home = Home.open(ground.home());
        SqliteStore store = SqliteStore.open(home.database())) {
      for (int rest = finished; rest > 0; rest -= 1000) {
        int some = Math.min(rest, 1000);
        store.write(
            transaction -> {
              for (int index = 0; index < some; index++) {
                finished(transaction);
              }
              return some;
            });
      }
    }
    ground.serve();
  }

  private static void finished(Transaction transaction) {
    Instant now = Instant.now();
    Job job = transaction.insert(JobSpec.of("sleep", "0"), UUID.randomUUID(), now);
    AttemptId attempt = new AttemptId(job.number(), job.uuid(), 1);
    transaction.assign(attempt, "bench", now);
    transaction.started(attempt, new ProcessIdentity(4711, 815, "bench"), now);
    transaction.finish(attempt, new Ending(Outcome.COMPLETED, null, null, 0, null, now, 0));
  }

  /** Milliseconds of requests for a path, one each. */
  List<Double> milliseconds(String path, int warmUp, int requests) {
    List<Double> all = new ArrayList<>();
    for (int index = 0; index < warmUp + requests; index++) {
      long began = System.nanoTime();
      ground
          .client()
          .get(path)
          .orElseThrow(() -> new IllegalStateException("no answer to " + path))
          .expect(200);
      if (index >= warmUp) {
        all.add((System.nanoTime() - began) / 1e6);
      }
    }
    return all;
  }

  @Override
  public void close() {
    ground.close();
  }
}
