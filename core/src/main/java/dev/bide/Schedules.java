package dev.bide;

import dev.bide.engine.Command;
import dev.bide.engine.Missing;
import dev.bide.engine.Refused;
import dev.bide.job.Job;
import dev.bide.schedule.ListedSchedule;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The schedules of a queue: what adds jobs at planned times. Thread-safe.
 *
 * <p>What asks for a change answers as in {@link Bide}.
 */
public final class Schedules {
  private final Store store;
  private final Asking asking;

  Schedules(Store store, Asking asking) {
    this.store = store;
    this.asking = asking;
  }

  /** All of them, by name; their templates without an environment. */
  public List<Schedule> list() {
    return store.read(Snapshot::schedules);
  }

  /** The same with what was decided last about each, read at one instant. */
  public List<ListedSchedule> listed() {
    return store.read(
        snapshot -> {
          Map<String, PlannedRun> latest = new HashMap<>();
          snapshot.latestRuns().forEach(run -> latest.put(run.schedule(), run));
          return snapshot.schedules().stream()
              .map(schedule -> new ListedSchedule(schedule, latest.get(schedule.name())))
              .toList();
        });
  }

  /**
   * One of them.
   *
   * @throws Refused when there is none of this name
   */
  public Schedule find(String name) {
    return store.read(
        snapshot ->
            snapshot
                .schedule(name)
                .orElseThrow(
                    () ->
                        Missing.schedule(
                            name, snapshot.schedules().stream().map(Schedule::name).toList())));
  }

  /** What was decided about the runs of one, newest first, at most so many. */
  public List<PlannedRun> runs(String name, int limit) {
    return store.read(snapshot -> snapshot.plannedRuns(name, limit));
  }

  /**
   * Adds one. Fails with {@link Refused} when its name is taken, its queue does not exist or its
   * template is faulty.
   */
  public CompletableFuture<Schedule> add(Schedule schedule) {
    return checked(schedule, new Command.AddSchedule(schedule));
  }

  /** Changes all of one but how far it is; other times count from now on. */
  public CompletableFuture<Schedule> change(Schedule schedule) {
    return checked(schedule, new Command.ChangeSchedule(schedule));
  }

  private CompletableFuture<Schedule> checked(Schedule schedule, Command<Schedule> command) {
    return Refused.ifFaulty(List.of(schedule.template()))
        .<CompletableFuture<Schedule>>map(CompletableFuture::failedFuture)
        .orElseGet(() -> asking.ask(command));
  }

  /** Plans nothing of one, or goes on with it from now on. */
  public CompletableFuture<Schedule> pause(String name, boolean paused) {
    return asking.ask(new Command.PauseSchedule(name, paused));
  }

  /** Adds one run of it now, whatever else is going on. */
  public CompletableFuture<Job> run(String name) {
    return asking.ask(new Command.RunSchedule(name));
  }

  /**
   * Makes up for the runs between two instants, both included, of which nothing was decided, one
   * after another; answers how many those are.
   */
  public CompletableFuture<Integer> backfill(String name, Instant from, Instant to) {
    return asking.ask(new Command.Backfill(name, from, to));
  }

  /** Removes one; its jobs stay. */
  public CompletableFuture<Boolean> remove(String name) {
    return asking.ask(new Command.RemoveSchedule(name));
  }
}
