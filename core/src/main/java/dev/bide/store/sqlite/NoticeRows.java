package dev.bide.store.sqlite;

import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of notices: how they are read and written. */
final class NoticeRows {
  private static final String COLUMNS =
      "id, at, event, target, job, facts, state, tries, delivery_at, digest, error";

  private NoticeRows() {}

  static List<Notice> list(
      Session session, @Nullable Long job, Delivery.@Nullable State state, int limit) {
    List<@Nullable Object> values = new ArrayList<>();
    List<String> conditions = new ArrayList<>();
    if (job != null) {
      conditions.add("job = ?");
      values.add(job);
    }
    if (state != null) {
      conditions.add("state = ?");
      values.add(state.name());
    }
    values.add(limit);
    return session.list(
        "select "
            + COLUMNS
            + " from notice"
            + (conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions))
            + " order by number desc limit ?",
        NoticeRows::notice,
        values.toArray());
  }

  static int failed(Session session) {
    return session
        .first("select count(*) from notice where state = 'FAILED'", row -> row.getInt(1))
        .orElse(0);
  }

  static Optional<Notice> one(Session session, UUID id) {
    return session.first(
        "select " + COLUMNS + " from notice where id = ?",
        NoticeRows::notice,
        (Object) Rows.bytes(id));
  }

  static List<Notice> due(Session session, Instant now, int limit) {
    return session.list(
        "select "
            + COLUMNS
            + " from notice where state = 'WAITING' and delivery_at <= ?"
            + " order by delivery_at, number limit ?",
        NoticeRows::notice,
        now.toEpochMilli(),
        limit);
  }

  static Map<String, Long> waiting(Session session, int most) {
    Map<String, Long> counts = new TreeMap<>();
    session.list(
        "select target, count(*) from"
            + " (select target from notice where state = 'WAITING' limit ?) group by target",
        row -> counts.put(row.getString(1), row.getLong(2)),
        most);
    return counts;
  }

  static Optional<Instant> next(Session session, Instant after) {
    return session.first(
        "select delivery_at from notice where state = 'WAITING' and delivery_at > ?"
            + " order by delivery_at limit 1",
        row -> Instant.ofEpochMilli(row.getLong(1)),
        after.toEpochMilli());
  }

  static void insert(Session session, Notice notice) {
    Delivery delivery = notice.delivery();
    session.update(
        "insert into notice (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Rows.bytes(notice.id()),
        notice.at().toEpochMilli(),
        notice.event().name(),
        notice.target(),
        notice.job(),
        Environments.encode(notice.facts()),
        delivery.state().name(),
        delivery.tries(),
        delivery.at().toEpochMilli(),
        digest(delivery),
        delivery.error());
  }

  static boolean deliver(Session session, UUID id, Delivery delivery) {
    return 1
        == session.update(
            "update notice set state = ?, tries = ?, delivery_at = ?, digest = ?, error = ?"
                + " where id = ?",
            delivery.state().name(),
            delivery.tries(),
            delivery.at().toEpochMilli(),
            digest(delivery),
            delivery.error(),
            Rows.bytes(id));
  }

  static int forget(Session session, Instant sentBefore, Instant givenUpBefore) {
    return session.update(
            "delete from notice where state = 'SENT' and delivery_at < ?",
            sentBefore.toEpochMilli())
        + session.update(
            "delete from notice where state = 'FAILED' and delivery_at < ?",
            givenUpBefore.toEpochMilli());
  }

  private static byte @Nullable [] digest(Delivery delivery) {
    UUID digest = delivery.digest();
    return digest == null ? null : Rows.bytes(digest);
  }

  private static Notice notice(ResultSet row) throws SQLException {
    long job = row.getLong(5);
    Long number = row.wasNull() ? null : job;
    byte[] digest = row.getBytes(10);
    return new Notice(
        Rows.uuid(row.getBytes(1)),
        Instant.ofEpochMilli(row.getLong(2)),
        NoticeEvent.valueOf(row.getString(3)),
        row.getString(4),
        number,
        Environments.decodeEnvironment(row.getBytes(6)),
        new Delivery(
            Delivery.State.valueOf(row.getString(7)),
            row.getInt(8),
            Instant.ofEpochMilli(row.getLong(9)),
            digest == null ? null : Rows.uuid(digest),
            row.getString(11)));
  }
}
