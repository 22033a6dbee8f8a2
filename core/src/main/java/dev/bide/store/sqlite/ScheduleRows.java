package dev.bide.store.sqlite;

import dev.bide.job.JobSpec;
import dev.bide.job.Terms;
import dev.bide.notice.NoticeRules;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

/** Rows of schedules and of their runs. The columns and their readers stand together. */
final class ScheduleRows {
  static final String COLUMNS =
      """
      name, words, line, directory, job_name, queue, umask, trigger, zone, start_at, end_at, missed,
      longest_delay, most_made_up, overlap, jitter, pause_after, created_at, decided, paused, why,
      failures, notices\
      """;

  static final String PLANNED_COLUMNS = "schedule, key, instant, decision, job, note, decided_at";

  private ScheduleRows() {}

  static Schedule schedule(ResultSet row, Map<String, String> environment) throws SQLException {
    String zoneName = row.getString(9);
    boolean knownZone = isKnownZone(zoneName);
    Schedule.Standing standing =
        new Schedule.Standing(
            Instant.ofEpochMilli(row.getLong(19)),
            row.getInt(20) != 0,
            row.getString(21),
            row.getInt(22));
    if (!knownZone) {
      standing = standing.pausedFor("this Java knows no time zone " + zoneName);
    }
    return new Schedule(
        row.getString(1),
        new JobSpec(
            Rows.program(row.getBytes(2), row.getString(3)),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            environment,
            row.getInt(7),
            Terms.NONE.telling(NoticeRules.read(row.getString(23)))),
        new Timetable(
            trigger(row.getString(8)),
            knownZone ? ZoneId.of(zoneName) : ZoneOffset.UTC,
            Rows.instant(row, 10),
            Rows.instant(row, 11),
            MissedRunPolicy.valueOf(row.getString(12)),
            Duration.ofMillis(row.getLong(13)),
            row.getInt(14),
            knownZone ? null : zoneName),
        OverlapPolicy.valueOf(row.getString(15)),
        Duration.ofMillis(row.getLong(16)),
        row.getInt(17),
        Instant.ofEpochMilli(row.getLong(18)),
        standing);
  }

  /** Whether this Java knows a time zone of this name. */
  static boolean isKnownZone(String name) {
    try {
      ZoneId.of(name);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static Trigger trigger(String text) throws SQLException {
    try {
      return Trigger.parse(text);
    } catch (InvalidTrigger e) {
      throw new SQLException("the database holds a trigger that no version wrote: " + text, e);
    }
  }

  static PlannedRun planned(ResultSet row) throws SQLException {
    long job = row.getLong(5);
    Long number = row.wasNull() ? null : job;
    return new PlannedRun(
        row.getString(1),
        row.getString(2),
        Instant.ofEpochMilli(row.getLong(3)),
        PlannedRun.Decision.valueOf(row.getString(4)),
        number,
        row.getString(6),
        Instant.ofEpochMilli(row.getLong(7)));
  }

  // ---- writing

  static void save(Session session, Schedule schedule, long environment) {
    JobSpec template = schedule.template();
    Timetable timetable = schedule.timetable();
    Schedule.Standing standing = schedule.standing();
    session.update(
        "insert into schedule (name, words, line, directory, job_name, queue, umask, environment,"
            + " trigger, zone, start_at, end_at, missed, longest_delay, most_made_up, overlap,"
            + " jitter, pause_after, created_at, decided, paused, why, failures, notices)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " on conflict (name) do update set words = excluded.words, line = excluded.line,"
            + " directory = excluded.directory, job_name = excluded.job_name,"
            + " queue = excluded.queue, umask = excluded.umask,"
            + " environment = excluded.environment, trigger = excluded.trigger,"
            + " zone = excluded.zone, start_at = excluded.start_at, end_at = excluded.end_at,"
            + " missed = excluded.missed, longest_delay = excluded.longest_delay,"
            + " most_made_up = excluded.most_made_up, overlap = excluded.overlap,"
            + " jitter = excluded.jitter, pause_after = excluded.pause_after,"
            + " decided = excluded.decided, paused = excluded.paused, why = excluded.why,"
            + " failures = excluded.failures, notices = excluded.notices",
        schedule.name(),
        Rows.words(template.program()),
        Rows.line(template.program()),
        template.directory(),
        template.name(),
        template.queue(),
        template.umask(),
        environment,
        timetable.trigger().text(),
        timetable.zoneName(),
        Rows.millis(timetable.start()),
        Rows.millis(timetable.end()),
        timetable.missed().name(),
        timetable.longestDelay().toMillis(),
        timetable.mostMadeUp(),
        schedule.overlap().name(),
        schedule.jitter().toMillis(),
        schedule.pauseAfter(),
        schedule.createdAt().toEpochMilli(),
        standing.decided().toEpochMilli(),
        standing.paused() ? 1 : 0,
        standing.why(),
        standing.failures(),
        NoticeRules.text(template.terms().notices()));
  }

  static Optional<Long> environmentOf(Session session, String schedule) {
    return session.first(
        "select environment from schedule where name = ?", row -> row.getLong(1), schedule);
  }

  static boolean stand(Session session, String schedule, Schedule.Standing standing) {
    return 1
        == session.update(
            "update schedule set decided = ?, paused = ?, why = ?, failures = ? where name = ?",
            standing.decided().toEpochMilli(),
            standing.paused() ? 1 : 0,
            standing.why(),
            standing.failures(),
            schedule);
  }

  static void remove(Session session, String name) {
    session.update("delete from planned where schedule = ?", name);
    session.update("delete from schedule where name = ?", name);
  }

  /** Remembers a run whose key is not remembered, and forgets old ones beyond a number. */
  static boolean plan(Session session, PlannedRun run, int remembered) {
    int added =
        session.update(
            "insert into planned (schedule, key, instant, decision, job, note, decided_at)"
                + " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            run.schedule(),
            run.key(),
            run.instant().toEpochMilli(),
            run.decision().name(),
            run.job(),
            run.note(),
            run.decidedAt().toEpochMilli());
    if (added == 1) {
      forgetOldRuns(session, run.schedule(), remembered);
    }
    return added == 1;
  }

  /** A few at a time, so that one that is far behind delays nobody. */
  private static void forgetOldRuns(Session session, String schedule, int remembered) {
    session.update(
        "delete from planned where schedule = ?1 and key in (select key from planned"
            + " where schedule = ?1 and decision <> 'WAITING' and instant < (select instant"
            + " from planned where schedule = ?1 order by instant desc limit 1 offset ?2)"
            + " order by instant limit 10)",
        schedule,
        remembered);
  }

  /** Changes what was decided about a run that waits. */
  static boolean decide(Session session, PlannedRun run) {
    return 1
        == session.update(
            "update planned set decision = ?, job = ?, note = ?, decided_at = ?"
                + " where schedule = ? and key = ? and decision = 'WAITING'",
            run.decision().name(),
            run.job(),
            run.note(),
            run.decidedAt().toEpochMilli(),
            run.schedule(),
            run.key());
  }
}
