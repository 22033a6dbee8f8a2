package dev.bide.engine;

import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.QueueSettings;
import dev.bide.retention.Candidate;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.RetentionPolicy.Leaving;
import dev.bide.runner.Exit;
import dev.bide.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One record per verb and per piece of news: all that can ever change anything. The type parameter
 * is what the asker is answered after the commit.
 */
public sealed interface Command<T> {
  /** What is asked of schedules. */
  sealed interface OfSchedules<T> extends Command<T> {}

  /** What is asked of notices. */
  sealed interface OfNotices<T> extends Command<T> {}

  /** What keeps the store small. */
  sealed interface OfRetention<T> extends Command<T> {}

  /** What a runner tells: nobody waits for an answer, and it must never get lost. */
  sealed interface OfRunner<T> extends Command<T> {}

  /** What is written to remove one. */
  int ROWS_OF_A_JOB = 4;

  /**
   * Accept jobs, all or none.
   *
   * @param key makes asking again safe, or null
   */
  record Submit(List<JobSpec> specs, @Nullable Key key) implements Command<Submitted> {
    public Submit {
      specs = List.copyOf(specs);
    }
  }

  /**
   * Take over jobs of an old queue file; a uuid that is known is skipped.
   *
   * @param jobs what to take over
   */
  record Import(List<Imported> jobs) implements Command<List<Boolean>> {
    public Import {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * One job of an old file.
   *
   * @param ending how it ended, or null when it is still to run
   */
  record Imported(JobSpec spec, UUID uuid, @Nullable Ending ending) {}

  /**
   * Makes a repeated request recognizable.
   *
   * @param text what the client sent
   * @param digest of the request it came with
   */
  record Key(String text, String digest) {}

  /** Cancel a job; a final one is answered unchanged. */
  record Cancel(long number, Duration grace, Reason why) implements Command<Job> {}

  /** Put a final job back to PENDING. */
  record Retry(long number) implements Command<Job> {}

  /** Remove a final job for good. */
  record Remove(long number) implements Command<Boolean> {}

  /** Keep a job whatever its age, or no longer. */
  record Pin(long number, boolean pinned) implements Command<Job> {}

  /**
   * Remove jobs that have ended and are not pinned; any that is otherwise by now is left. Answers
   * what went.
   *
   * @param jobs as they were when it was decided, and why they go
   */
  record RemoveOld(List<Leaving> jobs) implements OfRetention<Held> {
    /** Most of them at once, so that whoever asks meanwhile is answered soon. */
    public static final int MOST = 200;

    public RemoveOld {
      jobs = List.copyOf(jobs);
    }

    /** All for the same reason. */
    public static RemoveOld of(List<Candidate> jobs, Cause cause) {
      return new RemoveOld(jobs.stream().map(job -> new Leaving(job, cause)).toList());
    }
  }

  /**
   * The log of an ended attempt was cut.
   *
   * @param size how long it is now
   * @param leftOut what it lost
   */
  record LogCut(AttemptId attempt, long size, long leftOut) implements OfRetention<Boolean> {}

  /** Give room in the store back to the file system; answers how many pages. */
  record Shrink(int pages) implements OfRetention<Integer> {}

  /** Change a queue; null leaves a setting as it is. */
  record ChangeQueue(
      String name,
      @Nullable Integer slots,
      @Nullable Boolean paused,
      @Nullable List<NoticeRule> notices)
      implements Command<QueueSettings> {
    /** One that leaves alone who is told what. */
    public ChangeQueue(String name, @Nullable Integer slots, @Nullable Boolean paused) {
      this(name, slots, paused, null);
    }
  }

  /** Note how far notices are; those that are gone are left out. */
  record NoteDelivery(Map<UUID, Delivery> deliveries) implements OfNotices<Boolean> {
    public NoteDelivery {
      deliveries = Map.copyOf(deliveries);
    }
  }

  /** Send a notice that was given up, or waits for its next try, at once. */
  record SendAgain(UUID id) implements OfNotices<Notice> {}

  /** Forget notices that were sent, or given up, before an instant each; answers how many. */
  record ForgetNotices(Instant sentBefore, Instant givenUpBefore) implements OfNotices<Integer> {}

  /** Add a schedule; refused when its name is taken. */
  record AddSchedule(Schedule schedule) implements OfSchedules<Schedule> {}

  /** Change all of a schedule but how far it is. */
  record ChangeSchedule(Schedule schedule) implements OfSchedules<Schedule> {}

  /** Plan nothing of a schedule until it is resumed; what passed meanwhile is not made up for. */
  record PauseSchedule(String name, boolean paused) implements OfSchedules<Schedule> {}

  /** Add one run of a schedule now, whatever else is going on; answers its job. */
  record RunSchedule(String name) implements OfSchedules<Job> {}

  /**
   * Make up for the runs of a schedule between two instants, both included, of which nothing was
   * decided; one after another. Answers how many those are.
   */
  record Backfill(String name, Instant from, Instant to) implements OfSchedules<Integer> {
    /** Most runs of one request. */
    public static final int MOST = 1_000;
  }

  /** Remove a schedule; its jobs stay. */
  record RemoveSchedule(String name) implements OfSchedules<Boolean> {}

  /** Start nothing new from now on; answers which jobs have an open attempt. */
  record Drain() implements Command<List<Long>> {}

  /** News: its process exists. */
  record Started(AttemptId attempt, ProcessIdentity process, Instant at)
      implements OfRunner<Boolean> {}

  /** News: it never started. */
  record NotStarted(AttemptId attempt, boolean commandsFault, String message)
      implements OfRunner<Boolean> {}

  /** News: it ended. */
  record Exited(AttemptId attempt, Exit exit) implements OfRunner<Boolean> {}

  /** News: how it ended cannot be known. */
  record Lost(AttemptId attempt, Reason why, String evidence, @Nullable Instant lastSeenAt)
      implements OfRunner<Boolean> {}

  /** News: its truth is out of reach, or (null) in reach again. */
  record Unreachable(AttemptId attempt, @Nullable String message, @Nullable Instant lastSeenAt)
      implements OfRunner<Boolean> {}

  /** How much work it is, in rows written, roughly. */
  default int weight() {
    if (this instanceof Submit submit) {
      return submit.specs().size();
    }
    if (this instanceof RemoveOld old) {
      return old.jobs().size() * ROWS_OF_A_JOB;
    }
    if (this instanceof Shrink shrink) {
      return shrink.pages();
    }
    if (this instanceof Backfill) {
      return Backfill.MOST;
    }
    return this instanceof Import imported ? imported.jobs().size() : 1;
  }

  /** True for what must never be refused for lack of room: news, and what frees a slot. */
  default boolean urgent() {
    return !(this instanceof Submit)
        && !(this instanceof Import)
        && !(this instanceof Retry)
        && !(this instanceof AddSchedule)
        && !(this instanceof RunSchedule)
        && !(this instanceof Backfill);
  }
}
