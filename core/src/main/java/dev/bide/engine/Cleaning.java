package dev.bide.engine;

import dev.bide.job.Job;
import dev.bide.job.Status;
import dev.bide.retention.Candidate;
import dev.bide.retention.Held;
import dev.bide.retention.Swept;
import dev.bide.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What goes because it is old or takes too much room, within one batch. */
final class Cleaning {
  /** A client that has had no answer for so long does not ask again. */
  private static final Duration KEYS_ARE_REMEMBERED = Duration.ofDays(7);

  private final Batch batch;
  private final Transaction transaction;
  private final Instant now;

  Cleaning(Batch batch, Transaction transaction, Instant now) {
    this.batch = batch;
    this.transaction = transaction;
    this.now = now;
  }

  @SuppressWarnings("unchecked") // each record answers what its own type parameter says
  <T> T decide(Command.OfRetention<T> command) {
    Object answer;
    if (command instanceof Command.RemoveOld old) {
      answer = remove(old);
    } else if (command instanceof Command.LogCut cut) {
      answer = logCut(cut);
    } else if (command instanceof Command.Shrink shrink) {
      answer = transaction.shrink(shrink.pages());
    } else {
      throw new IllegalStateException("no decision for " + command);
    }
    return (T) answer;
  }

  /** Removes those that still are as they were when it was decided. */
  private Held remove(Command.RemoveOld old) {
    Held gone = Held.NOTHING;
    for (Candidate candidate : old.jobs()) {
      Optional<Job> job =
          transaction.job(candidate.number()).filter(found -> isUnchanged(found, candidate));
      if (job.isPresent() && transaction.remove(candidate.number())) {
        batch.removes(job.get());
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

  private boolean logCut(Command.LogCut cut) {
    if (!transaction.logCut(cut.attempt(), cut.size(), cut.leftOut())) {
      return false;
    }
    transaction.swept(new Swept(Held.NOTHING, 1, cut.leftOut(), now));
    return true;
  }
}
