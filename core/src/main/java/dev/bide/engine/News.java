package dev.bide.engine;

import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Outcome;
import dev.bide.job.Reason;
import dev.bide.runner.Exit;
import dev.bide.runner.Remaining;
import dev.bide.store.Transaction;
import java.time.Instant;

/**
 * What runners tell, applied within one batch. Each answers whether it changed anything: news of an
 * attempt that is not open any more is old news. Lives on the engine's thread for one turn.
 */
final class News {
  private final Batch batch;
  private final Transaction transaction;
  private final Memory memory;
  private final Backoffs backoffs;
  private final Instant now;

  News(Batch batch, Transaction transaction, Memory memory, Backoffs backoffs, Instant now) {
    this.batch = batch;
    this.transaction = transaction;
    this.memory = memory;
    this.backoffs = backoffs;
    this.now = now;
  }

  @SuppressWarnings("unchecked") // each is answered with whether it changed anything
  <T> T decide(Command.OfRunner<T> news) {
    Object changed;
    if (news instanceof Command.Started started) {
      changed = started(started);
    } else if (news instanceof Command.NotStarted notStarted) {
      changed = notStarted(notStarted);
    } else if (news instanceof Command.Exited exited) {
      changed = exited(exited.attempt(), exited.exit());
    } else if (news instanceof Command.Lost lost) {
      changed = lost(lost);
    } else if (news instanceof Command.Unreachable unreachable) {
      changed = unreachable(unreachable);
    } else {
      throw new IllegalStateException("no decision for " + news);
    }
    return (T) changed;
  }

  private boolean started(Command.Started news) {
    Memory.Open open = memory.open(news.attempt());
    if (open == null || !transaction.started(news.attempt(), news.process(), news.at())) {
      return false;
    }
    open.process = news.process();
    backoffs.forget(news.attempt().number());
    batch.changes(news.attempt().number());
    batch.telling().started(news.attempt().number(), open.queue);
    return true;
  }

  private boolean notStarted(Command.NotStarted news) {
    Memory.Open open = memory.open(news.attempt());
    if (open == null) {
      return false;
    }
    if (open.stopping != null) {
      return finish(open, Ending.withoutProcess(outcome(open.stopping), open.stopping, null, now));
    }
    if (news.commandsFault()) {
      return finish(
          open, Ending.withoutProcess(Outcome.FAILED, Reason.START_FAILED, news.message(), now));
    }
    long number = news.attempt().number();
    Instant notBefore = backoffs.next(number, now);
    if (!transaction.withdraw(
        news.attempt(), Reason.NODE_TROUBLE, news.message(), notBefore, now)) {
      return false; // it is known to have started: whoever says otherwise is mistaken
    }
    batch.closes(open.attempt);
    memory.waits(number, open.queue, notBefore, notBefore == null ? null : Reason.NODE_TROUBLE);
    batch.changes(number);
    return true;
  }

  boolean exited(AttemptId attempt, Exit exit) {
    Memory.Open open = memory.open(attempt);
    if (open == null) {
      return false;
    }
    Outcome outcome;
    Reason reason;
    String message = null;
    if (open.stopping != null) {
      outcome = outcome(open.stopping);
      reason = open.stopping;
      message = exit.left().isEmpty() ? null : Remaining.doNotEnd(exit.left());
    } else if (exit.code() == 0) {
      outcome = Outcome.COMPLETED;
      reason = null;
      message = exit.left().isEmpty() ? null : Remaining.areRunning(exit.left());
    } else {
      outcome = Outcome.FAILED;
      reason = exit.signal() == null ? Reason.EXIT_CODE : Reason.SIGNAL;
      message = exit.lastLine();
    }
    return finish(
        open,
        new Ending(
            outcome, reason, message, exit.code(), exit.signal(), exit.at(), exit.logSize()));
  }

  private boolean lost(Command.Lost news) {
    Memory.Open open = memory.open(news.attempt());
    if (open == null) {
      return false;
    }
    if (news.lastSeenAt() != null) {
      transaction.unreachable(news.attempt(), news.evidence(), news.lastSeenAt());
    }
    Reason stopping = open.stopping;
    return finish(
        open,
        stopping == null
            ? Ending.withoutProcess(Outcome.LOST, news.why(), news.evidence(), now)
            : Ending.withoutProcess(outcome(stopping), stopping, null, now));
  }

  private boolean unreachable(Command.Unreachable news) {
    if (memory.open(news.attempt()) == null
        || !transaction.unreachable(news.attempt(), news.message(), news.lastSeenAt())) {
      return false;
    }
    batch.changes(news.attempt().number());
    return true;
  }

  private boolean finish(Memory.Open open, Ending ending) {
    Batch.hold(transaction.finish(open.attempt, ending), "finish an attempt");
    batch.closes(open.attempt);
    backoffs.forget(open.attempt.number());
    batch.changes(open.attempt.number());
    batch.ended(open.attempt.number(), open.queue, ending.outcome());
    return true;
  }

  private static Outcome outcome(Reason stopping) {
    return stopping == Reason.TIME_LIMIT ? Outcome.TIMEOUT : Outcome.CANCELLED;
  }
}
