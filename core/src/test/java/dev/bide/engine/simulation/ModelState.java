package dev.bide.engine.simulation;

import dev.bide.notice.Notice;
import dev.bide.queue.QueueSettings;
import dev.bide.retention.Swept;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.store.Accepted;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/** Everything a store remembers. Changed by one transaction only, before it is committed. */
final class ModelState {
  final NavigableMap<Long, ModelJob> jobs;
  final Map<Long, UUID> removed;
  final Map<String, Accepted> accepted;
  final NavigableMap<String, QueueSettings> queues;
  final NavigableMap<String, Schedule> schedules;
  final NavigableMap<String, NavigableMap<String, PlannedRun>> planned;
  final NavigableMap<Long, Notice> notices;
  long newest;
  Swept swept = Swept.NOTHING;

  ModelState() {
    jobs = new TreeMap<>();
    removed = new HashMap<>();
    accepted = new HashMap<>();
    queues = new TreeMap<>();
    schedules = new TreeMap<>();
    planned = new TreeMap<>();
    notices = new TreeMap<>();
  }

  private ModelState(ModelState other) {
    jobs = new TreeMap<>(other.jobs);
    removed = new HashMap<>(other.removed);
    accepted = new HashMap<>(other.accepted);
    queues = new TreeMap<>(other.queues);
    schedules = new TreeMap<>(other.schedules);
    planned = new TreeMap<>();
    other.planned.forEach((name, runs) -> planned.put(name, new TreeMap<>(runs)));
    notices = new TreeMap<>(other.notices);
    newest = other.newest;
    swept = other.swept;
  }

  ModelState copy() {
    return new ModelState(this);
  }
}
