package dev.bide.store.sqlite;

import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.Outcome;
import dev.bide.job.ProcessIdentity;
import dev.bide.job.Program;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import dev.bide.notice.NoticeRules;
import dev.bide.queue.QueueSettings;
import dev.bide.store.Accepted;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows as values, and values as what a row holds. The columns and their readers stand together. */
final class Rows {
  /** Of {@code job j}, {@code spec s} and its latest {@code attempt a}. */
  static final String JOB_COLUMNS =
      """
      j.number, j.uuid, s.words, s.line, s.directory, s.name, j.queue, s.umask, s.submitted_at,
      j.attempt, j.state, j.not_before, j.backoff,
      a.node, a.started_at, a.pid, a.start_ticks, a.boot_id, a.stopping, a.last_seen_at,
      a.message, a.reason, a.exit_code, a.signal, a.ended_at, a.log_size,
      j.message, j.reason, j.exit_code, j.signal, j.ended_at, j.log_size,
      s.begin_at, s.schedule, s.planned_for, s.notices, j.pinned
      """;

  private static final int OF_ATTEMPT = 21;
  private static final int OF_JOB = 27;
  private static final int TERMS = 33;
  private static final int PINNED = 37;

  /** Stands behind "job j" or something that says which numbers, in this order. */
  static final String JOB_JOINS =
      """
       cross join spec s on s.number = j.number
       left join attempt a on a.number = j.number and a.attempt = j.attempt
      """;

  static final String ATTEMPT_COLUMNS =
      """
      a.number, j.uuid, a.attempt, a.node, a.assigned_at, a.started_at, a.pid, a.start_ticks,
      a.boot_id, a.last_seen_at, a.outcome,
      a.message, a.reason, a.exit_code, a.signal, a.ended_at, a.log_size, a.log_cut
      """;

  private Rows() {}

  static Job job(ResultSet row) throws SQLException {
    return new Job(
        row.getLong(1),
        uuid(row.getBytes(2)),
        program(row.getBytes(3), row.getString(4)),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        row.getInt(8),
        terms(row),
        Instant.ofEpochMilli(row.getLong(9)),
        row.getInt(10),
        row.getInt(PINNED) != 0,
        status(row));
  }

  /** Its arguments, or else its line for the shell. */
  static Program program(byte @Nullable [] words, @Nullable String line) {
    return words == null
        ? new Program.ShellLine(Objects.requireNonNull(line))
        : new Program.Argv(Environments.decodeWords(words));
  }

  static byte @Nullable [] words(Program program) {
    return program instanceof Program.Argv argv ? Environments.encode(argv.words()) : null;
  }

  static @Nullable String line(Program program) {
    return program instanceof Program.ShellLine shell ? shell.line() : null;
  }

  private static Terms terms(ResultSet row) throws SQLException {
    Instant beginAt = instant(row, TERMS);
    String schedule = row.getString(TERMS + 1);
    String notices = row.getString(TERMS + 3);
    return beginAt == null && schedule == null && notices == null
        ? Terms.NONE
        : new Terms(beginAt, schedule, instant(row, TERMS + 2), NoticeRules.read(notices));
  }

  private static Status status(ResultSet row) throws SQLException {
    State state = State.valueOf(row.getString(11));
    if (state == State.PENDING) {
      Instant notBefore = instant(row, 12);
      if (notBefore == null) {
        return Status.Pending.READY;
      }
      Reason backoff = reason(row, 13);
      return new Status.Pending(
          notBefore, backoff, backoff == Reason.NODE_TROUBLE ? row.getString(OF_ATTEMPT) : null);
    }
    if (state == State.RUNNING) {
      String message = row.getString(OF_ATTEMPT);
      return new Status.Running(
          row.getString(14),
          instant(row, 15),
          process(row, 16),
          reason(row, 19),
          message,
          message == null ? null : instant(row, 20));
    }
    Outcome outcome = Outcome.valueOf(state.name());
    if (row.getObject(OF_JOB + 4) != null) {
      return new Status.Ended(ending(row, outcome, OF_JOB), null, null);
    }
    return new Status.Ended(ending(row, outcome, OF_ATTEMPT), instant(row, 15), process(row, 16));
  }

  static Attempt attempt(ResultSet row) throws SQLException {
    String outcome = row.getString(11);
    return new Attempt(
        new AttemptId(row.getLong(1), uuid(row.getBytes(2)), row.getInt(3)),
        row.getString(4),
        Instant.ofEpochMilli(row.getLong(5)),
        instant(row, 6),
        process(row, 7),
        instant(row, 10),
        outcome == null ? row.getString(12) : null,
        outcome == null ? null : ending(row, Outcome.valueOf(outcome), 12),
        row.getLong(18));
  }

  static QueueSettings queue(ResultSet row) throws SQLException {
    return new QueueSettings(
        row.getString(1), row.getInt(2), row.getInt(3) != 0, NoticeRules.read(row.getString(4)));
  }

  static Accepted accepted(ResultSet row) throws SQLException {
    return new Accepted(row.getString(1), row.getLong(2), row.getLong(3));
  }

  /** Six columns from {@code from}: message, reason, exit_code, signal, ended_at, log_size. */
  private static Ending ending(ResultSet row, Outcome outcome, int from) throws SQLException {
    return new Ending(
        outcome,
        reason(row, from + 1),
        row.getString(from),
        integer(row, from + 2),
        integer(row, from + 3),
        Instant.ofEpochMilli(row.getLong(from + 4)),
        row.getLong(from + 5));
  }

  /** Three columns from {@code from}: pid, start_ticks, boot_id. */
  private static @Nullable ProcessIdentity process(ResultSet row, int from) throws SQLException {
    String bootId = row.getString(from + 2);
    return bootId == null
        ? null
        : new ProcessIdentity(row.getLong(from), row.getLong(from + 1), bootId);
  }

  static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private static @Nullable Integer integer(ResultSet row, int column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? null : value;
  }

  private static @Nullable Reason reason(ResultSet row, int column) throws SQLException {
    String name = row.getString(column);
    return name == null ? null : Reason.valueOf(name);
  }

  static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  static UUID uuid(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  static @Nullable Long millis(@Nullable Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  static @Nullable String name(@Nullable Enum<?> value) {
    return value == null ? null : value.name();
  }
}
