package dev.bide.engine.simulation;

import dev.bide.engine.Event;
import dev.bide.job.State;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Somebody who reads everything once and listens from then on, as an open page does. */
final class Onlooker {
  private final Promises promises;
  private final Map<Long, State> jobs = new TreeMap<>();
  private final Set<String> schedules = new HashSet<>();

  Onlooker(Promises promises) {
    this.promises = promises;
  }

  /** A server begins, and he comes. */
  void reads(ModelState state) {
    jobs.clear();
    state.jobs.values().forEach(job -> jobs.put(job.number(), job.state()));
    schedules.clear();
    schedules.addAll(state.schedules.keySet());
  }

  void told(Event event, ModelState state) {
    if (event instanceof Event.JobChanged changed) {
      jobs.put(changed.job().number(), changed.job().state());
    } else if (event instanceof Event.JobRemoved removed) {
      jobs.remove(removed.number());
    } else if (event instanceof Event.ScheduleChanged changed) {
      schedules.add(changed.schedule().name());
    } else if (event instanceof Event.ScheduleRemoved removed) {
      schedules.remove(removed.name());
    } else if (event instanceof Event.StoreBack) {
      reads(state);
    }
  }

  /** Nothing is on its way to him any more. */
  void atRest(ModelState state) {
    Map<Long, State> really = new TreeMap<>();
    state.jobs.values().forEach(job -> really.put(job.number(), job.state()));
    promises.hold(
        jobs.equals(really), Promise.LISTENERS_KNOW, "he knows " + jobs + ", and it is " + really);
    promises.hold(
        schedules.equals(state.schedules.keySet()),
        Promise.LISTENERS_KNOW,
        "he knows the schedules " + schedules + ", and there are " + state.schedules.keySet());
  }
}
