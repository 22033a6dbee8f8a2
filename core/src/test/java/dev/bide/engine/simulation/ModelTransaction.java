package dev.bide.engine.simulation;

import dev.bide.engine.simulation.ModelJob.ModelAttempt;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.queue.QueueSettings;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.Swept;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.store.Accepted;
import dev.bide.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changing a copy of the state, with the guards of the contract. */
final class ModelTransaction extends ModelSnapshot implements Transaction {
  private final Runnable beforeStatement;
  private final List<Write> writes = new ArrayList<>();

  ModelTransaction(ModelState copy, Runnable beforeStatement) {
    super(copy);
    this.beforeStatement = beforeStatement;
  }

  List<Write> writes() {
    return writes;
  }

  private void put(ModelJob job) {
    writes.add(new Write.JobKept(state.jobs.put(job.number(), job), job));
  }

  @Override
  public Job insert(JobSpec spec, UUID uuid, Instant submittedAt) {
    beforeStatement.run();
    check(spec);
    if (removed(uuid) || job(uuid).isPresent()) {
      throw new IllegalStateException("a job has, or had, the uuid " + uuid);
    }
    ModelJob job =
        new ModelJob(
            ++state.newest,
            uuid,
            spec,
            millis(submittedAt),
            State.PENDING,
            spec.terms().inMillis().notBefore(millis(submittedAt)),
            null,
            null,
            List.of(),
            false);
    put(job);
    return job.seen();
  }

  private static void check(JobSpec spec) {
    List<String> texts = new ArrayList<>(spec.environment().values());
    if (spec.program() instanceof Program.Argv argv) {
      texts.addAll(argv.words());
    }
    for (String name : spec.environment().keySet()) {
      if (name.contains("=")) {
        throw new IllegalArgumentException("no process can have the variable " + name);
      }
      texts.add(name);
    }
    if (texts.stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("no process can have a NUL byte in its texts");
    }
  }

  @Override
  public void accept(String idempotencyKey, Accepted accepted, Instant at) {
    beforeStatement.run();
    if (state.accepted.putIfAbsent(idempotencyKey, accepted) != null) {
      throw new IllegalStateException("the idempotency key is remembered already");
    }
  }

  @Override
  public boolean assign(AttemptId id, String node, Instant at) {
    beforeStatement.run();
    ModelJob job = state.jobs.get(id.number());
    if (job == null
        || !job.uuid().equals(id.uuid())
        || job.state() != State.PENDING
        || job.attempts().size() + 1 != id.attempt()) {
      return false;
    }
    put(job.assigned(new Attempt(id, node, millis(at), null, null, null, null, null)));
    return true;
  }

  @Override
  public boolean started(AttemptId id, ProcessIdentity process, Instant at) {
    beforeStatement.run();
    ModelJob job = open(id);
    if (job == null || job.latest().kept().startedAt() != null) {
      return false;
    }
    Attempt old = job.latest().kept();
    put(
        job.withLatest(
            new ModelAttempt(
                new Attempt(
                    id,
                    old.node(),
                    old.assignedAt(),
                    millis(at),
                    process,
                    old.lastSeenAt(),
                    old.message(),
                    null),
                job.latest().stopping())));
    return true;
  }

  @Override
  public boolean withdraw(
      AttemptId id, Reason why, String message, @Nullable Instant notBefore, Instant at) {
    beforeStatement.run();
    ModelJob job = open(id);
    if (job == null || job.latest().kept().startedAt() != null) {
      return false;
    }
    put(
        ended(job, Ending.withoutProcess(Outcome.NOT_STARTED, why, message, at))
            .waits(notBefore == null ? null : millis(notBefore), notBefore == null ? null : why));
    return true;
  }

  @Override
  public boolean stopping(AttemptId id, Reason why, Instant at) {
    beforeStatement.run();
    ModelJob job = open(id);
    if (job == null || job.latest().stopping() != null) {
      return false;
    }
    put(job.withLatest(new ModelAttempt(job.latest().kept(), why)));
    return true;
  }

  @Override
  public boolean unreachable(AttemptId id, @Nullable String message, @Nullable Instant lastSeenAt) {
    beforeStatement.run();
    ModelJob job = open(id);
    if (job == null) {
      return false;
    }
    Attempt old = job.latest().kept();
    Instant seen = lastSeenAt == null ? old.lastSeenAt() : millis(lastSeenAt);
    put(
        job.withLatest(
            new ModelAttempt(
                new Attempt(
                    id,
                    old.node(),
                    old.assignedAt(),
                    old.startedAt(),
                    old.process(),
                    seen,
                    message,
                    null),
                job.latest().stopping())));
    return true;
  }

  @Override
  public boolean finish(AttemptId id, Ending ending) {
    beforeStatement.run();
    State end = ending.outcome().state();
    ModelJob job = open(id);
    if (job == null) {
      return false;
    }
    put(ended(job, ending).ends(end, null));
    return true;
  }

  private static ModelJob ended(ModelJob job, Ending ending) {
    Attempt old = job.latest().kept();
    Attempt closed =
        new Attempt(
            old.id(),
            old.node(),
            old.assignedAt(),
            old.startedAt(),
            old.process(),
            old.lastSeenAt(),
            null,
            kept(ending));
    return job.withLatest(new ModelAttempt(closed, job.latest().stopping()));
  }

  @Override
  public boolean end(long number, Ending ending) {
    beforeStatement.run();
    ModelJob job = state.jobs.get(number);
    if (job == null || job.state() != State.PENDING) {
      return false;
    }
    put(job.ends(ending.outcome().state(), kept(ending)));
    return true;
  }

  @Override
  public boolean retry(long number, @Nullable Instant notBefore) {
    beforeStatement.run();
    ModelJob job = state.jobs.get(number);
    if (job == null || !job.state().isFinal()) {
      return false;
    }
    put(job.waits(notBefore == null ? null : millis(notBefore), null));
    return true;
  }

  @Override
  public boolean remove(long number) {
    beforeStatement.run();
    ModelJob job = state.jobs.get(number);
    if (job == null || !job.state().isFinal()) {
      return false;
    }
    state.jobs.remove(number);
    state.removed.put(number, job.uuid());
    writes.add(new Write.JobRemoved(job));
    return true;
  }

  @Override
  public boolean pin(long number, boolean pinned) {
    beforeStatement.run();
    ModelJob job = state.jobs.get(number);
    if (job == null) {
      return false;
    }
    put(job.withPin(pinned));
    return true;
  }

  @Override
  public boolean logCut(AttemptId id, long size, long leftOut) {
    beforeStatement.run();
    ModelJob job = state.jobs.get(id.number());
    if (job == null || !job.uuid().equals(id.uuid()) || id.attempt() > job.attempts().size()) {
      return false;
    }
    ModelAttempt attempt = job.attempts().get(id.attempt() - 1);
    if (attempt.kept().ending() == null) {
      return false;
    }
    put(job.withCut(id.attempt(), size, leftOut));
    writes.add(new Write.LogCut(id, size, leftOut));
    return true;
  }

  @Override
  public void swept(Swept more) {
    beforeStatement.run();
    Swept before = state.swept;
    Instant last = more.lastAt();
    Map<Cause, Held> causes = new EnumMap<>(Cause.class);
    causes.putAll(before.causes());
    more.causes().forEach((cause, held) -> causes.merge(cause, held, Held::plus));
    state.swept =
        new Swept(
            before.removed().plus(more.removed()),
            causes,
            before.cut() + more.cut(),
            before.cutBytes() + more.cutBytes(),
            last == null ? before.lastAt() : millis(last));
    writes.add(new Write.Counted(more));
  }

  @Override
  public void forgetKeys(Instant before) {
    beforeStatement.run();
  }

  @Override
  public int shrink(int pages) {
    return 0;
  }

  @Override
  public void save(QueueSettings queue) {
    beforeStatement.run();
    state.queues.put(queue.name(), queue);
    writes.add(new Write.QueueKept(queue));
  }

  @Override
  public void save(Schedule schedule) {
    beforeStatement.run();
    Schedule before = state.schedules.get(schedule.name());
    put(
        before,
        new Schedule(
            schedule.name(),
            schedule.template(),
            schedule.timetable(),
            schedule.overlap(),
            schedule.jitter(),
            schedule.pauseAfter(),
            before == null ? schedule.createdAt() : before.createdAt(),
            schedule.standing()));
  }

  private void put(@Nullable Schedule before, Schedule after) {
    state.schedules.put(after.name(), after);
    writes.add(new Write.ScheduleKept(before, after));
  }

  @Override
  public boolean stand(String name, Schedule.Standing standing) {
    beforeStatement.run();
    Schedule before = state.schedules.get(name);
    if (before == null) {
      return false;
    }
    put(before, before.at(standing));
    return true;
  }

  @Override
  public boolean removeSchedule(String name) {
    beforeStatement.run();
    state.planned.remove(name);
    writes.add(new Write.ScheduleRemoved(name));
    return state.schedules.remove(name) != null;
  }

  @Override
  public boolean plan(PlannedRun run) {
    beforeStatement.run();
    NavigableMap<String, PlannedRun> runs =
        state.planned.computeIfAbsent(run.schedule(), name -> new TreeMap<>());
    if (runs.putIfAbsent(run.key(), millis(run)) != null) {
      return false;
    }
    writes.add(new Write.RunDecided(null, millis(run)));
    if (runs.size() > REMEMBERED) {
      Instant oldest = plannedRuns(run.schedule(), REMEMBERED).get(REMEMBERED - 1).instant();
      runs.values()
          .removeIf(
              old ->
                  old.instant().isBefore(oldest) && old.decision() != PlannedRun.Decision.WAITING);
    }
    return true;
  }

  @Override
  public boolean decide(PlannedRun run) {
    beforeStatement.run();
    NavigableMap<String, PlannedRun> runs = state.planned.get(run.schedule());
    PlannedRun before = runs == null ? null : runs.get(run.key());
    if (runs == null || before == null || before.decision() != PlannedRun.Decision.WAITING) {
      return false;
    }
    runs.put(run.key(), millis(run));
    writes.add(new Write.RunDecided(before, millis(run)));
    return true;
  }

  @Override
  public void tell(Notice notice) {
    beforeStatement.run();
    if (notice(notice.id()).isPresent()) {
      throw new IllegalStateException("a notice has the id " + notice.id());
    }
    long number = state.notices.isEmpty() ? 1 : state.notices.lastKey() + 1;
    Notice kept =
        new Notice(
            notice.id(),
            millis(notice.at()),
            notice.event(),
            notice.target(),
            notice.job(),
            notice.facts(),
            millis(notice.delivery()));
    state.notices.put(number, kept);
    writes.add(new Write.Told(kept));
  }

  @Override
  public boolean deliver(UUID id, Delivery delivery) {
    beforeStatement.run();
    for (Map.Entry<Long, Notice> one : state.notices.entrySet()) {
      Notice before = one.getValue();
      if (before.id().equals(id)) {
        one.setValue(before.at(millis(delivery)));
        writes.add(new Write.Delivered(before, one.getValue()));
        return true;
      }
    }
    return false;
  }

  @Override
  public int forgetNotices(Instant sentBefore, Instant givenUpBefore) {
    beforeStatement.run();
    int before = state.notices.size();
    state
        .notices
        .values()
        .removeIf(
            notice -> {
              boolean old =
                  switch (notice.delivery().state()) {
                    case WAITING -> false;
                    case SENT -> notice.delivery().at().isBefore(sentBefore);
                    case FAILED -> notice.delivery().at().isBefore(givenUpBefore);
                  };
              if (old) {
                writes.add(new Write.Forgotten(notice));
              }
              return old;
            });
    return before - state.notices.size();
  }

  private static Delivery millis(Delivery delivery) {
    return new Delivery(
        delivery.state(),
        delivery.tries(),
        millis(delivery.at()),
        delivery.digest(),
        delivery.error());
  }

  private static PlannedRun millis(PlannedRun run) {
    return new PlannedRun(
        run.schedule(),
        run.key(),
        millis(run.instant()),
        run.decision(),
        run.job(),
        run.note(),
        millis(run.decidedAt()));
  }

  /** The job whose open attempt this is, or null. */
  private @Nullable ModelJob open(AttemptId id) {
    ModelJob job = state.jobs.get(id.number());
    return job != null
            && job.state() == State.RUNNING
            && job.uuid().equals(id.uuid())
            && job.attempts().size() == id.attempt()
        ? job
        : null;
  }

  private static Ending kept(Ending ending) {
    return new Ending(
        ending.outcome(),
        ending.reason(),
        ending.message(),
        ending.exitCode(),
        ending.signal(),
        millis(ending.at()),
        ending.logSize());
  }

  private static Instant millis(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS);
  }
}
