package dev.bide.engine.simulation;

import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.schedule.Occurrence;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.PlannedRun.Decision;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is decided about the runs of schedules with what their timetables and policies ask
 * for, commit by commit. Knows nothing of how the engine finds that out.
 */
final class Calendar {
  private static final String BY_HAND = "by hand";
  private static final String BACKFILLED = "asked for";

  /** A schedule from when it was added to when it is removed. */
  private static final class Life {
    /** Of which runs something was decided, ever. */
    final Set<String> decided = new HashSet<>();
  }

  /**
   * A schedule says that everything between two instants is decided.
   *
   * @param leftOut whatever its policy: it was paused for its failures
   */
  private record Advance(Schedule before, Instant decided, boolean leftOut) {}

  private final Promises promises;
  private final Map<String, Life> lives = new HashMap<>();
  private final Map<String, Schedule> schedules = new TreeMap<>();
  private final Map<String, Set<Long>> unfinished = new HashMap<>();
  private final Set<Long> mayBeReplaced = new HashSet<>();

  Calendar(Promises promises) {
    this.promises = promises;
  }

  /** Whether it was told to end while its schedule had newer runs take the place of older ones. */
  boolean mayBeReplaced(long number) {
    return mayBeReplaced.contains(number);
  }

  /** A schedule as it is while a commit is looked at, up to the write that is looked at. */
  @Nullable Schedule schedule(String name) {
    return schedules.get(name);
  }

  void alreadyThere(Schedule schedule) {
    schedules.put(schedule.name(), schedule);
    lives.put(schedule.name(), new Life());
  }

  /** Looks at one write of a commit; those of {@code commit} that concern schedules are kept. */
  void see(Write write, Commit commit) {
    if (write instanceof Write.ScheduleKept kept) {
      see(kept, commit);
    } else if (write instanceof Write.ScheduleRemoved removed) {
      schedules.remove(removed.name());
      lives.remove(removed.name());
      commit.advances.removeIf(one -> one.before().name().equals(removed.name()));
    } else if (write instanceof Write.RunDecided decided) {
      see(decided, commit);
    } else if (write instanceof Write.JobKept job) {
      see(job, commit);
    } else if (write instanceof Write.JobRemoved removed) {
      unfinished.values().forEach(numbers -> numbers.remove(removed.job().number()));
    }
  }

  /** What one commit says of schedules. */
  static final class Commit {
    private final List<Advance> advances = new ArrayList<>();
    private final Map<String, Set<String>> planned = new HashMap<>();

    /** The new jobs of schedules, and of which runs they are. */
    private final Map<Long, List<PlannedRun>> jobs = new TreeMap<>();
  }

  private void see(Write.ScheduleKept kept, Commit commit) {
    Schedule after = kept.after();
    Schedule before = schedules.put(after.name(), after);
    if (before == null) {
      lives.put(after.name(), new Life());
      return;
    }
    boolean sameTimes = before.timetable().equals(after.timetable());
    boolean resumed = before.standing().paused() && !after.standing().paused();
    Instant decided = after.standing().decided();
    boolean pausedForFailures =
        after.standing().paused() && !before.standing().paused() && after.standing().why() != null;
    nothingIsForgotten(before, after, sameTimes);
    if (sameTimes && !resumed) {
      promises.hold(
          !decided.isBefore(before.standing().decided()),
          Promise.EVERY_RUN_IS_DECIDED,
          after.name()
              + " was decided up to "
              + before.standing().decided()
              + " and is to "
              + decided);
      if (decided.isAfter(before.standing().decided())) {
        commit.advances.add(new Advance(before, decided, pausedForFailures));
      }
    }
  }

  /** What was due by old times, or before a pause, is not looked at later. */
  private void nothingIsForgotten(Schedule before, Schedule after, boolean sameTimes) {
    if (before.standing().paused() || (sameTimes && !after.standing().paused())) {
      return;
    }
    Instant decided = (sameTimes ? after : before).standing().decided();
    Occurrence next = before.timetable().next(decided);
    promises.hold(
        next == null || next.instant().isAfter(promises.now),
        Promise.EVERY_RUN_IS_DECIDED,
        before.name() + " has other times or is paused, and nothing was decided about " + next);
  }

  private void see(Write.RunDecided write, Commit commit) {
    PlannedRun before = write.before();
    PlannedRun run = write.after();
    Life life = lives.computeIfAbsent(run.schedule(), name -> new Life());
    boolean first = life.decided.add(run.key());
    promises.hold(
        before == null ? first : run.decision() != Decision.WAITING,
        Promise.DECIDED_ONCE,
        run.schedule() + " decides again about " + run.key() + ": " + run);
    if (before == null
        && !run.key().startsWith(BY_HAND)
        && run.decision() != Decision.MISSED
        && !BACKFILLED.equals(run.note())) {
      commit.planned.computeIfAbsent(run.schedule(), name -> new TreeSet<>()).add(run.key());
    }
    if (run.decision() == Decision.ADDED) {
      added(run, commit);
    }
  }

  private void added(PlannedRun run, Commit commit) {
    Schedule schedule = schedules.get(run.schedule());
    if (schedule == null) {
      promises.broken(Promise.PLANNED_ONCE, "no schedule for " + run);
      return;
    }
    Set<Long> others = new TreeSet<>(unfinished.getOrDefault(run.schedule(), Set.of()));
    List<PlannedRun> runs = run.job() == null ? null : commit.jobs.get(run.job());
    if (runs == null || !others.remove(run.job())) {
      promises.broken(Promise.PLANNED_ONCE, "it became a job that is not new: " + run);
    } else {
      runs.add(run);
    }
    promises.hold(
        others.isEmpty()
            || schedule.overlap() == OverlapPolicy.ALLOW
            || run.key().startsWith(BY_HAND),
        Promise.NO_OVERLAP,
        run + " begins while " + others + " have not ended, and is " + schedule.overlap());
  }

  private void see(Write.JobKept write, Commit commit) {
    ModelJob job = write.after();
    String name = job.spec().terms().schedule();
    if (name == null) {
      return;
    }
    if (write.before() == null) {
      commit.jobs.put(job.number(), new ArrayList<>());
    }
    Set<Long> numbers = unfinished.computeIfAbsent(name, other -> new TreeSet<>());
    if (job.state().isFinal()) {
      numbers.remove(job.number());
    } else {
      numbers.add(job.number());
    }
    Schedule schedule = schedules.get(name);
    if (schedule != null
        && schedule.overlap() == OverlapPolicy.CANCEL_OLD
        && isToldToEnd(job)
        && (write.before() == null || !isToldToEnd(write.before()))) {
      mayBeReplaced.add(job.number());
    }
  }

  private static boolean isToldToEnd(ModelJob job) {
    return (job.ending() != null && job.ending().reason() == Reason.OVERLAP)
        || (job.state() == State.RUNNING && job.latest().stopping() == Reason.OVERLAP);
  }

  /** The commit is whole: what its schedules say to have decided must be there. */
  void whole(Commit commit, ModelState after, Instant began, Instant now) {
    Instant minuteAgo = now.minus(Timetable.PUNCTUAL);
    boolean setBack = began.isAfter(now);
    Instant missed = setBack || minuteAgo.isAfter(began) ? minuteAgo : began;
    commit.jobs.forEach(
        (number, runs) ->
            promises.hold(
                runs.size() == 1,
                Promise.PLANNED_ONCE,
                "job " + number + " is of the runs " + runs));
    for (Advance advance : commit.advances) {
      whole(commit, advance, after, missed, now);
    }
  }

  private void whole(
      Commit commit, Advance advance, ModelState state, Instant missed, Instant now) {
    String name = advance.before().name();
    Timetable timetable = advance.before().timetable();
    Instant from = advance.before().standing().decided();
    Map<String, PlannedRun> rows = state.planned.getOrDefault(name, new TreeMap<>());
    Set<String> planned = commit.planned.getOrDefault(name, Set.of());
    List<Occurrence> late = new ArrayList<>();
    List<Occurrence> punctual = new ArrayList<>();
    Occurrence run = timetable.next(from);
    while (run != null && !run.instant().isAfter(advance.decided())) {
      boolean isLate = !run.instant().isAfter(missed);
      (isLate ? late : punctual).add(run);
      run = timetable.next(run.instant());
    }
    if (advance.leftOut()) {
      late.addAll(punctual);
      punctual.clear();
    }
    Set<Occurrence> madeUp =
        advance.leftOut()
            ? Set.of()
            : new HashSet<>(madeUp(timetable, late, punctual.isEmpty(), now));
    for (Occurrence one : late) {
      promises.hold(
          madeUp.contains(one)
              ? rows.containsKey(one.key())
              : !planned.contains(one.key()) && isMissed(rows, timetable.next(from), one),
          Promise.EVERY_RUN_IS_DECIDED,
          one
              + (madeUp.contains(one) ? " was to be made up for" : " was not to be made up for")
              + " by "
              + name
              + " at "
              + now
              + ", and is "
              + rows.get(one.key()));
    }
    for (Occurrence one : punctual) {
      promises.hold(
          rows.containsKey(one.key()),
          Promise.EVERY_RUN_IS_DECIDED,
          "nothing says what became of " + one + " of " + name);
    }
  }

  /** What the policy makes up for, said as simply as can be. */
  private static List<Occurrence> madeUp(
      Timetable timetable, List<Occurrence> late, boolean nothingRuns, Instant now) {
    Instant oldest = now.minus(timetable.longestDelay());
    List<Occurrence> may = late.stream().filter(one -> one.instant().isAfter(oldest)).toList();
    int most =
        switch (timetable.missed()) {
          case SKIP -> 0;
          case ONCE -> nothingRuns ? 1 : 0;
          case ALL -> timetable.mostMadeUp();
        };
    return may.subList(Math.max(0, may.size() - most), may.size());
  }

  /**
   * A row for all that was missed stands for its first and those that follow. After the clock was
   * set back it may be there already.
   */
  private static boolean isMissed(
      Map<String, PlannedRun> rows, @Nullable Occurrence first, Occurrence one) {
    PlannedRun row = first == null ? null : rows.get("missed from " + first.instant());
    return row != null
        && row.decision() == Decision.MISSED
        && !one.instant().isBefore(row.instant());
  }

  /** At rest: nothing is left to decide, and nothing waits for nothing. */
  void atRest(ModelState state, Instant now) {
    for (Schedule schedule : state.schedules.values()) {
      Occurrence next = schedule.next();
      promises.hold(
          next == null || next.instant().isAfter(now),
          Promise.EVERY_RUN_IS_DECIDED,
          schedule.name() + " has not decided about " + next);
    }
    for (PlannedRun run : new ModelSnapshot(state).waitingRuns()) {
      Schedule schedule = state.schedules.get(run.schedule());
      promises.hold(
          schedule != null && schedule.standing().paused(),
          Promise.EVERY_RUN_IS_DECIDED,
          "it waits though nothing runs: " + run);
    }
  }
}
