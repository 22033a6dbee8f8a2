package dev.bide.store;

import dev.bide.figures.JobFigures;
import dev.bide.job.AttemptId;
import dev.bide.job.State;
import dev.bide.retention.Candidate;
import dev.bide.retention.Held;
import dev.bide.retention.Older;
import dev.bide.retention.Swept;
import dev.bide.retention.Tally;
import java.time.Instant;
import java.util.List;

/** What is kept of jobs, as of one instant. */
public interface RetentionSnapshot {
  /** How much there is in each queue and state; counted as it changes, so reading costs nothing. */
  List<Tally> tallies();

  /**
   * Jobs of a queue that ended so and are not pinned; those that ended first, first.
   *
   * @param withLog true: only those that wrote something
   * @param limit at most so many
   */
  List<Candidate> oldestEnded(String queue, State state, boolean withLog, int limit);

  /** How much ended before an instant. Takes time in proportion to it. */
  Held count(Older older);

  /**
   * How much ended from an instant on and before another and is not pinned, of all queues and
   * states. Takes time in proportion to it.
   */
  Held countBetween(Instant from, Instant before);

  /** Some of what ended before an instant, at most so many. */
  List<Candidate> some(Older older, int limit);

  /**
   * Attempts that have ended, of jobs that have ended and are not pinned, whose logs are longer.
   *
   * @param longest in bytes, {@link dev.bide.retention.Keep#LEAST_LONGEST_LOG} or more
   */
  List<AttemptId> longLogs(long longest, int limit);

  /**
   * Tells of each job that has ended since then, pinned ones included. Takes time in proportion to
   * how many there are.
   */
  void forEachEnded(Instant since, JobFigures.Counter counter);

  /** What retention has removed so far. */
  Swept swept();
}
