package dev.bide.store;

import dev.bide.job.AttemptId;
import dev.bide.retention.Swept;
import java.time.Instant;

/** What can change about what is kept, within one {@link Transaction}. */
public interface RetentionTransaction extends RetentionSnapshot {
  /** Keeps a job whatever its age, or no longer; false when there is none of this number. */
  boolean pin(long number, boolean pinned);

  /**
   * An ended attempt's log was cut.
   *
   * @param size how long it is now
   * @param leftOut how many bytes it lost, all in all
   * @return false when there is no such attempt, or it is open
   */
  boolean logCut(AttemptId attempt, long size, long leftOut);

  /** Adds to what was removed so far; its instant takes the place of the one before. */
  void swept(Swept more);

  /**
   * Forgets idempotency keys that were accepted before and whose jobs were all removed; a few at a
   * time.
   */
  void forgetKeys(Instant before);

  /**
   * Gives room within the file that is not needed any more back to the file system, once this is
   * committed.
   *
   * @param pages at most so many
   * @return how many; 0 when there is little to give back
   */
  int shrink(int pages);
}
