package dev.bide.store.sqlite;

import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeRules;
import dev.bide.queue.QueueSettings;
import dev.bide.retention.Swept;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.store.Accepted;
import dev.bide.store.Transaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writing, on a session whose transaction is open. Each guard is the where-clause of the statement
 * that changes the job's row, which therefore comes first.
 */
final class SqliteTransaction extends SqliteSnapshot implements Transaction {
  /** Number, uuid and attempt: an old run directory beside a restored database has another uuid. */
  private static final String OPEN =
      " where number = ? and uuid = ? and attempt = ? and state = 'RUNNING'";

  /** The same guard for a statement that changes the attempt's row only. */
  private static final String IF_OPEN =
      " where number = ? and attempt = ? and outcome is null"
          + " and exists (select 1 from job where number = attempt.number and uuid = ?"
          + " and attempt = attempt.attempt and state = 'RUNNING')";

  private final LastEnvironment lastEnvironment;
  private long newest = -1;

  SqliteTransaction(Session session, LastEnvironment lastEnvironment) {
    super(session);
    this.lastEnvironment = lastEnvironment;
  }

  @Override
  public Job insert(JobSpec spec, UUID uuid, Instant submittedAt) {
    if (newest < 0) {
      newest = newestNumber();
    }
    long number = newest + 1;
    byte[] uuidBytes = Rows.bytes(uuid);
    Terms terms = spec.terms().inMillis();
    Instant accepted = submittedAt.truncatedTo(ChronoUnit.MILLIS);
    Instant notBefore = terms.notBefore(accepted);
    int added =
        session.update(
            "insert into job (number, uuid, queue, state, not_before)"
                + " select ?, ?, ?, 'PENDING', ?"
                + " where not exists (select 1 from removed where uuid = ?)"
                + " on conflict (uuid) do nothing",
            number,
            uuidBytes,
            spec.queue(),
            Rows.millis(notBefore),
            uuidBytes);
    if (added == 0) {
      throw new IllegalStateException("a job has, or had, the uuid " + uuid);
    }
    session.update(
        "insert into spec (number, words, line, directory, name, umask, submitted_at, environment,"
            + " begin_at, schedule, planned_for, notices)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number,
        Rows.words(spec.program()),
        Rows.line(spec.program()),
        spec.directory(),
        spec.name(),
        spec.umask(),
        accepted.toEpochMilli(),
        environmentId(spec.environment()),
        Rows.millis(terms.beginAt()),
        terms.schedule(),
        Rows.millis(terms.plannedFor()),
        NoticeRules.text(terms.notices()));
    newest = number;
    return new Job(
        number,
        uuid,
        spec.program(),
        spec.directory(),
        spec.name(),
        spec.queue(),
        spec.umask(),
        terms,
        accepted,
        0,
        notBefore == null ? Status.Pending.READY : new Status.Pending(notBefore, null, null));
  }

  private long environmentId(Map<String, String> environment) {
    Long known = lastEnvironment.find(environment);
    if (known != null) {
      return known;
    }
    byte[] bytes = Environments.encode(environment);
    byte[] digest = Environments.digest(bytes);
    long id =
        session
            .first(
                "select id from environment where digest = ?",
                row -> row.getLong(1),
                (Object) digest)
            .or(
                () ->
                    session.first(
                        "insert into environment (digest, bytes) values (?, ?) returning id",
                        row -> row.getLong(1),
                        digest,
                        bytes))
            .orElseThrow();
    lastEnvironment.remember(environment, id);
    return id;
  }

  @Override
  public void accept(String idempotencyKey, Accepted accepted, Instant at) {
    int added =
        session.update(
            "insert into accepted (key, digest, first, last, accepted_at) values (?, ?, ?, ?, ?)"
                + " on conflict do nothing",
            idempotencyKey,
            accepted.digest(),
            accepted.first(),
            accepted.last(),
            at.toEpochMilli());
    if (added == 0) {
      throw new IllegalStateException("the idempotency key is remembered already");
    }
  }

  @Override
  public boolean assign(AttemptId id, String node, Instant at) {
    int changed =
        session.update(
            "update job set state = 'RUNNING', attempt = ?, not_before = null, backoff = null"
                + " where number = ? and uuid = ? and attempt = ? and state = 'PENDING'",
            id.attempt(),
            id.number(),
            Rows.bytes(id.uuid()),
            id.attempt() - 1);
    if (changed == 0) {
      return false;
    }
    session.update(
        "insert into attempt (number, attempt, node, assigned_at) values (?, ?, ?, ?)",
        id.number(),
        id.attempt(),
        node,
        at.toEpochMilli());
    return true;
  }

  @Override
  public boolean started(AttemptId id, ProcessIdentity process, Instant at) {
    return 1
        == session.update(
            "update attempt set started_at = ?, pid = ?, start_ticks = ?, boot_id = ?"
                + IF_OPEN
                + " and started_at is null",
            at.toEpochMilli(),
            process.pid(),
            process.startTicks(),
            process.bootId(),
            id.number(),
            id.attempt(),
            Rows.bytes(id.uuid()));
  }

  @Override
  public boolean withdraw(
      AttemptId id, Reason why, String message, @Nullable Instant notBefore, Instant at) {
    int changed =
        session.update(
            "update job set state = 'PENDING', not_before = ?, backoff = ?"
                + OPEN
                + " and exists (select 1 from attempt a where a.number = job.number"
                + " and a.attempt = job.attempt and a.started_at is null)",
            Rows.millis(notBefore),
            notBefore == null ? null : why.name(),
            id.number(),
            Rows.bytes(id.uuid()),
            id.attempt());
    if (changed == 0) {
      return false;
    }
    endAttempt(id, Ending.withoutProcess(Outcome.NOT_STARTED, why, message, at));
    return true;
  }

  @Override
  public boolean stopping(AttemptId id, Reason why, Instant at) {
    return 1
        == session.update(
            "update attempt set stopping = ?, stopping_at = ?" + IF_OPEN + " and stopping is null",
            why.name(),
            at.toEpochMilli(),
            id.number(),
            id.attempt(),
            Rows.bytes(id.uuid()));
  }

  @Override
  public boolean unreachable(AttemptId id, @Nullable String message, @Nullable Instant lastSeenAt) {
    return 1
        == session.update(
            "update attempt set message = ?, last_seen_at = coalesce(?, last_seen_at)" + IF_OPEN,
            message,
            Rows.millis(lastSeenAt),
            id.number(),
            id.attempt(),
            Rows.bytes(id.uuid()));
  }

  @Override
  public boolean finish(AttemptId id, Ending ending) {
    String state = ending.outcome().state().name();
    int changed =
        session.update(
            "update job set state = ?, final_at = ?, log_bytes = log_bytes + ?" + OPEN,
            state,
            ending.at().toEpochMilli(),
            ending.logSize(),
            id.number(),
            Rows.bytes(id.uuid()),
            id.attempt());
    if (changed == 0) {
      return false;
    }
    endAttempt(id, ending);
    return true;
  }

  private void endAttempt(AttemptId id, Ending ending) {
    session.update(
        "update attempt set outcome = ?, reason = ?, message = ?, exit_code = ?, signal = ?,"
            + " ended_at = ?, log_size = ? where number = ? and attempt = ?",
        ending.outcome().name(),
        Rows.name(ending.reason()),
        ending.message(),
        ending.exitCode(),
        ending.signal(),
        ending.at().toEpochMilli(),
        ending.logSize(),
        id.number(),
        id.attempt());
  }

  @Override
  public boolean end(long number, Ending ending) {
    State state = ending.outcome().state();
    return 1
        == session.update(
            "update job set state = ?, not_before = null, backoff = null, reason = ?, message = ?,"
                + " exit_code = ?, signal = ?, ended_at = ?, log_size = ?,"
                + " final_at = ?, log_bytes = log_bytes + ? where number = ? and state = 'PENDING'",
            state.name(),
            Rows.name(ending.reason()),
            ending.message(),
            ending.exitCode(),
            ending.signal(),
            ending.at().toEpochMilli(),
            ending.logSize(),
            ending.at().toEpochMilli(),
            ending.logSize(),
            number);
  }

  @Override
  public boolean retry(long number, @Nullable Instant notBefore) {
    return 1
        == session.update(
            "update job set state = 'PENDING', not_before = ?, backoff = null, reason = null,"
                + " message = null, exit_code = null, signal = null, ended_at = null,"
                + " log_size = null, final_at = null where number = ? and state not in ('PENDING', 'RUNNING')",
            Rows.millis(notBefore),
            number);
  }

  @Override
  public boolean remove(long number) {
    int gone =
        session.update(
            "insert into removed (number, uuid) select number, uuid from job"
                + " where number = ? and state not in ('PENDING', 'RUNNING')",
            number);
    if (gone == 0) {
      return false;
    }
    long environment =
        session
            .first("select environment from spec where number = ?", row -> row.getLong(1), number)
            .orElseThrow();
    session.update("delete from attempt where number = ?", number);
    session.update("delete from spec where number = ?", number);
    session.update("delete from job where number = ?", number);
    forgetEnvironment(environment);
    return true;
  }

  /** Unless something else has it. */
  private void forgetEnvironment(long id) {
    session.update(
        "delete from environment where id = ?"
            + " and not exists (select 1 from spec where environment = environment.id)"
            + " and not exists (select 1 from schedule where environment = environment.id)",
        id);
    lastEnvironment.forget();
  }

  @Override
  public void save(QueueSettings queue) {
    session.update(
        "insert into queue (name, slots, paused, notices) values (?, ?, ?, ?)"
            + " on conflict (name) do update set slots = excluded.slots, paused = excluded.paused,"
            + " notices = excluded.notices",
        queue.name(),
        queue.slots(),
        queue.paused() ? 1 : 0,
        NoticeRules.text(queue.notices()));
  }

  // ---- what is kept

  @Override
  public boolean pin(long number, boolean pinned) {
    return retention.pin(number, pinned);
  }

  @Override
  public boolean logCut(AttemptId attempt, long size, long leftOut) {
    return retention.logCut(attempt, size, leftOut);
  }

  @Override
  public void swept(Swept more) {
    retention.swept(more);
  }

  @Override
  public void forgetKeys(Instant before) {
    retention.forgetKeys(before);
  }

  @Override
  public int shrink(int pages) {
    return retention.shrink(pages);
  }

  // ---- schedules

  @Override
  public void save(Schedule schedule) {
    Optional<Long> before = ScheduleRows.environmentOf(session, schedule.name());
    long environment = environmentId(schedule.template().environment());
    ScheduleRows.save(session, schedule, environment);
    before.filter(id -> id != environment).ifPresent(this::forgetEnvironment);
  }

  @Override
  public boolean stand(String schedule, Schedule.Standing standing) {
    return ScheduleRows.stand(session, schedule, standing);
  }

  @Override
  public boolean removeSchedule(String name) {
    Optional<Long> environment = ScheduleRows.environmentOf(session, name);
    if (environment.isEmpty()) {
      return false;
    }
    ScheduleRows.remove(session, name);
    forgetEnvironment(environment.get());
    return true;
  }

  @Override
  public boolean plan(PlannedRun run) {
    return ScheduleRows.plan(session, run, REMEMBERED);
  }

  @Override
  public boolean decide(PlannedRun run) {
    return ScheduleRows.decide(session, run);
  }

  // ---- notices

  @Override
  public void tell(Notice notice) {
    NoticeRows.insert(session, notice);
  }

  @Override
  public boolean deliver(UUID id, Delivery delivery) {
    return NoticeRows.deliver(session, id, delivery);
  }

  @Override
  public int forgetNotices(Instant sentBefore, Instant givenUpBefore) {
    return NoticeRows.forget(session, sentBefore, givenUpBefore);
  }
}
