package dev.bide.engine;

import dev.bide.engine.Refused.FieldError;
import dev.bide.engine.Refused.Kind;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.queue.QueueSettings;
import dev.bide.runner.Exit;
import dev.bide.runner.Runner;
import dev.bide.store.Accepted;
import dev.bide.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What people ask of jobs and queues, decided within one batch. Lives on the engine's thread for
 * one turn.
 */
final class JobCommands {
  private final Batch batch;
  private final Transaction transaction;
  private final Memory memory;
  private final Runner runner;
  private final Supplier<UUID> uuids;
  private final Backoffs backoffs;
  private final Instant now;

  JobCommands(
      Batch batch,
      Transaction transaction,
      Memory memory,
      Runner runner,
      Supplier<UUID> uuids,
      Backoffs backoffs,
      Instant now) {
    this.batch = batch;
    this.transaction = transaction;
    this.memory = memory;
    this.runner = runner;
    this.uuids = uuids;
    this.backoffs = backoffs;
    this.now = now;
  }

  @SuppressWarnings("unchecked") // each record answers what its own type parameter says
  <T> T decide(Command<T> command) {
    Object answer;
    if (command instanceof Command.Submit submit) {
      answer = submit(submit);
    } else if (command instanceof Command.Import imported) {
      imported.jobs().forEach(job -> batch.needQueue(job.spec().queue()));
      answer = imported.jobs().stream().map(this::takeOver).toList();
    } else if (command instanceof Command.Cancel cancel) {
      answer = cancel(cancel);
    } else if (command instanceof Command.Retry retry) {
      answer = retry(retry.number());
    } else if (command instanceof Command.Remove remove) {
      answer = remove(remove.number());
    } else if (command instanceof Command.Pin pin) {
      answer = pin(pin);
    } else if (command instanceof Command.ChangeQueue change) {
      answer = change(change);
    } else if (command instanceof Command.Drain) {
      answer = memory.open().stream().map(open -> open.attempt.number()).toList();
    } else {
      throw new IllegalStateException("no decision for " + command);
    }
    return (T) answer;
  }

  private Submitted submit(Command.Submit submit) {
    Command.Key key = submit.key();
    if (key != null) {
      Optional<Accepted> before = transaction.accepted(key.text());
      if (before.isPresent()) {
        return answeredBefore(key, before.get());
      }
    }
    for (JobSpec spec : submit.specs()) {
      batch.needQueue(spec.queue());
    }
    List<Job> jobs = new ArrayList<>();
    for (JobSpec spec : submit.specs()) {
      jobs.add(batch.accept(spec, uuids.get()));
    }
    if (key != null && !jobs.isEmpty()) {
      transaction.accept(
          key.text(),
          new Accepted(key.digest(), jobs.get(0).number(), jobs.get(jobs.size() - 1).number()),
          now);
    }
    return new Submitted(jobs, false);
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
      batch.accept(imported.spec(), imported.uuid());
    } else {
      Job job = transaction.insert(imported.spec(), imported.uuid(), now);
      Batch.hold(transaction.end(job.number(), imported.ending()), "end an imported job");
      batch.changes(job.number());
    }
    return true;
  }

  /** Ends a job that waits, has one that runs told to end, and leaves any other as it is. */
  Job cancel(Command.Cancel cancel) {
    long number = cancel.number();
    if (memory.waits(number)) {
      Batch.hold(
          transaction.end(
              number, Ending.withoutProcess(Outcome.CANCELLED, cancel.why(), null, now)),
          "cancel a job that waits");
      memory.waitsNoMore(number);
      backoffs.forget(number);
      Job cancelled = batch.touch(number);
      batch.ended(number, cancelled.queue(), Outcome.CANCELLED);
      return cancelled;
    }
    Memory.Open open = memory.open(number);
    if (open == null) {
      return batch.existing(number);
    }
    Optional<Exit> recorded =
        open.stopping == null ? runner.recorded(open.attempt) : Optional.empty();
    if (recorded.isPresent()) {
      // the runner's own news of its beginning may still be on the way, and would come too late
      runner
          .begun(open.attempt)
          .filter(begun -> transaction.started(open.attempt, begun.process(), begun.at()))
          .ifPresent(begun -> batch.telling().started(number, open.queue));
      batch.news().exited(open.attempt, recorded.get());
      return batch.touch(number);
    }
    if (open.stopping == null) {
      Batch.hold(transaction.stopping(open.attempt, cancel.why(), now), "stop an open attempt");
      open.stopping = cancel.why();
    }
    batch.stops(new Batch.Stop(open.attempt, cancel.grace()));
    return batch.touch(number);
  }

  private Job retry(long number) {
    Job job = batch.existing(number);
    if (!transaction.retry(number, null)) {
      throw new Refused(
          Kind.NOT_FINAL,
          "job " + number + " is " + job.state() + ": only a job that has ended can be retried");
    }
    memory.waits(number, job.queue(), null, null);
    memory.unfinished(job);
    return batch.touch(number);
  }

  private boolean remove(long number) {
    Job job = batch.existing(number);
    if (!batch.cleaning().removeByHand(job)) {
      throw new Refused(
          Kind.NOT_FINAL, "job " + number + " is " + job.state() + ": cancel it first");
    }
    return true;
  }

  private Job pin(Command.Pin pin) {
    if (!transaction.pin(pin.number(), pin.pinned())) {
      throw Missing.job(pin.number(), transaction);
    }
    return batch.touch(pin.number());
  }

  private QueueSettings change(Command.ChangeQueue change) {
    batch.needQueue(change.name());
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
}
