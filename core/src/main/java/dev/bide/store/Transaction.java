package dev.bide.store;

import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.queue.QueueSettings;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What can change, all of it or nothing. A boolean says whether the guard held; false: somebody
 * else decided, and nothing was changed. Also reads what it has itself written. Instants are kept
 * to the millisecond.
 */
public interface Transaction
    extends Snapshot, ScheduleTransaction, NoticeTransaction, RetentionTransaction {
  /**
   * A new PENDING job with the next number, which no job ever had.
   *
   * @throws IllegalStateException when a job has, or had, this uuid
   * @throws IllegalArgumentException when a word or the environment holds what no process can have
   */
  Job insert(JobSpec spec, UUID uuid, Instant submittedAt);

  /**
   * Remembers what an idempotency key was answered.
   *
   * @throws IllegalStateException when the key is remembered already
   */
  void accept(String idempotencyKey, Accepted accepted, Instant at);

  /** PENDING to RUNNING, starting: opens the attempt, which must be the job's next one. */
  boolean assign(AttemptId attempt, String node, Instant at);

  /** Its process exists: true once. Nobody waits for it: it rides with the next commit. */
  boolean started(AttemptId attempt, ProcessIdentity process, Instant at);

  /**
   * RUNNING to PENDING: the attempt is known never to have started and ends NOT_STARTED; no try is
   * spent. False also when its process was known to exist.
   *
   * @param why what stood in the way
   * @param notBefore when to look again, or null for at once
   */
  boolean withdraw(
      AttemptId attempt, Reason why, String message, @Nullable Instant notBefore, Instant at);

  /** The open attempt is told to end: true once. An exit committed before this wins. */
  boolean stopping(AttemptId attempt, Reason why, Instant at);

  /**
   * Nothing newer can be known of the open attempt: it stays RUNNING and says so.
   *
   * @param message why, or null when it is in reach again
   */
  boolean unreachable(AttemptId attempt, @Nullable String message, @Nullable Instant lastSeenAt);

  /** Ends the open attempt, and its job with it: true exactly once per attempt. */
  boolean finish(AttemptId attempt, Ending ending);

  /** PENDING straight to an end, without an attempt: earlier ones do not show in its status. */
  boolean end(long number, Ending ending);

  /** A final job back to PENDING; when it was to begin first no longer matters. */
  boolean retry(long number, @Nullable Instant notBefore);

  /** Hides a final job for ever; what is on disk of it goes after the commit. */
  boolean remove(long number);

  /** Adds a queue, or changes it. */
  void save(QueueSettings queue);
}
