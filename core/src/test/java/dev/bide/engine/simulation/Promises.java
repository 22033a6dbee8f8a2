package dev.bide.engine.simulation;

import dev.bide.engine.Event;
import dev.bide.engine.simulation.Machine.Run;
import dev.bide.engine.simulation.ModelJob.ModelAttempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.Outcome;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.queue.QueueSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds the engine to its promises: sees each commit, each answer and each process, and notes the
 * first promise that is broken. Nothing here throws, since the engine would take it for a fault.
 */
final class Promises implements ModelDisk.Witness {
  private final ModelDisk disk;
  private final Machine machine;
  private final Coverage coverage;
  private final Endings endings;
  private final Set<Job> durableJobs = new HashSet<>();
  private final Set<QueueSettings> durableQueues = new HashSet<>();
  private final Map<Long, UUID> uuids = new HashMap<>();
  private final Map<String, Long> numbersByName = new HashMap<>();
  private final Map<Long, UUID> accepted = new HashMap<>();
  private @Nullable Breach breach;

  final Calendar calendar = new Calendar(this);
  final Tidings tidings = new Tidings(this);
  final Leavings leavings;
  final Onlooker onlooker = new Onlooker(this);

  // what people asked for
  final Set<Long> removesAsked = new HashSet<>();
  final Set<Long> cancelsAsked = new HashSet<>();
  final Map<Long, Integer> retriesAsked = new HashMap<>();
  final Map<String, Integer> sizes = new HashMap<>();

  // what is true now
  Instant now = Instant.EPOCH;
  Instant began = Instant.EPOCH;
  Instant latest = Instant.EPOCH;
  boolean lowDisk;
  boolean drained;
  boolean recovering;
  int step;

  Promises(ModelDisk disk, Machine machine, Coverage coverage) {
    this.disk = disk;
    this.machine = machine;
    this.coverage = coverage;
    this.endings = new Endings(machine, this);
    this.leavings = new Leavings(this, machine);
  }

  void alreadyThere(QueueSettings queue) {
    durableQueues.add(queue);
    tidings.alreadyThere(queue);
  }

  void broken(Promise promise, String detail) {
    if (breach == null) {
      breach = new Breach(promise, detail, step);
    }
  }

  void hold(boolean held, Promise promise, String detail) {
    if (!held) {
      broken(promise, detail);
    }
  }

  @Nullable Breach breach() {
    return breach;
  }

  // ---- commits

  @Override
  public void committed(ModelState before, ModelState after, List<Write> writes) {
    Calendar.Commit planned = new Calendar.Commit();
    Tidings.Commit told = new Tidings.Commit();
    Leavings.Commit left = new Leavings.Commit();
    for (Write write : writes) {
      if (write instanceof Write.JobKept kept) {
        durableJobs.add(kept.after().seen());
      } else if (write instanceof Write.QueueKept kept) {
        durableQueues.add(kept.queue());
      }
      coverage.wrote(write);
      calendar.see(write, planned);
      tidings.see(write, calendar, told);
      leavings.see(write, left);
    }
    calendar.whole(planned, after, began, now);
    tidings.whole(told, after);
    leavings.whole(left, after);
    jobs(before, after, writes);
  }

  private void jobs(ModelState before, ModelState after, List<Write> writes) {
    Map<String, Integer> added = new HashMap<>();
    Set<ModelJob> assigned = new HashSet<>();
    for (ModelJob job : after.jobs.values()) {
      ModelJob old = before.jobs.get(job.number());
      if (job.equals(old)) {
        continue;
      }
      if (old == null) {
        added(job, added);
      }
      if (changed(old, job)) {
        assigned.add(job);
      }
    }
    added.forEach(
        (submit, count) ->
            hold(
                count.equals(sizes.get(submit)),
                Promise.ALL_OR_NONE,
                submit + " has " + count + " jobs instead of " + sizes.get(submit)));
    for (ModelJob old : before.jobs.values()) {
      if (!after.jobs.containsKey(old.number())) {
        hold(
            after.removed.containsKey(old.number()) && mayBeGone(old.number()),
            Promise.ACCEPTED_MEANS_KEPT,
            "job " + old.number() + " is gone");
      }
    }
    if (!assigned.isEmpty()) {
      admitted(after, assigned);
      assigned.forEach(job -> notBeforeItsTime(before, job, writes));
    }
  }

  private void added(ModelJob job, Map<String, Integer> added) {
    hold(
        !uuids.containsValue(job.uuid()),
        Promise.NEVER_USED_AGAIN,
        "uuid " + job.uuid() + " was used before");
    UUID other = uuids.put(job.number(), job.uuid());
    hold(other == null, Promise.NEVER_USED_AGAIN, "number " + job.number() + " was used before");
    if (job.spec().terms().schedule() != null) {
      return;
    }
    String name = String.valueOf(job.spec().name());
    Long earlier = numbersByName.put(name, job.number());
    hold(
        earlier == null,
        Promise.ALL_OR_NONE,
        name + " was accepted as job " + earlier + " and again as " + job.number());
    added.merge(name.substring(0, name.indexOf('.')), 1, Integer::sum);
  }

  /** True when a new attempt was assigned. */
  private boolean changed(@Nullable ModelJob old, ModelJob job) {
    List<ModelAttempt> olds = old == null ? List.of() : old.attempts();
    int ran = 0;
    for (int i = 0; i < job.attempts().size(); i++) {
      ModelAttempt attempt = job.attempts().get(i);
      ModelAttempt earlier = i < olds.size() ? olds.get(i) : null;
      endings.attempt(earlier, attempt);
      var ending = attempt.kept().ending();
      if (ending == null || ending.outcome() != Outcome.NOT_STARTED) {
        ran++;
      }
    }
    hold(
        ran <= 1 + retriesAsked.getOrDefault(job.number(), 0),
        Promise.NO_SECOND_RUN,
        "job " + job.number() + " was given a " + ran + ". run that nobody asked for");
    endings.withoutAttempt(job);
    return job.attempts().size() > olds.size();
  }

  private void admitted(ModelState after, Set<ModelJob> assigned) {
    hold(
        !drained && !lowDisk && !recovering,
        Promise.NOTHING_STARTS_WHILE_HELD,
        "assigned all the same");
    for (QueueSettings queue : after.queues.values()) {
      long newest = 0;
      for (ModelJob job : assigned) {
        if (job.spec().queue().equals(queue.name())) {
          newest = Math.max(newest, job.number());
        }
      }
      if (newest > 0) {
        admittedIn(queue, after, newest);
      }
    }
  }

  private boolean mayBeGone(long number) {
    return removesAsked.contains(number) || leavings.wasSwept(number);
  }

  private void notBeforeItsTime(ModelState before, ModelJob job, List<Write> writes) {
    ModelJob old = before.jobs.get(job.number());
    List<Job> versions = new ArrayList<>();
    for (Write write : writes) {
      if (write instanceof Write.JobKept kept && kept.after().number() == job.number()) {
        versions.add(kept.after().seen());
      }
    }
    if (old != null) {
      versions.add(old.seen());
    }
    boolean ready = false;
    for (Job version : versions) {
      ready |=
          version.status() instanceof Status.Pending pending
              && (pending.notBefore() == null || !pending.notBefore().isAfter(latest));
    }
    hold(
        ready,
        Promise.NOT_BEFORE_ITS_TIME,
        "job " + job.number() + " was assigned before it was ready");
  }

  private void admittedIn(QueueSettings queue, ModelState after, long newest) {
    int open = 0;
    for (ModelJob job : after.jobs.values()) {
      if (!job.spec().queue().equals(queue.name())) {
        continue;
      }
      if (job.state() == State.RUNNING) {
        open++;
      } else if (job.state() == State.PENDING && job.number() < newest) {
        Instant notBefore = job.notBefore();
        hold(
            notBefore != null && notBefore.isAfter(now),
            Promise.IN_ORDER,
            "job " + newest + " was assigned while " + job.number() + " waited");
      }
    }
    hold(!queue.paused(), Promise.NOTHING_STARTS_WHILE_HELD, queue + " assigned " + newest);
    hold(
        open <= queue.slots(),
        Promise.NEVER_OVER_THE_LIMIT,
        open + " attempts are open in " + queue + " after job " + newest + " was assigned");
  }

  // ---- the machine

  void toldToStart(AttemptId attempt) {
    hold(
        isOpen(attempt),
        Promise.ASSIGNED_BEFORE_STARTED,
        "attempt " + attempt + " is to be started and is not open on disk");
  }

  void begins(Run run) {
    hold(run.begins == 0, Promise.BEGINS_ONCE, "attempt " + run.attempt + " begins again");
    hold(
        isOpen(run.attempt),
        Promise.ASSIGNED_BEFORE_STARTED,
        "attempt " + run.attempt + " begins and is not open on disk");
    for (Run other : machine.all(one -> one.alive)) {
      hold(
          other.attempt.number() != run.attempt.number(),
          Promise.NO_SECOND_RUN,
          "attempt " + run.attempt + " begins while " + other.attempt + " lives");
    }
  }

  void filesAreRemoved(AttemptId latest) {
    hold(
        disk.state().removed.containsKey(latest.number()),
        Promise.ACCEPTED_MEANS_KEPT,
        "the files of job " + latest.number() + " go before it is removed");
  }

  private boolean isOpen(AttemptId attempt) {
    ModelJob job = disk.state().jobs.get(attempt.number());
    return job != null && job.state() == State.RUNNING && job.latest().kept().id().equals(attempt);
  }

  // ---- answers

  void accepted(Job job) {
    durable(job);
    accepted.put(job.number(), job.uuid());
  }

  void durable(Job job) {
    hold(
        durableJobs.contains(job),
        Promise.ANSWERED_AFTER_THE_COMMIT,
        "answered or told, but never on disk: " + job.number() + " " + job.status());
  }

  void durable(QueueSettings settings) {
    hold(
        durableQueues.contains(settings),
        Promise.ANSWERED_AFTER_THE_COMMIT,
        "answered, but never on disk: " + settings);
  }

  void durablyRemoved(long number) {
    hold(
        disk.state().removed.containsKey(number),
        Promise.ANSWERED_AFTER_THE_COMMIT,
        "job " + number + " is said to be removed and is not");
  }

  void neverHappened(String submit) {
    hold(
        !numbersByName.containsKey(submit + ".0"),
        Promise.FAILURE_IS_TRUE,
        submit + " is said not to have been accepted, and was");
  }

  void told(Event event) {
    onlooker.told(event, disk.state());
    if (event instanceof Event.JobChanged changed) {
      durable(changed.job());
    } else if (event instanceof Event.JobRemoved removed) {
      durablyRemoved(removed.number());
    } else if (event instanceof Event.QueueChanged queue) {
      durable(queue.queue().settings());
    }
  }

  // ---- after every step

  void afterStep() {
    ModelState state = disk.state();
    accepted.forEach(
        (number, uuid) -> {
          ModelJob job = state.jobs.get(number);
          hold(
              job == null
                  ? state.removed.containsKey(number) && mayBeGone(number)
                  : job.uuid().equals(uuid),
              Promise.ACCEPTED_MEANS_KEPT,
              "job " + number + " was accepted and is not there");
        });
    for (Run run : machine.all(one -> one.alive)) {
      hold(
          isOpen(run.attempt),
          Promise.EVERY_PROCESS_IS_OF_AN_OPEN_ATTEMPT,
          "the process of attempt " + run.attempt + " lives");
    }
  }
}
