package dev.bide.engine.simulation;

import dev.bide.engine.Command;
import dev.bide.engine.simulation.ModelJob.ModelAttempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Status;
import dev.bide.retention.Candidate;
import dev.bide.retention.Held;
import dev.bide.retention.RetentionPolicy.Leaving;
import dev.bide.retention.Swept;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Compares what goes, and what is cut, with what was asked for and with what is counted of it. */
final class Leavings {
  private final Promises promises;
  private final Machine machine;

  /** With which endings a job was to go, by number. */
  private final Map<Long, Set<Instant>> asked = new HashMap<>();

  private final Set<Long> byRule = new HashSet<>();
  private final Set<Long> byPeople = new HashSet<>();
  private final Set<Long> swept = new HashSet<>();
  private Held removed = Held.NOTHING;
  private long cut;
  private long cutBytes;

  Leavings(Promises promises, Machine machine) {
    this.promises = promises;
    this.machine = machine;
  }

  /** Somebody asks that these go. */
  void asked(Command.RemoveOld old) {
    for (Leaving leaving : old.jobs()) {
      Candidate candidate = leaving.job();
      asked.computeIfAbsent(candidate.number(), number -> new HashSet<>()).add(candidate.endedAt());
      (leaving.cause().isRule() ? byRule : byPeople).add(candidate.number());
    }
  }

  /** It went because it was old, not since somebody named it. */
  boolean wasSwept(long number) {
    return swept.contains(number);
  }

  /** What went in one commit, at least and at most, by rule. */
  static final class Commit {
    private Held least = Held.NOTHING;
    private Held most = Held.NOTHING;
    private Held counted = Held.NOTHING;
  }

  void see(Write write, Commit commit) {
    if (write instanceof Write.JobRemoved gone) {
      see(gone.job(), commit);
    } else if (write instanceof Write.LogCut log) {
      see(log);
    } else if (write instanceof Write.Counted more) {
      commit.counted = commit.counted.plus(more.more().removed());
    }
  }

  private void see(ModelJob job, Commit commit) {
    boolean old =
        !job.pinned()
            && job.seen().status() instanceof Status.Ended ended
            && asked.getOrDefault(job.number(), Set.of()).contains(ended.ending().at());
    if (old) {
      swept.add(job.number());
    }
    promises.hold(
        job.state().isFinal() && (old || promises.removesAsked.contains(job.number())),
        Promise.ONLY_WHAT_IS_OLD_GOES,
        "it goes and should stay: job "
            + job.number()
            + (job.pinned() ? ", pinned, " : " ")
            + job.seen().status());
    if (byRule.contains(job.number())) {
      Held held = new Held(1, job.logBytes());
      commit.most = commit.most.plus(held);
      if (!promises.removesAsked.contains(job.number()) && !byPeople.contains(job.number())) {
        commit.least = commit.least.plus(held);
      }
    }
  }

  private void see(Write.LogCut log) {
    AttemptId attempt = log.attempt();
    Machine.Run run = machine.run(attempt);
    promises.hold(
        !run.alive && log.size() == run.log && log.size() + log.leftOut() == run.written,
        Promise.WHAT_GOES_IS_COUNTED,
        "the log of " + run + " is said to be " + log.size() + " bytes without " + log.leftOut());
    cut++;
    cutBytes += log.leftOut();
  }

  /** The commit is whole: the counters say what went. */
  void whole(Commit commit, ModelState after) {
    Held now = commit.counted;
    if (!isBetween(commit.least.jobs(), now.jobs(), commit.most.jobs())
        || !isBetween(commit.least.logBytes(), now.logBytes(), commit.most.logBytes())) {
      promises.broken(
          Promise.WHAT_GOES_IS_COUNTED,
          now + " is counted, and what went by rule is " + commit.least + " to " + commit.most);
    }
    removed = removed.plus(now);
    Swept swept = after.swept;
    if (!swept.removed().equals(removed) || swept.cut() != cut || swept.cutBytes() != cutBytes) {
      promises.broken(
          Promise.WHAT_GOES_IS_COUNTED,
          removed + " went and " + cut + " logs lost " + cutBytes + ", and counted is " + swept);
    }
  }

  private static boolean isBetween(long least, long value, long most) {
    return least <= value && value <= most;
  }

  /** No log says to be longer or shorter than what is there and what was cut. */
  void atRest(ModelState state) {
    for (ModelJob job : state.jobs.values()) {
      for (ModelAttempt attempt : job.attempts()) {
        Ending ending = attempt.kept().ending();
        if (ending != null && ending.exitCode() != null) {
          long written = machine.run(attempt.kept().id()).written;
          promises.hold(
              ending.logSize() + attempt.kept().logCut() == written,
              Promise.WHAT_GOES_IS_COUNTED,
              "attempt " + attempt.kept().id() + " wrote " + written + ", and has " + ending);
        }
      }
    }
  }
}
