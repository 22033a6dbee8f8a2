package dev.bide.engine.simulation;

import dev.bide.engine.simulation.Machine.Run;
import dev.bide.engine.simulation.ModelJob.ModelAttempt;
import dev.bide.job.Attempt;
import dev.bide.job.Ending;
import dev.bide.job.Outcome;
import dev.bide.job.Reason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares each ending that is committed with what the machine knows. */
final class Endings {
  private final Machine machine;
  private final Promises promises;

  Endings(Machine machine, Promises promises) {
    this.machine = machine;
    this.promises = promises;
  }

  /** An attempt as it was before a commit, or null, and as it is after. */
  void attempt(@Nullable ModelAttempt before, ModelAttempt after) {
    Ending old = before == null ? null : before.kept().ending();
    Ending ending = after.kept().ending();
    if (old != null) {
      promises.hold(
          isSameButForTheLog(before, after),
          Promise.ONE_ENDING,
          "the ending of attempt " + after.kept().id() + " was " + old + " and is " + ending);
      return;
    }
    Run run = machine.run(after.kept().id());
    if (after.stopping() != null && (before == null || before.stopping() == null)) {
      promises.hold(
          !run.exitCanBeRead(),
          Promise.RECORDED_EXIT_WINS,
          "attempt " + run.attempt + " is told to end and has ended");
    }
    if (ending != null) {
      check(run, after, ending);
    }
  }

  private static boolean isSameButForTheLog(ModelAttempt before, ModelAttempt after) {
    return before.equals(after) || withoutLog(before).equals(withoutLog(after));
  }

  private static ModelAttempt withoutLog(ModelAttempt attempt) {
    Attempt kept = attempt.kept();
    Ending end = kept.ending();
    return new ModelAttempt(
        new Attempt(
            kept.id(),
            kept.node(),
            kept.assignedAt(),
            kept.startedAt(),
            kept.process(),
            kept.lastSeenAt(),
            kept.message(),
            end == null
                ? null
                : new Ending(
                    end.outcome(),
                    end.reason(),
                    end.message(),
                    end.exitCode(),
                    end.signal(),
                    end.at(),
                    0)),
        attempt.stopping());
  }

  private void check(Run run, ModelAttempt attempt, Ending ending) {
    boolean gone = !run.alive && !run.launcher && !run.exitCanBeRead();
    boolean ended = run.begins == 1 && !run.alive && Objects.equals(run.code, ending.exitCode());
    boolean asked = attempt.stopping() != null;
    boolean agrees =
        switch (ending.outcome()) {
          case COMPLETED -> !asked && ended && Objects.equals(run.code, 0);
          case FAILED ->
              !asked
                  && (ending.reason() == Reason.START_FAILED
                      ? run.begins == 0 && run.commandsFault
                      : ended && !Objects.equals(run.code, 0));
          case LOST -> !asked && gone;
          case NOT_STARTED -> !asked && run.begins == 0;
          case CANCELLED ->
              asked
                  && (attempt.stopping() == Reason.OVERLAP
                      ? promises.calendar.mayBeReplaced(run.attempt.number())
                      : promises.cancelsAsked.contains(run.attempt.number()))
                  && (ending.exitCode() == null ? run.begins == 0 || gone : ended);
          case TIMEOUT -> false;
        };
    promises.hold(
        agrees, Promise.TRUE_ENDING, "it is said to be " + ending + ", but the truth is: " + run);
  }

  /** A job that has an ending of its own was cancelled while it waited. */
  void withoutAttempt(ModelJob job) {
    Ending own = job.ending();
    promises.hold(
        own == null
            || (own.outcome() == Outcome.CANCELLED
                && (own.reason() == Reason.OVERLAP
                    ? promises.calendar.mayBeReplaced(job.number())
                    : promises.cancelsAsked.contains(job.number()))),
        Promise.TRUE_ENDING,
        "job " + job.number() + " ended without an attempt: " + own);
  }
}
