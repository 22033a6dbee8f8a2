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
    ZoneId zone;
    Schedule.Standing standing =
        new Schedule.Standing(
            Instant.ofEpochMilli(row.getLong(19)),
            row.getInt(20) != 0,
            row.getString(21),
            row.getInt(22));
    try {
      zone = ZoneId.of(zoneName);
    } catch (DateTimeException e) {
      zone = ZoneOffset.UTC;
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
            zone,
            Rows.instant(row, 10),
            Rows.instant(row, 11),
            MissedRunPolicy.valueOf(row.getString(12)),
            Duration.ofMillis(row.getLong(13)),
            row.getInt(14)),
        OverlapPolicy.valueOf(row.getString(15)),
        Duration.ofMillis(row.getLong(16)),
        row.getInt(17),
        Instant.ofEpochMilli(row.getLong(18)),
        standing);
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
}
