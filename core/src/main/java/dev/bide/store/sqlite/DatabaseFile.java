package dev.bide.store.sqlite;

import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.queue.QueueSettings;
import dev.bide.store.StoreDown;
import dev.bide.store.Transaction;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A database that this process does not hold: looks at it and copies it, changes nothing. Never for
 * the file of a store that is open in this process.
 */
public final class DatabaseFile {
  private DatabaseFile() {}

  /**
   * What a database is.
   *
   * @param version of its tables
   * @param known the newest version that this program knows
   * @param jobs how many it holds
   * @param waiting how many of them wait
   * @param newest the latest instant at which something happened to a job, or null
   */
  public record Facts(int version, int known, long jobs, long waiting, @Nullable Instant newest) {}

  /**
   * Reads what it is, and nothing of it to its end.
   *
   * @throws StoreDown when it is out of reach, damaged, not Bide's, or of a newer version
   */
  public static Facts facts(Path file) {
    NativeLibrary.useIfThere(file.resolveSibling("lib"));
    try (Session session = Session.onlyLooking(file)) {
      return facts(file, session);
    }
  }

  private static Facts facts(Path file, Session session) {
    Migrations migrations = new Migrations();
    int version = migrations.check(file, session);
    long jobs = number(session, "select count(*) from job");
    long waiting = number(session, "select count(*) from job where state = 'PENDING'");
    long newest =
        number(
            session,
            "select max(coalesce((select max(submitted_at) from spec), 0),"
                + " coalesce((select max(ended_at) from attempt), 0))");
    return new Facts(
        version,
        migrations.newest(),
        jobs,
        waiting,
        newest == 0 ? null : Instant.ofEpochMilli(newest));
  }

  /** So that nothing that waits starts by itself. */
  public static void pauseQueues(Transaction transaction) {
    for (QueueSettings queue : transaction.queues()) {
      transaction.save(new QueueSettings(queue.name(), queue.slots(), true, queue.notices()));
    }
  }

  /** Nobody is told now of what was news when the copy was made; what it was can still be seen. */
  public static void giveUpNotices(Transaction transaction, Instant now) {
    for (Notice notice : transaction.notices(null, Delivery.State.WAITING, Integer.MAX_VALUE)) {
      transaction.deliver(
          notice.id(), notice.delivery().dropped("it still waited when the backup was made", now));
    }
  }

  /**
   * The schedules whose time zone this Java does not know, in the order of their names, each with
   * the name of that zone. They are paused as long as this is so.
   *
   * @throws StoreDown as {@link #facts}
   */
  public static SortedMap<String, String> schedulesInUnknownZones(Path file) {
    NativeLibrary.useIfThere(file.resolveSibling("lib"));
    SortedMap<String, String> unknown = new TreeMap<>();
    try (Session session = Session.onlyLooking(file)) {
      if (number(session, "select count(*) from sqlite_schema where name = 'schedule'") == 0) {
        return unknown; // tables of a version that had none
      }
      for (String zone :
          session.list("select distinct zone from schedule", row -> row.getString(1))) {
        if (!ScheduleRows.isKnownZone(zone)) {
          session
              .list("select name from schedule where zone = ?", row -> row.getString(1), zone)
              .forEach(name -> unknown.put(name, zone));
        }
      }
    }
    return unknown;
  }

  private static long number(Session session, String sql) {
    return session.first(sql, row -> row.getLong(1)).orElse(0L);
  }

  /**
   * Reads the whole file and answers what is wrong with it; empty when nothing is.
   *
   * @param thorough true: compares every index with its table as well
   */
  public static List<String> problems(Path file, boolean thorough) {
    try (Session session = Session.onlyLooking(file)) {
      return thorough ? DamageCheck.allProblems(session) : DamageCheck.problems(session);
    }
  }

  /**
   * Copies it, as of one moment, while other processes may write.
   *
   * @param into an empty file that only its owner may read
   */
  public static void copy(Path file, Path into) {
    NativeLibrary.useIfThere(file.resolveSibling("lib"));
    try (Session session = Session.lookingAmongOthers(file)) {
      session.copyInto(into);
    }
  }
}
