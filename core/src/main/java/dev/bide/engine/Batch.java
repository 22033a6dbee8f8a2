package dev.bide.engine;

import dev.bide.figures.Meter;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.Status;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.Admission;
import dev.bide.queue.Situation;
import dev.bide.runner.Runner;
import dev.bide.schedule.Schedule;
import dev.bide.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One transaction's worth of decisions: applies commands, lets in what may start, and collects what
 * is to be done once all of it is on disk. Lives on the engine's thread for one turn.
 */
final class Batch {
  /** A stop to be carried out. */
  record Stop(AttemptId attempt, Duration grace) {}

  private final Transaction transaction;
  private final Memory memory;
  private final Instant now;
  private final JobCommands jobCommands;
  private final News news;
  private final Planning planning;
  private final Telling telling;
  private final Cleaning cleaning;

  /** Jobs that changed; null: read it again before it is told. */
  private final Map<Long, @Nullable Job> touched = new LinkedHashMap<>();

  private final Map<Long, Job> settled = new LinkedHashMap<>();
  private final List<Job> launches = new ArrayList<>();
  private final List<AttemptId> closed = new ArrayList<>();
  private final List<Stop> stops = new ArrayList<>();
  private final List<Job> removals = new ArrayList<>();
  private final Map<Long, Outcome> endings = new LinkedHashMap<>();

  Batch(
      Transaction transaction,
      Memory memory,
      Runner runner,
      Supplier<UUID> uuids,
      Backoffs backoffs,
      Duration grace,
      List<NoticeRule> notices,
      Instant began,
      Instant now,
      BooleanSupplier mayPlan) {
    this.transaction = transaction;
    this.memory = memory;
    this.now = now;
    this.telling = new Telling(transaction, memory, uuids, notices, now);
    this.jobCommands = new JobCommands(this, transaction, memory, runner, uuids, backoffs, now);
    this.news = new News(this, transaction, memory, backoffs, now);
    this.cleaning = new Cleaning(this, transaction, now);
    this.planning =
        new Planning(this, transaction, memory.agenda(), uuids, grace, began, now, mayPlan);
  }

  List<Job> launches() {
    return launches;
  }

  List<AttemptId> closed() {
    return closed;
  }

  List<Stop> stops() {
    return stops;
  }

  List<Job> removals() {
    return removals;
  }

  /** Counts what came to pass, once all of it is on disk. */
  void count(Meter meter) {
    for (Job job : launches) {
      meter.started();
      if (job.attempt() == 1) {
        Instant begin = job.terms().beginAt();
        Instant ready =
            begin != null && begin.isAfter(job.submittedAt()) ? begin : job.submittedAt();
        meter.waited(Duration.between(ready, now));
      }
    }
    endings.forEach(
        (number, outcome) -> {
          meter.ended(outcome);
          Job job = settled.get(number);
          if (job != null
              && job.status() instanceof Status.Ended ended
              && ended.startedAt() != null) {
            meter.ran(Duration.between(ended.startedAt(), ended.ending().at()));
          }
        });
    planning.decisions().forEach(meter::planned);
  }

  /** Every job that changed, as it is once {@link #settle} has run, except removed ones. */
  Iterable<Job> changed() {
    return settled.values();
  }

  /**
   * The last thing in the transaction: reads each job that changed once, however often it did, and
   * lets the answers say what became of their jobs.
   */
  void settle(List<Asked<?>> taken) {
    telling.settle();
    touched.forEach((number, job) -> settled.put(number, job == null ? existing(number) : job));
    refreshAnswers(taken);
  }

  private void refreshAnswers(List<Asked<?>> taken) {
    for (Asked<?> asked : taken) {
      if (asked.command() instanceof Command.Submit) {
        @SuppressWarnings("unchecked") // what Command.Submit says it is answered with
        Asked<Submitted> submit = (Asked<Submitted>) asked;
        submit.redecide(
            answer ->
                new Submitted(
                    answer.jobs().stream()
                        .map(job -> settled.getOrDefault(job.number(), job))
                        .toList(),
                    answer.again()));
      } else if (asked.command() instanceof Command.Retry retry) {
        @SuppressWarnings("unchecked") // what Command.Retry says it is answered with
        Asked<Job> again = (Asked<Job>) asked;
        again.redecide(job -> settled.getOrDefault(retry.number(), job));
      } else if (asked.command() instanceof Command.RunSchedule) {
        @SuppressWarnings("unchecked") // what Command.RunSchedule says it is answered with
        Asked<Job> added = (Asked<Job>) asked;
        added.redecide(job -> settled.getOrDefault(job.number(), job));
      }
    }
  }

  /** Applies one command; a refusal changes nothing and stays with its asker alone. */
  <T> void apply(Asked<T> asked) {
    try {
      asked.decide(decide(asked.command()));
    } catch (Refused refused) {
      asked.refuse(refused);
    }
  }

  private <T> T decide(Command<T> command) {
    if (command instanceof Command.OfSchedules<T> ofSchedules) {
      return planning.decide(ofSchedules);
    }
    if (command instanceof Command.OfNotices<T> ofNotices) {
      return telling.decide(ofNotices);
    }
    if (command instanceof Command.OfRetention<T> ofRetention) {
      return cleaning.decide(ofRetention);
    }
    if (command instanceof Command.OfRunner<T> ofRunner) {
      return news.decide(ofRunner);
    }
    return jobCommands.decide(command);
  }

  /** Makes a job that waits from now on. */
  Job accept(JobSpec spec, UUID uuid) {
    Job job = transaction.insert(spec, uuid, now);
    Instant notBefore = job.status() instanceof Status.Pending waits ? waits.notBefore() : null;
    memory.waits(job.number(), job.queue(), notBefore, null);
    memory.unfinished(job);
    touched.put(job.number(), job);
    return job;
  }

  /** Ends a job that waits, has one that runs told to end, and leaves any other as it is. */
  Job cancel(Command.Cancel cancel) {
    return jobCommands.cancel(cancel);
  }

  /** Notes that an open attempt is to be stopped. */
  void stops(Stop stop) {
    stops.add(stop);
  }

  /** What goes. */
  Cleaning cleaning() {
    return cleaning;
  }

  /** What runners tell. */
  News news() {
    return news;
  }

  /** Writes down who is told. */
  Telling telling() {
    return telling;
  }

  // ---- what is planned

  /** Adds what schedules ask for now. */
  void plan() {
    planning.decideWhatIsDue();
  }

  /** The schedules that changed; null for one that is gone. */
  Map<String, @Nullable Schedule> changedSchedules() {
    return planning.changed();
  }

  /** Tells whoever is to know, and the schedule of a job where it has one, that it has ended. */
  void ended(long number, String queue, Outcome outcome) {
    telling.ended(number, queue, outcome);
    endings.put(number, outcome);
    Agenda.Entry entry = memory.agenda().ended(number);
    if (entry != null) {
      planning.ended(entry, number, outcome);
    }
  }

  // ---- who starts

  /** Lets in what may start now, and opens its attempts. */
  void admit(Situation situation, String node) {
    for (Situation.Start start : Admission.decide(situation)) {
      Job job = touched.get(start.number());
      if (job == null) {
        job = existing(start.number());
      }
      AttemptId attempt = new AttemptId(job.number(), job.uuid(), job.attempt() + 1);
      hold(transaction.assign(attempt, node, now), "assign an attempt");
      memory.opened(new Memory.Open(attempt, job.queue(), node));
      Job assigned = job.on(attempt, new Status.Running(node, null, null, null, null, null));
      touched.put(assigned.number(), assigned);
      launches.add(assigned);
    }
  }

  // ---- small things

  /** Notes that an attempt is open no more. */
  void closes(AttemptId attempt) {
    closed.add(attempt);
    memory.closed(attempt.number());
  }

  /** Notes that a job changed. */
  void changes(long number) {
    touched.put(number, null);
  }

  /** Notes that a job is gone. */
  void removes(Job job) {
    touched.remove(job.number());
    removals.add(job);
  }

  /** Notes that a job changed; answers it as it is now. */
  Job touch(long number) {
    Job job = existing(number);
    touched.put(number, job);
    return job;
  }

  Job existing(long number) {
    return transaction.job(number).orElseThrow(() -> Missing.job(number, transaction));
  }

  /** Refuses what names a queue that does not exist. */
  void needQueue(String name) {
    if (!memory.knowsQueue(name)) {
      throw Missing.queue(name, memory.queueNames());
    }
  }

  /** Memory and store must agree; where they do not, the whole batch is given up and read again. */
  static void hold(boolean guard, String what) {
    if (!guard) {
      throw new IllegalStateException("memory and store disagree: could not " + what);
    }
  }
}
