package dev.bide.engine;

import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.Reason;
import dev.bide.job.Terms;
import dev.bide.schedule.Due;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.Occurrence;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.PlannedRun.Decision;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What schedules ask for, decided within one batch: which planned runs become jobs, and what is
 * written down of those that do not. Lives on the engine's thread for one turn.
 */
final class Planning {
  /** So many schedules in one transaction, so that whoever asks meanwhile is answered between. */
  static final int MOST_AT_ONCE = 25;

  /** More runs of one schedule do not wait for an earlier one to end. */
  static final int MOST_WAITING = 100;

  private final Batch batch;
  private final Transaction transaction;
  private final Agenda agenda;
  private final Supplier<UUID> uuids;
  private final Duration grace;
  private final Instant began;
  private final Instant now;
  private final BooleanSupplier mayPlan;
  private final Map<String, @Nullable Schedule> changed = new TreeMap<>();
  private final List<Decision> decisions = new ArrayList<>();

  /**
   * For one turn.
   *
   * @param grace for runs that a newer one takes the place of
   * @param began since when this engine is there
   * @param mayPlan whether it can be told what is due
   */
  Planning(
      Batch batch,
      Transaction transaction,
      Agenda agenda,
      Supplier<UUID> uuids,
      Duration grace,
      Instant began,
      Instant now,
      BooleanSupplier mayPlan) {
    this.batch = batch;
    this.transaction = transaction;
    this.agenda = agenda;
    this.uuids = uuids;
    this.grace = grace;
    this.began = began;
    this.now = now;
    this.mayPlan = mayPlan;
  }

  /** The schedules that changed, or of which something was decided; null for one that is gone. */
  Map<String, @Nullable Schedule> changed() {
    return changed;
  }

  /** Decides about everything that is due; what is too much for one turn is left for the next. */
  void decideWhatIsDue() {
    for (int i = 0; i < MOST_AT_ONCE; i++) {
      Agenda.Entry entry = agenda.takeDue(now);
      if (entry == null) {
        return;
      }
      decideDue(entry);
    }
  }

  private void decideDue(Agenda.Entry entry) {
    Schedule schedule = entry.schedule();
    Timetable timetable = schedule.timetable();
    Due due = Due.at(timetable, schedule.standing().decided(), began, now);
    Due.Skipped skipped = due.skipped();
    if (skipped != null) {
      miss(schedule, skipped, "; " + Wording.becauseOf(timetable.missed()));
    }
    boolean oneByOne = timetable.missed() == MissedRunPolicy.ALL && due.runs().size() > 1;
    for (Occurrence run : due.runs()) {
      decide(entry, run, oneByOne);
    }
    stand(entry, entry.schedule().standing().decidedUpTo(now));
  }

  private void miss(Schedule schedule, Due.Skipped skipped, String whyNotMadeUp) {
    String note = missed(skipped) + whyNotMadeUp;
    String key = "missed from " + skipped.first();
    PlannedRun missed =
        new PlannedRun(schedule.name(), key, skipped.first(), Decision.MISSED, null, note, now);
    if (plan(missed)) {
      batch.telling().missed(schedule, skipped.first(), note);
    }
  }

  /**
   * What is due of one that is about to change is decided first, since nobody looks at it later: as
   * it stood, or left out where nobody can tell what is due.
   */
  private void decideBefore(Agenda.Entry entry, String change) {
    Occurrence next = entry.schedule().next();
    if (next == null || next.instant().isAfter(now)) {
      return;
    }
    if (mayPlan.getAsBoolean()) {
      decideDue(entry);
    } else {
      stand(entry, leaveOutWhatIsDue(entry, entry.schedule().standing(), change));
    }
  }

  /** Answers how far it then is. */
  private Schedule.Standing leaveOutWhatIsDue(
      Agenda.Entry entry, Schedule.Standing standing, String change) {
    Schedule schedule = entry.schedule();
    Due.Skipped skipped =
        schedule.standing().paused()
            ? null
            : Due.leftOut(schedule.timetable(), standing.decided(), now);
    if (skipped == null) {
      return standing;
    }
    miss(schedule, skipped, ", and then the schedule was " + change);
    return standing.decidedUpTo(now);
  }

  private void decide(Agenda.Entry entry, Occurrence run, boolean oneByOne) {
    Schedule schedule = entry.schedule();
    PlannedRun planned =
        new PlannedRun(
            schedule.name(), run.key(), run.instant(), Decision.WAITING, null, null, now);
    OverlapPolicy overlap = schedule.overlap();
    boolean free = entry.unfinished.isEmpty() && entry.waiting.isEmpty();
    if (free || overlap == OverlapPolicy.ALLOW) {
      if (plan(planned)) {
        add(entry, planned, schedule.beginOf(run), late(run));
      }
    } else if (overlap == OverlapPolicy.SKIP && !oneByOne) {
      leaveOut(entry, planned, Wording.unfinished(entry));
    } else if (entry.waiting.size() >= MOST_WAITING && overlap != OverlapPolicy.CANCEL_OLD) {
      leaveOut(entry, planned, MOST_WAITING + " runs wait already");
    } else if (plan(
        planned.decided(Decision.WAITING, null, "waits: " + Wording.unfinished(entry), now))) {
      if (overlap == OverlapPolicy.CANCEL_OLD) {
        takeThePlaceOfOthers(entry, planned);
      } else {
        entry.waiting.add(planned);
      }
    }
  }

  private void leaveOut(Agenda.Entry entry, PlannedRun planned, String why) {
    String note = "skipped: " + why;
    if (plan(planned.decided(Decision.SKIPPED, null, note, now))) {
      batch.telling().missed(entry.schedule(), planned.instant(), note);
    }
  }

  private boolean plan(PlannedRun run) {
    boolean isNew = transaction.plan(run);
    if (isNew && run.decision() != Decision.WAITING) {
      decisions.add(run.decision());
    }
    return isNew;
  }

  private boolean settle(PlannedRun run) {
    decisions.add(run.decision());
    return transaction.decide(run);
  }

  /** What was decided about planned runs. */
  List<Decision> decisions() {
    return decisions;
  }

  private @Nullable String late(Occurrence run) {
    if (run.instant().isAfter(Due.missedUpTo(began, now))) {
      return null;
    }
    return "made up for: "
        + (nobodyWasThere(run.instant())
            ? "Bide was not running when it was due"
            : "it could not be planned when it was due");
  }

  /** Nothing is known of a time before the start of one that the clock was set back beyond. */
  private boolean nobodyWasThere(Instant planned) {
    return !began.isAfter(now) && !planned.isAfter(began);
  }

  private String missed(Due.Skipped skipped) {
    if (nobodyWasThere(skipped.last())) {
      return Wording.many(skipped) + " missed while Bide was not running";
    }
    if (nobodyWasThere(skipped.first())) {
      return Wording.many(skipped) + " missed while Bide was not running or could not plan them";
    }
    return Wording.many(skipped)
        + (skipped.count() == 1
            ? " missed: it could not be planned when it was due"
            : " missed: they could not be planned when they were due");
  }

  private void takeThePlaceOfOthers(Agenda.Entry entry, PlannedRun newest) {
    for (PlannedRun older : entry.waiting) {
      String note = "skipped: a newer run took its place";
      Batch.hold(
          settle(older.decided(Decision.SKIPPED, null, note, now)), "leave out a run that waited");
      batch.telling().missed(entry.schedule(), older.instant(), note);
    }
    entry.waiting.clear();
    entry.waiting.add(newest);
    for (long number : List.copyOf(entry.unfinished)) {
      batch.cancel(new Command.Cancel(number, grace, Reason.OVERLAP));
    }
  }

  /** Makes the job of a run that is remembered as waiting. */
  private Job add(Agenda.Entry entry, PlannedRun run, Instant begin, @Nullable String note) {
    Schedule schedule = entry.schedule();
    Terms terms = new Terms(begin.isAfter(now) ? begin : null, schedule.name(), run.instant());
    JobSpec template = template(schedule.name());
    Job job = batch.accept(template.on(terms.telling(template.terms().notices())), uuids.get());
    Batch.hold(
        settle(run.decided(Decision.ADDED, job.number(), note, now)),
        "decide about a run that waited");
    changed.put(schedule.name(), schedule);
    return job;
  }

  private JobSpec template(String name) {
    return stored(name).template();
  }

  private Schedule stored(String name) {
    return transaction
        .schedule(name)
        .orElseThrow(() -> new IllegalStateException("no schedule " + name + " in the store"));
  }

  /** A run has ended: counts failures, and lets in what waited for it. */
  void ended(Agenda.Entry entry, long job, Outcome outcome) {
    Schedule schedule = entry.schedule();
    Schedule.Standing standing = schedule.standing();
    if (outcome.state().isFailure()) {
      int inARow = standing.failures() + 1;
      boolean enough =
          schedule.pauseAfter() > 0 && inARow >= schedule.pauseAfter() && !standing.paused();
      Schedule.Standing counted = standing.failed(inARow);
      stand(
          entry,
          enough
              ? leaveOutWhatIsDue(entry, counted, "paused").pausedFor(Wording.failed(inARow, job))
              : counted);
    } else if (outcome == Outcome.COMPLETED && standing.failures() > 0) {
      stand(entry, standing.failed(0));
    } else {
      changed.put(schedule.name(), schedule);
    }
    letInWhatWaited(entry);
  }

  /** Unless it is paused, or something has not ended. */
  void letInWhatWaited(Agenda.Entry entry) {
    if (!entry.schedule().standing().paused() && entry.unfinished.isEmpty()) {
      PlannedRun first = entry.waiting.pollFirst();
      if (first != null) {
        add(entry, first, now, "waited for an earlier run to end");
      }
    }
  }

  // ---- what people ask

  @SuppressWarnings("unchecked") // each record answers what its own type parameter says
  <T> T decide(Command.OfSchedules<T> command) {
    Object answer;
    if (command instanceof Command.AddSchedule add) {
      answer = addSchedule(add.schedule());
    } else if (command instanceof Command.ChangeSchedule change) {
      answer = changeSchedule(change.schedule());
    } else if (command instanceof Command.PauseSchedule pause) {
      answer = pause(pause.name(), pause.paused());
    } else if (command instanceof Command.RunSchedule run) {
      answer = run(run.name());
    } else if (command instanceof Command.Backfill backfill) {
      answer = backfill(backfill);
    } else if (command instanceof Command.RemoveSchedule remove) {
      answer = removeSchedule(remove.name());
    } else {
      throw new IllegalStateException("no decision for " + command);
    }
    return (T) answer;
  }

  private Schedule addSchedule(Schedule schedule) {
    if (agenda.entry(schedule.name()) != null) {
      throw Missing.nameTaken(schedule.name());
    }
    batch.needQueue(schedule.template().queue());
    save(schedule);
    return schedule;
  }

  private Schedule changeSchedule(Schedule definition) {
    Agenda.Entry entry = existing(definition.name());
    batch.needQueue(definition.template().queue());
    boolean sameTimes = definition.timetable().equals(entry.schedule().timetable());
    if (!sameTimes) {
      decideBefore(entry, "changed");
    }
    Schedule.Standing standing = entry.schedule().standing();
    if (entry.schedule().timetable().unknownZone() != null
        && definition.timetable().unknownZone() == null) {
      standing = standing.pausedFor("its time zone was not known");
    }
    Schedule schedule =
        new Schedule(
            definition.name(),
            definition.template(),
            definition.timetable(),
            definition.overlap(),
            definition.jitter(),
            definition.pauseAfter(),
            entry.schedule().createdAt(),
            sameTimes ? standing : standing.decidedUpTo(now));
    save(schedule);
    return schedule;
  }

  private void save(Schedule schedule) {
    transaction.save(schedule);
    Schedule told = schedule.withoutEnvironment();
    agenda.put(told);
    changed.put(schedule.name(), told);
  }

  private Schedule pause(String name, boolean paused) {
    Agenda.Entry entry = existing(name);
    if (paused) {
      decideBefore(entry, "paused");
    }
    Schedule.Standing standing = entry.schedule().standing();
    if (standing.paused() != paused) {
      stand(entry, paused ? standing.pausedFor(null) : standing.resumed(now));
      // one that cannot go on, such as in a time zone that is not known, is read as paused again
      agenda.put(stored(name).withoutEnvironment());
      changed.put(name, entry.schedule());
      letInWhatWaited(entry);
    }
    return entry.schedule();
  }

  /** One more run, now, whatever else is going on. */
  private Job run(String name) {
    Agenda.Entry entry = existing(name);
    PlannedRun run = new PlannedRun(name, "by hand " + now, now, Decision.WAITING, null, null, now);
    int times = 1;
    while (!plan(run)) {
      times++;
      run =
          new PlannedRun(
              name, "by hand " + now + " " + times, now, Decision.WAITING, null, null, now);
    }
    return add(entry, run, now, "asked for by hand");
  }

  /** Plans what was never decided between two instants, one run after another. */
  private int backfill(Command.Backfill asked) {
    Agenda.Entry entry = existing(asked.name());
    int planned = 0;
    for (Occurrence run : between(entry.schedule(), asked)) {
      PlannedRun waits =
          new PlannedRun(
              asked.name(), run.key(), run.instant(), Decision.WAITING, null, "asked for", now);
      if (plan(waits)) {
        planned++;
        entry.waiting.add(waits);
      }
    }
    letInWhatWaited(entry);
    changed.put(asked.name(), entry.schedule());
    return planned;
  }

  /** Looked at before anything is written, since a refusal changes nothing. */
  private List<Occurrence> between(Schedule schedule, Command.Backfill asked) {
    String unknownZone = schedule.timetable().unknownZone();
    if (unknownZone != null) {
      throw Missing.zone(schedule.name(), unknownZone);
    }
    Instant last = asked.to().isBefore(now) ? asked.to() : now;
    List<Occurrence> runs = new ArrayList<>();
    Occurrence run = schedule.timetable().next(asked.from().minusMillis(1));
    while (run != null && !run.instant().isAfter(last)) {
      if (runs.size() == Command.Backfill.MOST) {
        throw Missing.tooManyRuns(schedule.name());
      }
      runs.add(run);
      run = schedule.timetable().next(run.instant());
    }
    return runs;
  }

  private boolean removeSchedule(String name) {
    existing(name);
    Batch.hold(transaction.removeSchedule(name), "remove a schedule");
    agenda.remove(name);
    changed.put(name, null);
    return true;
  }

  private Agenda.Entry existing(String name) {
    Agenda.Entry entry = agenda.entry(name);
    if (entry == null) {
      throw Missing.schedule(name, agenda.names());
    }
    return entry;
  }

  private void stand(Agenda.Entry entry, Schedule.Standing standing) {
    Schedule schedule = entry.schedule().at(standing);
    Batch.hold(transaction.stand(schedule.name(), standing), "write how far a schedule is");
    agenda.put(schedule);
    changed.put(schedule.name(), schedule);
  }

  /** The words of the history. */
  private static final class Wording {
    static String many(Due.Skipped skipped) {
      return (skipped.count() >= Due.MOST_COUNTED ? "at least " : "")
          + skipped.count()
          + (skipped.count() == 1 ? " run" : " runs");
    }

    static String becauseOf(MissedRunPolicy policy) {
      return switch (policy) {
        case SKIP -> "missed runs are left out";
        case ONCE -> "one run makes up for all of them";
        case ALL -> "more than are made up for, or too late for it";
      };
    }

    static String unfinished(Agenda.Entry entry) {
      if (entry.unfinished.isEmpty()) {
        return "an earlier run waits";
      }
      return "job " + entry.unfinished.last() + " of it has not ended";
    }

    static String failed(int inARow, long job) {
      return inARow == 1
          ? "job " + job + " failed"
          : inARow + " runs failed in a row, the last is job " + job;
    }
  }
}
