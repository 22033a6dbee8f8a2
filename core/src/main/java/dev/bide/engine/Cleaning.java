package dev.bide.engine;

import dev.bide.job.Attempt;
import dev.bide.job.Job;
import dev.bide.job.Status;
import dev.bide.retention.Candidate;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.RetentionPolicy.Leaving;
import dev.bide.retention.Swept;
import dev.bide.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What goes: because it is old or takes too much room, or because somebody asked; in one batch. */
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
    Map<Cause, Held> gone = new EnumMap<>(Cause.class);
    for (Leaving leaving : old.jobs()) {
      Candidate candidate = leaving.job();
      Optional<Job> job =
          transaction.job(candidate.number()).filter(found -> isUnchanged(found, candidate));
      if (job.isPresent() && transaction.remove(candidate.number())) {
        batch.removes(job.get());
        gone.merge(leaving.cause(), new Held(1, candidate.logBytes()), Held::plus);
      }
    }
    if (!gone.isEmpty()) {
      transaction.swept(Swept.jobs(gone, now));
    }
    if (gone.keySet().stream().anyMatch(Cause::isRule)) {
      transaction.forgetKeys(now.minus(KEYS_ARE_REMEMBERED));
    }
    return gone.values().stream().reduce(Held.NOTHING, Held::plus);
  }

  private static boolean isUnchanged(Job job, Candidate candidate) {
    return !job.pinned()
        && job.status() instanceof Status.Ended ended
        && ended.ending().at().equals(candidate.endedAt());
  }

  /** Removes one job for a person; false when it has not ended. */
  boolean removeByHand(Job job) {
    long written = written(job);
    if (!transaction.remove(job.number())) {
      return false;
    }
    batch.removes(job);
    transaction.swept(Swept.jobs(Map.of(Cause.HAND, new Held(1, written)), now));
    return true;
  }

  private long written(Job job) {
    long bytes = 0;
    for (Attempt attempt : transaction.attempts(job.number())) {
      bytes += attempt.ending() == null ? 0 : attempt.ending().logSize();
    }
    return bytes;
  }

  private boolean logCut(Command.LogCut cut) {
    if (!transaction.logCut(cut.attempt(), cut.size(), cut.leftOut())) {
      return false;
    }
    transaction.swept(Swept.log(cut.leftOut(), now));
    return true;
  }
}
