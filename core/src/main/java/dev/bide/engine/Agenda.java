package dev.bide.engine;

import dev.bide.job.Job;
import dev.bide.schedule.Occurrence;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.store.Snapshot;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The schedules, when each is due next, and which of their runs have not ended: the part of {@link
 * Memory} that is about schedules. Templates here have no environment. Owned by the engine's
 * thread.
 */
final class Agenda {
  /** A schedule with what is going on of it. */
  static final class Entry {
    private Schedule schedule;

    /** When the first run is due that is still to be decided, or null. */
    private @Nullable Instant next;

    /** Numbers of its jobs that have not ended, also of an earlier schedule of this name. */
    final NavigableSet<Long> unfinished;

    /** Its runs that wait for those to end, oldest first, whenever each was asked for. */
    final NavigableSet<PlannedRun> waiting =
        new TreeSet<>(Comparator.comparing(PlannedRun::instant).thenComparing(PlannedRun::key));

    private Entry(Schedule schedule, NavigableSet<Long> unfinished) {
      this.schedule = schedule;
      this.unfinished = unfinished;
    }

    Schedule schedule() {
      return schedule;
    }
  }

  private record Due(Instant at, String schedule) {}

  private final Map<String, Entry> entries = new TreeMap<>();

  /** What has not ended of each name, also where no schedule has it any more. */
  private final Map<String, NavigableSet<Long>> unfinished = new HashMap<>();

  private final Map<Long, String> scheduleOf = new HashMap<>();

  private final NavigableSet<Due> due =
      new TreeSet<>(Comparator.comparing(Due::at).thenComparing(Due::schedule));

  /** Reads what the store has of schedules. */
  void read(Snapshot snapshot) {
    snapshot.schedules().forEach(this::put);
    for (PlannedRun run : snapshot.waitingRuns()) {
      Entry entry = entries.get(run.schedule());
      if (entry != null) {
        entry.waiting.add(run);
      }
    }
  }

  /** Adds a schedule, or changes it. */
  void put(Schedule schedule) {
    Entry entry =
        entries.computeIfAbsent(
            schedule.name(), name -> new Entry(schedule, unfinishedOf(schedule.name())));
    Occurrence next = schedule.next();
    entry.schedule = schedule;
    entry.next = next == null ? null : next.instant();
    if (next != null) {
      due.add(new Due(next.instant(), schedule.name()));
    }
  }

  void remove(String name) {
    entries.remove(name);
    if (unfinishedOf(name).isEmpty()) {
      unfinished.remove(name);
    }
  }

  @Nullable Entry entry(String name) {
    return entries.get(name);
  }

  Collection<String> names() {
    return entries.keySet();
  }

  private NavigableSet<Long> unfinishedOf(String name) {
    return unfinished.computeIfAbsent(name, other -> new TreeSet<>());
  }

  /** A job has not ended; says so of those that a schedule planned. */
  void unfinished(Job job) {
    String name = job.terms().schedule();
    if (name != null) {
      scheduleOf.put(job.number(), name);
      unfinishedOf(name).add(job.number());
    }
  }

  /** A job has ended; answers the schedule that planned it, where there still is one. */
  @Nullable Entry ended(long number) {
    String name = scheduleOf.remove(number);
    if (name == null) {
      return null;
    }
    Entry entry = entries.get(name);
    NavigableSet<Long> others = unfinishedOf(name);
    others.remove(number);
    if (entry == null && others.isEmpty()) {
      unfinished.remove(name);
    }
    return entry;
  }

  /** When the next one is due, or null. */
  @Nullable Instant nextDue() {
    Due first = first();
    return first == null ? null : first.at();
  }

  boolean isDue(Instant now) {
    Instant next = nextDue();
    return next != null && !next.isAfter(now);
  }

  /** Takes the first one that is due, or null when none is. */
  @Nullable Entry takeDue(Instant now) {
    Due first = first();
    if (first == null || first.at().isAfter(now)) {
      return null;
    }
    due.pollFirst();
    return entries.get(first.schedule());
  }

  /** The first that still stands: what was changed since has another one further behind. */
  private @Nullable Due first() {
    while (true) {
      if (due.isEmpty()) {
        return null;
      }
      Due first = due.first();
      Entry entry = entries.get(first.schedule());
      if (entry != null && first.at().equals(entry.next)) {
        return first;
      }
      due.pollFirst();
    }
  }
}
