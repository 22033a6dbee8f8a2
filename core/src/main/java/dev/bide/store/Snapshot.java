package dev.bide.store;

import dev.bide.job.Attempt;
import dev.bide.job.Job;
import dev.bide.queue.QueueSettings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was true at one instant. */
public interface Snapshot extends ScheduleSnapshot, NoticeSnapshot, RetentionSnapshot {
  /** The job with this number; removed ones excepted. */
  Optional<Job> job(long number);

  /** The job with this uuid; removed ones excepted. */
  Optional<Job> job(UUID uuid);

  /** The jobs with these numbers, oldest first; removed ones are left out. */
  List<Job> jobs(Collection<Long> numbers);

  /**
   * The jobs whose uuid starts so, at most {@code limit} of them; removed ones excepted.
   *
   * @param prefix lower-case hexadecimal digits and dashes, as a uuid is written
   */
  List<Job> jobsByUuidPrefix(String prefix, int limit);

  /** The uuid of the job that had this number and was removed; empty when none was. */
  Optional<UUID> uuidOfRemoved(long number);

  /** True when a job had this number and was removed. */
  default boolean removed(long number) {
    return uuidOfRemoved(number).isPresent();
  }

  /** True when a job had this uuid and was removed. */
  boolean removed(UUID uuid);

  /** What an earlier submit with this idempotency key was answered; the key's text is enough. */
  Optional<Accepted> accepted(String idempotencyKey);

  /**
   * One page of jobs, newest first.
   *
   * @param after the {@code next} of the page before, or null for the first page
   * @param limit at most so many
   * @throws IllegalArgumentException when {@code after} is no cursor of this store
   */
  Page jobs(JobFilter filter, @Nullable String after, int limit);

  /** Every job that fits, oldest first, one by one: for what must not be held in memory at once. */
  void forEachJob(JobFilter filter, Consumer<Job> reader);

  /** All attempts of a job, oldest first. */
  List<Attempt> attempts(long number);

  /** The environment a job was submitted with; empty when there is no such job. */
  Map<String, String> environment(long number);

  /** PENDING and RUNNING, in submit order: what memory is rebuilt from. */
  List<Job> unfinished();

  /** All queues, by name. */
  List<QueueSettings> queues();

  /** The greatest number ever given; 0 when there was none. */
  long newestNumber();
}
