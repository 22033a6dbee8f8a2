package dev.bide.engine;

import dev.bide.job.Job;
import dev.bide.job.Status;
import dev.bide.retention.Candidate;
import dev.bide.retention.Held;
import dev.bide.retention.Swept;
import dev.bide.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What goes because it is old or takes too much room, within one batch. */
final class Cleaning {
  /** A client that has had no answer for so long does not ask again. */
  private static final Duration KEYS_ARE_REMEMBERED = Duration.ofDays(7);

  private final Transaction transaction;
  private final Instant now;

  Cleaning(Transaction transaction, Instant now) {
    this.transaction = transaction;
    this.now = now;
  }

  /**
   * Removes those that still are as they were when it was decided.
   *
   * @param removals where they are noted
   */
  Held remove(Command.RemoveOld old, List<Job> removals) {
    Held gone = Held.NOTHING;
    for (Candidate candidate : old.jobs()) {
      Optional<Job> job =
          transaction.job(candidate.number()).filter(found -> isUnchanged(found, candidate));
      if (job.isPresent() && transaction.remove(candidate.number())) {
        removals.add(job.get());
        gone = gone.plus(new Held(1, candidate.logBytes()));
      }
    }
    if (old.counted() && gone.jobs() > 0) {
      transaction.swept(new Swept(gone, 0, 0, now));
      transaction.forgetKeys(now.minus(KEYS_ARE_REMEMBERED));
    }
    return gone;
  }

  private static boolean isUnchanged(Job job, Candidate candidate) {
    return !job.pinned()
        && job.status() instanceof Status.Ended ended
        && ended.ending().at().equals(candidate.endedAt());
  }

  boolean logCut(Command.LogCut cut) {
    if (!transaction.logCut(cut.attempt(), cut.size(), cut.leftOut())) {
      return false;
    }
    transaction.swept(new Swept(Held.NOTHING, 1, cut.leftOut(), now));
    return true;
  }
}
