package dev.bide.store.sqlite;

import dev.bide.figures.JobFigures;
import dev.bide.job.AttemptId;
import dev.bide.job.State;
import dev.bide.retention.Candidate;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.Older;
import dev.bide.retention.Swept;
import dev.bide.retention.Tally;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is kept of jobs, in SQL: every walk is along the index job_by_end and reads nothing else.
 */
final class RetentionRows {
  /** Fewer pages than these are not worth giving back: 1 MiB. */
  private static final int FEW_PAGES = 256;

  private final Session session;

  RetentionRows(Session session) {
    this.session = session;
  }

  List<Tally> tallies() {
    return session.list(
        "select queue, state, jobs, log_bytes from tally where jobs > 0 order by queue, state",
        row ->
            new Tally(
                row.getString(1),
                State.valueOf(row.getString(2)),
                new Held(row.getLong(3), row.getLong(4))));
  }

  List<Candidate> oldestEnded(String queue, State state, boolean withLog, int limit) {
    return session.list(
        "select number, queue, state, final_at, log_bytes from job indexed by job_by_end"
            + " where queue = ? and state = ? and final_at is not null and pinned = 0"
            + (withLog ? " and log_bytes > 0" : "")
            + " order by final_at limit ?",
        RetentionRows::candidate,
        queue,
        state.name(),
        limit);
  }

  private static Candidate candidate(ResultSet row) throws SQLException {
    return new Candidate(
        row.getLong(1),
        row.getString(2),
        State.valueOf(row.getString(3)),
        Instant.ofEpochMilli(row.getLong(4)),
        row.getLong(5));
  }

  Held count(Older older) {
    return count(Instant.ofEpochMilli(Long.MIN_VALUE), older);
  }

  Held countBetween(Instant from, Instant before) {
    return count(from, new Older(before, Set.of(), null));
  }

  private Held count(Instant from, Older older) {
    Held all = Held.NOTHING;
    for (String queue : queues(older)) {
      for (State state : older.states()) {
        all =
            session
                .first(
                    "select count(*), coalesce(sum(log_bytes), 0) from job indexed by job_by_end"
                        + " where queue = ? and state = ? and final_at >= ? and final_at < ?"
                        + " and pinned = 0",
                    row -> new Held(row.getLong(1), row.getLong(2)),
                    queue,
                    state.name(),
                    from.toEpochMilli(),
                    older.before().toEpochMilli())
                .orElse(Held.NOTHING)
                .plus(all);
      }
    }
    return all;
  }

  List<Candidate> some(Older older, int limit) {
    List<Candidate> some = new ArrayList<>();
    for (String queue : queues(older)) {
      for (State state : older.states()) {
        if (some.size() < limit) {
          some.addAll(
              session.list(
                  "select number, queue, state, final_at, log_bytes from job indexed by job_by_end"
                      + " where queue = ? and state = ? and final_at < ? and pinned = 0"
                      + " order by final_at limit ?",
                  RetentionRows::candidate,
                  queue,
                  state.name(),
                  older.before().toEpochMilli(),
                  limit - some.size()));
        }
      }
    }
    return some;
  }

  private List<String> queues(Older older) {
    String queue = older.queue();
    return queue != null
        ? List.of(queue)
        : tallies().stream().map(Tally::queue).distinct().toList();
  }

  List<AttemptId> longLogs(long longest, int limit) {
    return session.list(
        "select a.number, j.uuid, a.attempt from job j indexed by job_by_long_log"
            + " cross join attempt a on a.number = j.number"
            + " where j.log_bytes > 1000000 and j.log_bytes > ? and j.final_at is not null"
            + " and j.pinned = 0 and a.outcome is not null and a.log_size > ? limit ?",
        row -> new AttemptId(row.getLong(1), Rows.uuid(row.getBytes(2)), row.getInt(3)),
        longest,
        longest,
        limit);
  }

  void forEachEnded(Instant since, JobFigures.Counter counter) {
    for (Tally tally : Tally.ended(tallies())) {
      session.list(
          "select max(s.submitted_at, coalesce(s.begin_at, 0)), a.attempt, a.started_at,"
              + " j.final_at from job j indexed by job_by_end"
              + " cross join spec s on s.number = j.number"
              + " left join attempt a on a.number = j.number and a.attempt = j.attempt"
              + " where j.queue = ? and j.state = ? and j.final_at >= ?",
          row -> count(counter, tally, row),
          tally.queue(),
          tally.state().name(),
          since.toEpochMilli());
    }
  }

  private static boolean count(JobFigures.Counter counter, Tally tally, ResultSet row)
      throws SQLException {
    long ready = row.getLong(1);
    boolean once = row.getInt(2) == 1;
    long started = row.getLong(3);
    boolean ran = !row.wasNull();
    counter.add(
        tally.queue(),
        tally.state(),
        ran && once ? Math.max(0, started - ready) : -1,
        ran ? Math.max(0, row.getLong(4) - started) : -1);
    return true;
  }

  Swept swept() {
    Map<Cause, Held> causes = new EnumMap<>(Cause.class);
    session.list(
        "select cause, jobs, log_bytes from gone",
        row ->
            causes.put(Cause.valueOf(row.getString(1)), new Held(row.getLong(2), row.getLong(3))));
    return session
        .first(
            "select jobs, log_bytes, cut, cut_bytes, last_at from swept",
            row ->
                new Swept(
                    new Held(row.getLong(1), row.getLong(2)),
                    causes,
                    row.getLong(3),
                    row.getLong(4),
                    Rows.instant(row, 5)))
        .orElse(Swept.NOTHING);
  }

  boolean pin(long number, boolean pinned) {
    return 1
        == session.update("update job set pinned = ? where number = ?", pinned ? 1 : 0, number);
  }

  boolean logCut(AttemptId attempt, long size, long leftOut) {
    long before =
        session
            .first(
                "select coalesce(log_size, 0) from attempt"
                    + " where number = ? and attempt = ? and outcome is not null",
                row -> row.getLong(1),
                attempt.number(),
                attempt.attempt())
            .orElse(-1L);
    if (before < 0
        || 0
            == session.update(
                "update job set log_bytes = log_bytes + ? where number = ? and uuid = ?",
                size - before,
                attempt.number(),
                Rows.bytes(attempt.uuid()))) {
      return false;
    }
    session.update(
        "update attempt set log_size = ?, log_cut = ? where number = ? and attempt = ?",
        size,
        leftOut,
        attempt.number(),
        attempt.attempt());
    return true;
  }

  void swept(Swept more) {
    session.update(
        "update swept set jobs = jobs + ?, log_bytes = log_bytes + ?, cut = cut + ?,"
            + " cut_bytes = cut_bytes + ?, last_at = coalesce(?, last_at)",
        more.removed().jobs(),
        more.removed().logBytes(),
        more.cut(),
        more.cutBytes(),
        Rows.millis(more.lastAt()));
    more.causes()
        .forEach(
            (cause, held) ->
                session.update(
                    "insert into gone (cause, jobs, log_bytes) values (?, ?, ?)"
                        + " on conflict (cause) do update set jobs = jobs + excluded.jobs,"
                        + " log_bytes = log_bytes + excluded.log_bytes",
                    cause.name(),
                    held.jobs(),
                    held.logBytes()));
  }

  void forgetKeys(Instant before) {
    session.update(
        "delete from accepted where key in (select key from accepted where accepted_at < ?"
            + " and not exists (select 1 from job where number between first and last)"
            + " order by accepted_at limit 200)",
        before.toEpochMilli());
  }

  int shrink(int pages) {
    long free = number("pragma freelist_count");
    // what is freed today is filled tomorrow: a tenth of the file may lie idle
    if (free <= FEW_PAGES
        || free * 10 <= number("pragma page_count")
        || number("pragma auto_vacuum") != 2) {
      return 0;
    }
    session.script("pragma incremental_vacuum(" + pages + ")");
    return (int) (free - number("pragma freelist_count"));
  }

  private long number(String sql) {
    return session.first(sql, row -> row.getLong(1)).orElse(0L);
  }
}
