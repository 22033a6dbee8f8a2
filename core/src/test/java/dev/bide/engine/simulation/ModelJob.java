package dev.bide.engine.simulation;

import dev.bide.job.Attempt;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that the model of the store keeps of a job.
 *
 * @param ending of a job that ended without an attempt, or after its latest one
 */
record ModelJob(
    long number,
    UUID uuid,
    JobSpec spec,
    Instant submittedAt,
    State state,
    @Nullable Instant notBefore,
    @Nullable Reason backoff,
    @Nullable Ending ending,
    List<ModelAttempt> attempts,
    boolean pinned) {

  /** An attempt, and why it was told to end. */
  record ModelAttempt(Attempt kept, @Nullable Reason stopping) {}

  ModelJob {
    attempts = List.copyOf(attempts);
  }

  ModelAttempt latest() {
    return attempts.get(attempts.size() - 1);
  }

  ModelJob waits(@Nullable Instant from, @Nullable Reason why) {
    return new ModelJob(
        number, uuid, spec, submittedAt, State.PENDING, from, why, null, attempts, pinned);
  }

  ModelJob ends(State end, @Nullable Ending own) {
    return new ModelJob(number, uuid, spec, submittedAt, end, null, null, own, attempts, pinned);
  }

  ModelJob assigned(Attempt attempt) {
    List<ModelAttempt> more = new ArrayList<>(attempts);
    more.add(new ModelAttempt(attempt, null));
    return new ModelJob(
        number, uuid, spec, submittedAt, State.RUNNING, null, null, null, more, pinned);
  }

  ModelJob withPin(boolean pin) {
    return new ModelJob(
        number, uuid, spec, submittedAt, state, notBefore, backoff, ending, attempts, pin);
  }

  /** What its attempts that have ended have left in their logs. */
  long logBytes() {
    long bytes = ending == null ? 0 : ending.logSize();
    for (ModelAttempt attempt : attempts) {
      Ending end = attempt.kept().ending();
      bytes += end == null ? 0 : end.logSize();
    }
    return bytes;
  }

  /** The log of an attempt that has ended is shorter. */
  ModelJob withCut(int attempt, long size, long leftOut) {
    List<ModelAttempt> others = new ArrayList<>(attempts);
    Attempt old = others.get(attempt - 1).kept();
    Ending end = Objects.requireNonNull(old.ending());
    others.set(
        attempt - 1,
        new ModelAttempt(
            new Attempt(
                old.id(),
                old.node(),
                old.assignedAt(),
                old.startedAt(),
                old.process(),
                old.lastSeenAt(),
                old.message(),
                new Ending(
                    end.outcome(),
                    end.reason(),
                    end.message(),
                    end.exitCode(),
                    end.signal(),
                    end.at(),
                    size),
                leftOut),
            others.get(attempt - 1).stopping()));
    return new ModelJob(
        number, uuid, spec, submittedAt, state, notBefore, backoff, ending, others, pinned);
  }

  ModelJob withLatest(ModelAttempt changed) {
    List<ModelAttempt> others = new ArrayList<>(attempts.subList(0, attempts.size() - 1));
    others.add(changed);
    return new ModelJob(
        number, uuid, spec, submittedAt, state, notBefore, backoff, ending, others, pinned);
  }

  /** As a reader of the store sees it. */
  Job seen() {
    return new Job(
        number,
        uuid,
        spec.program(),
        spec.directory(),
        spec.name(),
        spec.queue(),
        spec.umask(),
        spec.terms().inMillis(),
        submittedAt,
        attempts.size(),
        pinned,
        status());
  }

  private @Nullable String trouble() {
    Ending last = latest().kept().ending();
    return last == null ? null : last.message();
  }

  private Status status() {
    if (state == State.PENDING) {
      return notBefore == null
          ? Status.Pending.READY
          : new Status.Pending(
              notBefore, backoff, backoff == Reason.NODE_TROUBLE ? trouble() : null);
    }
    if (state != State.RUNNING && ending != null) {
      return new Status.Ended(ending, null, null);
    }
    Attempt open = latest().kept();
    if (state == State.RUNNING) {
      return new Status.Running(
          open.node(),
          open.startedAt(),
          open.process(),
          latest().stopping(),
          open.message(),
          open.message() == null ? null : open.lastSeenAt());
    }
    return new Status.Ended(open.ending(), open.startedAt(), open.process());
  }
}
