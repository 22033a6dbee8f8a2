package dev.bide.engine.simulation;

import dev.bide.figures.JobFigures;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.queue.QueueSettings;
import dev.bide.retention.Candidate;
import dev.bide.retention.Held;
import dev.bide.retention.Older;
import dev.bide.retention.Swept;
import dev.bide.retention.Tally;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.store.Accepted;
import dev.bide.store.JobFilter;
import dev.bide.store.Page;
import dev.bide.store.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reading the model of the store. */
class ModelSnapshot implements Snapshot {
  final ModelState state;

  ModelSnapshot(ModelState state) {
    this.state = state;
  }

  @Override
  public Optional<Job> job(long number) {
    return Optional.ofNullable(state.jobs.get(number)).map(ModelJob::seen);
  }

  @Override
  public Optional<Job> job(UUID uuid) {
    return state.jobs.values().stream()
        .filter(job -> job.uuid().equals(uuid))
        .findFirst()
        .map(ModelJob::seen);
  }

  @Override
  public List<Job> jobs(Collection<Long> numbers) {
    return numbers.stream().distinct().sorted().flatMap(number -> job(number).stream()).toList();
  }

  @Override
  public List<Job> jobsByUuidPrefix(String prefix, int limit) {
    return state.jobs.values().stream()
        .filter(job -> job.uuid().toString().startsWith(prefix))
        .sorted(Comparator.comparing(job -> job.uuid().toString()))
        .limit(limit)
        .map(ModelJob::seen)
        .toList();
  }

  @Override
  public Optional<UUID> uuidOfRemoved(long number) {
    return Optional.ofNullable(state.removed.get(number));
  }

  @Override
  public boolean removed(UUID uuid) {
    return state.removed.containsValue(uuid);
  }

  @Override
  public Optional<Accepted> accepted(String idempotencyKey) {
    return Optional.ofNullable(state.accepted.get(idempotencyKey));
  }

  @Override
  public Page jobs(JobFilter filter, @Nullable String after, int limit) {
    if (after != null && !after.matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException("'" + after + "' is not the next of a page of jobs");
    }
    long below = after == null ? Long.MAX_VALUE : Long.parseLong(after);
    List<Job> found = new ArrayList<>();
    for (ModelJob job : state.jobs.headMap(below, false).descendingMap().values()) {
      if (fits(filter, job)) {
        if (found.size() == limit) {
          return new Page(found, Long.toString(found.get(limit - 1).number()));
        }
        found.add(job.seen());
      }
    }
    return new Page(found, null);
  }

  @Override
  public void forEachJob(JobFilter filter, Consumer<Job> reader) {
    for (ModelJob job : state.jobs.values()) {
      if (fits(filter, job)) {
        reader.accept(job.seen());
      }
    }
  }

  private static boolean fits(JobFilter filter, ModelJob job) {
    return (filter.states().isEmpty() || filter.states().contains(job.state()))
        && (filter.queue() == null || filter.queue().equals(job.spec().queue()));
  }

  @Override
  public List<Attempt> attempts(long number) {
    ModelJob job = state.jobs.get(number);
    return job == null
        ? List.of()
        : job.attempts().stream().map(ModelJob.ModelAttempt::kept).toList();
  }

  @Override
  public Map<String, String> environment(long number) {
    ModelJob job = state.jobs.get(number);
    return job == null ? Map.of() : job.spec().environment();
  }

  @Override
  public List<Job> unfinished() {
    List<Job> unfinished = new ArrayList<>();
    for (ModelJob job : state.jobs.values()) {
      if (job.state() == State.PENDING || job.state() == State.RUNNING) {
        unfinished.add(job.seen());
      }
    }
    return unfinished;
  }

  @Override
  public List<QueueSettings> queues() {
    return List.copyOf(state.queues.values());
  }

  @Override
  public List<Tally> tallies() {
    Map<List<Object>, Held> held = new TreeMap<>(Comparator.comparing(Object::toString));
    state
        .jobs
        .values()
        .forEach(
            job ->
                held.merge(
                    List.of(job.spec().queue(), job.state()),
                    new Held(1, job.logBytes()),
                    Held::plus));
    return held.entrySet().stream()
        .map(
            entry ->
                new Tally(
                    (String) entry.getKey().get(0),
                    (State) entry.getKey().get(1),
                    entry.getValue()))
        .toList();
  }

  @Override
  public List<Candidate> oldestEnded(String queue, State end, boolean withLog, int limit) {
    return candidates()
        .filter(job -> job.queue().equals(queue) && job.state() == end)
        .filter(job -> !withLog || job.logBytes() > 0)
        .limit(limit)
        .toList();
  }

  private Stream<Candidate> candidates() {
    return state.jobs.values().stream()
        .filter(job -> job.state().isFinal() && !job.pinned())
        .map(
            job ->
                new Candidate(
                    job.number(),
                    job.spec().queue(),
                    job.state(),
                    ((Status.Ended) job.seen().status()).ending().at(),
                    job.logBytes()))
        .sorted(Comparator.comparing(Candidate::endedAt).thenComparing(Candidate::number));
  }

  @Override
  public Held count(Older older) {
    return candidates(older)
        .map(job -> new Held(1, job.logBytes()))
        .reduce(Held.NOTHING, Held::plus);
  }

  @Override
  public Held countBetween(Instant from, Instant before) {
    Held late = count(new Older(from, Set.of(), null));
    return count(new Older(before, Set.of(), null)).plus(new Held(-late.jobs(), -late.logBytes()));
  }

  @Override
  public List<Candidate> some(Older older, int limit) {
    return candidates(older).limit(limit).toList();
  }

  private Stream<Candidate> candidates(Older older) {
    return candidates()
        .filter(job -> job.endedAt().isBefore(older.before()))
        .filter(job -> older.states().contains(job.state()))
        .filter(job -> older.queue() == null || older.queue().equals(job.queue()));
  }

  @Override
  public List<AttemptId> longLogs(long longest, int limit) {
    return state.jobs.values().stream()
        .filter(job -> job.state().isFinal() && !job.pinned())
        .flatMap(job -> job.attempts().stream())
        .map(ModelJob.ModelAttempt::kept)
        .filter(one -> one.ending() != null && one.ending().logSize() > longest)
        .map(Attempt::id)
        .limit(limit)
        .toList();
  }

  @Override
  public void forEachEnded(Instant since, JobFigures.Counter counter) {
    throw new UnsupportedOperationException("nothing that is simulated asks for figures");
  }

  @Override
  public Swept swept() {
    return state.swept;
  }

  @Override
  public List<Schedule> schedules() {
    return state.schedules.values().stream()
        .map(schedule -> withEnvironment(schedule, Map.of()))
        .toList();
  }

  private static Schedule withEnvironment(Schedule schedule, Map<String, String> environment) {
    return new Schedule(
        schedule.name(),
        schedule.template().with(environment),
        schedule.timetable(),
        schedule.overlap(),
        schedule.jitter(),
        schedule.pauseAfter(),
        schedule.createdAt(),
        schedule.standing());
  }

  @Override
  public Optional<Schedule> schedule(String name) {
    return Optional.ofNullable(state.schedules.get(name));
  }

  @Override
  public List<PlannedRun> plannedRuns(String schedule, int limit) {
    return runs(schedule).stream()
        .sorted(Comparator.comparing(PlannedRun::instant).thenComparing(PlannedRun::key).reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public List<PlannedRun> latestRuns() {
    return state.schedules.keySet().stream()
        .flatMap(schedule -> plannedRuns(schedule, 1).stream())
        .toList();
  }

  final Collection<PlannedRun> runs(String schedule) {
    return state.planned.getOrDefault(schedule, Collections.emptyNavigableMap()).values();
  }

  @Override
  public List<PlannedRun> waitingRuns() {
    return state.planned.values().stream()
        .flatMap(runs -> runs.values().stream())
        .filter(run -> run.decision() == PlannedRun.Decision.WAITING)
        .sorted(
            Comparator.comparing(PlannedRun::instant)
                .thenComparing(PlannedRun::schedule)
                .thenComparing(PlannedRun::key))
        .toList();
  }

  @Override
  public long newestNumber() {
    return state.newest;
  }

  @Override
  public List<Notice> notices(@Nullable Long job, Delivery.@Nullable State wanted, int limit) {
    return state.notices.descendingMap().values().stream()
        .filter(notice -> job == null || job.equals(notice.job()))
        .filter(notice -> wanted == null || wanted == notice.delivery().state())
        .limit(limit)
        .toList();
  }

  @Override
  public int failedNotices() {
    return notices(null, Delivery.State.FAILED, Integer.MAX_VALUE).size();
  }

  @Override
  public Optional<Notice> notice(UUID id) {
    return state.notices.values().stream().filter(notice -> notice.id().equals(id)).findFirst();
  }

  private Stream<Notice> waitingNotices() {
    return state.notices.values().stream()
        .filter(notice -> notice.delivery().state() == Delivery.State.WAITING)
        .sorted(Comparator.comparing(notice -> notice.delivery().at()));
  }

  @Override
  public List<Notice> dueNotices(Instant now, int limit) {
    return waitingNotices()
        .filter(notice -> !notice.delivery().at().isAfter(now))
        .limit(limit)
        .toList();
  }

  @Override
  public Map<String, Long> waitingNotices(int most) {
    return waitingNotices()
        .limit(most)
        .collect(Collectors.groupingBy(Notice::target, Collectors.counting()));
  }

  @Override
  public Optional<Instant> nextNotice(Instant after) {
    return waitingNotices()
        .map(notice -> notice.delivery().at())
        .filter(at -> at.isAfter(after))
        .findFirst();
  }
}
