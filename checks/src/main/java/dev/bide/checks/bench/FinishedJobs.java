package dev.bide.checks.bench;

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
import java.util.UUID;

/** Rows of jobs that have ended, without having run any. */
final class FinishedJobs {
  private FinishedJobs() {}

  /** Writes so many into a home that nobody has open. */
  static void fill(Path path, int count, Instant ended) {
    try (Home home = Home.open(path);
        SqliteStore store = SqliteStore.open(home.database())) {
      for (int rest = count; rest > 0; rest -= 1000) {
        int some = Math.min(rest, 1000);
        store.write(
            transaction -> {
              for (int index = 0; index < some; index++) {
                finished(transaction, ended);
              }
              return some;
            });
      }
    }
  }

  private static void finished(Transaction transaction, Instant at) {
    Job job = transaction.insert(JobSpec.of("sleep", "0"), UUID.randomUUID(), at);
    AttemptId attempt = new AttemptId(job.number(), job.uuid(), 1);
    transaction.assign(attempt, "bench", at);
    transaction.started(attempt, new ProcessIdentity(4711, 815, "bench"), at);
    transaction.finish(attempt, new Ending(Outcome.COMPLETED, null, null, 0, null, at, 0));
  }
}
