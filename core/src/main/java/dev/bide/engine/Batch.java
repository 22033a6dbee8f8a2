package dev.bide.engine;

import dev.bide.engine.Refused.FieldError;
import dev.bide.engine.Refused.Kind;
import dev.bide.figures.Meter;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.Status;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeRule;
import dev.bide.queue.Admission;
import dev.bide.queue.QueueSettings;
import dev.bide.queue.Situation;
import dev.bide.runner.Exit;
import dev.bide.runner.Runner;
import dev.bide.schedule.Schedule;
import dev.bide.store.Accepted;
import dev.bide.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
  private final Runner runner;
  private final Supplier<UUID> uuids;
  private final Backoffs backoffs;
  private final Instant now;
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
      Instant now) {
    this.transaction = transaction;
    this.memory = memory;
    this.runner = runner;
    this.uuids = uuids;
    this.backoffs = backoffs;
    this.now = now;
    this.telling = new Telling(transaction, memory, uuids, notices, now);
    this.news = new News(this, transaction, memory, backoffs, now);
    this.cleaning = new Cleaning(transaction, now);
    this.planning = new Planning(this, transaction, memory.agenda(), uuids, grace, now);
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

  @SuppressWarnings("unchecked") // each record answers what its own type parameter says
  private <T> T decide(Command<T> command) {
    Object answer;
    if (command instanceof Command.Submit submit) {
      answer = submit(submit);
    } else if (command instanceof Command.Import imported) {
      imported.jobs().forEach(job -> needQueue(job.spec().queue()));
      answer = imported.jobs().stream().map(this::takeOver).toList();
    } else if (command instanceof Command.Cancel cancel) {
      answer = cancel(cancel);
    } else if (command instanceof Command.Retry retry) {
      answer = retry(retry.number());
    } else if (command instanceof Command.Remove remove) {
      answer = remove(remove.number());
    } else if (command instanceof Command.Pin pin) {
      answer = pin(pin);
    } else if (command instanceof Command.RemoveOld old) {
      answer = cleaning.remove(old, removals);
    } else if (command instanceof Command.LogCut cut) {
      answer = cleaning.logCut(cut);
    } else if (command instanceof Command.Shrink shrink) {
      answer = transaction.shrink(shrink.pages());
    } else if (command instanceof Command.ChangeQueue change) {
      answer = change(change);
    } else if (command instanceof Command.AddSchedule add) {
      answer = planning.addSchedule(add.schedule());
    } else if (command instanceof Command.ChangeSchedule change) {
      answer = planning.changeSchedule(change.schedule());
    } else if (command instanceof Command.PauseSchedule pause) {
      answer = planning.pause(pause.name(), pause.paused());
    } else if (command instanceof Command.RunSchedule run) {
      answer = planning.run(run.name());
    } else if (command instanceof Command.Backfill backfill) {
      answer = planning.backfill(backfill);
    } else if (command instanceof Command.RemoveSchedule remove) {
      answer = planning.removeSchedule(remove.name());
    } else if (command instanceof Command.NoteDelivery note) {
      note.deliveries().forEach(transaction::deliver);
      telling.delivered();
      answer = true;
    } else if (command instanceof Command.SendAgain again) {
      answer = sendAgain(again.id());
    } else if (command instanceof Command.ForgetNotices forget) {
      int forgotten = transaction.forgetNotices(forget.sentBefore(), forget.givenUpBefore());
      if (forgotten > 0) {
        telling.delivered();
      }
      answer = forgotten;
    } else if (command instanceof Command.Drain) {
      answer = memory.open().stream().map(open -> open.attempt.number()).toList();
    } else if (command instanceof Command.Started started) {
      answer = news.started(started);
    } else if (command instanceof Command.NotStarted notStarted) {
      answer = news.notStarted(notStarted);
    } else if (command instanceof Command.Exited exited) {
      answer = news.exited(exited.attempt(), exited.exit());
    } else if (command instanceof Command.Lost lost) {
      answer = news.lost(lost);
    } else if (command instanceof Command.Unreachable unreachable) {
      answer = news.unreachable(unreachable);
    } else {
      throw new IllegalStateException("no decision for " + command);
    }
    return (T) answer;
  }

  // ---- what people ask

  private Submitted submit(Command.Submit submit) {
    Command.Key key = submit.key();
    if (key != null) {
      Optional<Accepted> before = transaction.accepted(key.text());
      if (before.isPresent()) {
        return answeredBefore(key, before.get());
      }
    }
    for (JobSpec spec : submit.specs()) {
      needQueue(spec.queue());
    }
    List<Job> jobs = new ArrayList<>();
    for (JobSpec spec : submit.specs()) {
      jobs.add(accept(spec, uuids.get()));
    }
    if (key != null && !jobs.isEmpty()) {
      transaction.accept(
          key.text(),
          new Accepted(key.digest(), jobs.get(0).number(), jobs.get(jobs.size() - 1).number()),
          now);
    }
    return new Submitted(jobs, false);
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

  private Submitted answeredBefore(Command.Key key, Accepted before) {
    if (!before.digest().equals(key.digest())) {
      throw new Refused(
          Kind.KEY_REUSED,
          "the idempotency key "
              + key.text()
              + " was used for another request (job "
              + before.first()
              + "): use a new key for a new request");
    }
    List<Job> jobs = new ArrayList<>();
    for (long number = before.first(); number <= before.last(); number++) {
      transaction.job(number).ifPresent(jobs::add);
    }
    if (jobs.isEmpty()) {
      throw new Refused(Kind.REMOVED, "job " + before.first() + " was accepted and later removed");
    }
    return new Submitted(jobs, true);
  }

  private boolean takeOver(Command.Imported imported) {
    if (transaction.job(imported.uuid()).isPresent() || transaction.removed(imported.uuid())) {
      return false;
    }
    if (imported.ending() == null) {
      accept(imported.spec(), imported.uuid());
    } else {
      Job job = transaction.insert(imported.spec(), imported.uuid(), now);
      hold(transaction.end(job.number(), imported.ending()), "end an imported job");
      changes(job.number());
    }
    return true;
  }

  /** Ends a job that waits, has one that runs told to end, and leaves any other as it is. */
  Job cancel(Command.Cancel cancel) {
    long number = cancel.number();
    if (memory.waits(number)) {
      hold(
          transaction.end(
              number, Ending.withoutProcess(Outcome.CANCELLED, cancel.why(), null, now)),
          "cancel a job that waits");
      memory.waitsNoMore(number);
      backoffs.forget(number);
      Job cancelled = touch(number);
      ended(number, cancelled.queue(), Outcome.CANCELLED);
      return cancelled;
    }
    Memory.Open open = memory.open(number);
    if (open == null) {
      return existing(number);
    }
    Optional<Exit> recorded =
        open.stopping == null ? runner.recorded(open.attempt) : Optional.empty();
    if (recorded.isPresent()) {
      // the runner's own news of its beginning may still be on the way, and would come too late
      runner
          .begun(open.attempt)
          .filter(begun -> transaction.started(open.attempt, begun.process(), begun.at()))
          .ifPresent(begun -> telling.started(number, open.queue));
      news.exited(open.attempt, recorded.get());
      return touch(number);
    }
    if (open.stopping == null) {
      hold(transaction.stopping(open.attempt, cancel.why(), now), "stop an open attempt");
      open.stopping = cancel.why();
    }
    stops.add(new Stop(open.attempt, cancel.grace()));
    return touch(number);
  }

  private Job retry(long number) {
    Job job = existing(number);
    if (!transaction.retry(number, null)) {
      throw new Refused(
          Kind.NOT_FINAL,
          "job " + number + " is " + job.state() + ": only a job that has ended can be retried");
    }
    memory.waits(number, job.queue(), null, null);
    memory.unfinished(job);
    return touch(number);
  }

  private boolean remove(long number) {
    Job job = existing(number);
    if (!cleaning.removeByHand(job)) {
      throw new Refused(
          Kind.NOT_FINAL, "job " + number + " is " + job.state() + ": cancel it first");
    }
    touched.remove(number);
    removals.add(job);
    return true;
  }

  private Job pin(Command.Pin pin) {
    if (!transaction.pin(pin.number(), pin.pinned())) {
      throw Missing.job(pin.number(), transaction);
    }
    return touch(pin.number());
  }

  private QueueSettings change(Command.ChangeQueue change) {
    needQueue(change.name());
    Integer slots = change.slots();
    if (slots != null && (slots < QueueSettings.MIN_SLOTS || slots > QueueSettings.MAX_SLOTS)) {
      String what =
          "a queue has "
              + QueueSettings.MIN_SLOTS
              + " to "
              + QueueSettings.MAX_SLOTS
              + " slots, not "
              + slots;
      throw new Refused(Kind.INVALID, what, List.of(new FieldError("slots", what)), null);
    }
    QueueSettings old = memory.settings(change.name());
    QueueSettings settings =
        new QueueSettings(
            old.name(),
            slots == null ? old.slots() : slots,
            change.paused() == null ? old.paused() : change.paused(),
            change.notices() == null ? old.notices() : change.notices());
    transaction.save(settings);
    memory.save(settings);
    return settings;
  }

  private Notice sendAgain(UUID id) {
    Notice notice = transaction.notice(id).orElseThrow(() -> Missing.notice(id));
    if (notice.delivery().state() == Delivery.State.SENT) {
      throw new Refused(Kind.NOT_FAILED, "the notice " + id + " was sent already");
    }
    Notice again = notice.at(Delivery.due(now));
    transaction.deliver(id, again.delivery());
    telling.again();
    return again;
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

  /** Notes that a job changed; answers it as it is now. */
  private Job touch(long number) {
    Job job = existing(number);
    touched.put(number, job);
    return job;
  }

  private Job existing(long number) {
    return transaction.job(number).orElseThrow(() -> Missing.job(number, transaction));
  }

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
