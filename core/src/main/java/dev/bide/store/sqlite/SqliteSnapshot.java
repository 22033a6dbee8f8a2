package dev.bide.store.sqlite;

import dev.bide.figures.JobFigures;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.State;
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
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reading, on a session whose transaction is open. Keeps no result open between two calls. */
class SqliteSnapshot implements Snapshot {
  private static final int BATCH = 500;

  private static final String JOB = "select " + Rows.JOB_COLUMNS + " from job j " + Rows.JOB_JOINS;

  final Session session;
  final RetentionRows retention;

  SqliteSnapshot(Session session) {
    this.session = session;
    this.retention = new RetentionRows(session);
  }

  @Override
  public Optional<Job> job(long number) {
    return session.first(JOB + " where j.number = ?", Rows::job, number);
  }

  @Override
  public Optional<Job> job(UUID uuid) {
    return session.first(JOB + " where j.uuid = ?", Rows::job, (Object) Rows.bytes(uuid));
  }

  @Override
  public List<Job> jobs(Collection<Long> numbers) {
    List<Long> all = numbers.stream().distinct().sorted().toList();
    List<Job> jobs = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      List<Long> some = all.subList(from, Math.min(all.size(), from + BATCH));
      String places = String.join(", ", Collections.nCopies(some.size(), "?"));
      jobs.addAll(
          session.list(
              JOB + " where j.number in (" + places + ") order by j.number",
              Rows::job,
              some.toArray()));
    }
    return jobs;
  }

  @Override
  public List<Job> jobsByUuidPrefix(String prefix, int limit) {
    String digits = prefix.replace("-", "");
    if (digits.length() > 32 || !digits.matches("[0-9a-f]*")) {
      return List.of();
    }
    byte[] from = HexFormat.of().parseHex(digits + "0".repeat(32 - digits.length()));
    byte[] to = HexFormat.of().parseHex(digits + "f".repeat(32 - digits.length()));
    // The dashes stand at the same places in every uuid, so these are all right or all wrong.
    return session
        .list(
            JOB + " where j.uuid between ? and ? order by j.uuid limit ?",
            Rows::job,
            from,
            to,
            limit)
        .stream()
        .filter(job -> job.uuid().toString().startsWith(prefix))
        .toList();
  }

  @Override
  public Optional<UUID> uuidOfRemoved(long number) {
    return session.first(
        "select uuid from removed where number = ?", row -> Rows.uuid(row.getBytes(1)), number);
  }

  @Override
  public boolean removed(UUID uuid) {
    return session.exists("select 1 from removed where uuid = ?", (Object) Rows.bytes(uuid));
  }

  @Override
  public Optional<Accepted> accepted(String idempotencyKey) {
    return session.first(
        "select digest, first, last from accepted where key = ?", Rows::accepted, idempotencyKey);
  }

  @Override
  public Page jobs(JobFilter filter, @Nullable String after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a page holds at least one job, not " + limit);
    }
    long below = after == null ? Long.MAX_VALUE : cursor(after);
    // One more than asked for tells whether there is a following page.
    List<Job> jobs = jobs(filter, below, limit + 1, true);
    if (jobs.size() <= limit) {
      return new Page(jobs, null);
    }
    List<Job> page = jobs.subList(0, limit);
    return new Page(page, Long.toString(page.get(limit - 1).number()));
  }

  private static long cursor(String after) {
    if (!after.matches("[1-9][0-9]{0,17}")) {
      throw new IllegalArgumentException("'" + after + "' is not the next of a page of jobs");
    }
    return Long.parseLong(after);
  }

  @Override
  public void forEachJob(JobFilter filter, Consumer<Job> reader) {
    long above = 0;
    List<Job> jobs;
    do {
      jobs = jobs(filter, above, BATCH, false);
      for (Job job : jobs) {
        reader.accept(job);
        above = job.number();
      }
    } while (jobs.size() == BATCH);
  }

  private List<Job> jobs(JobFilter filter, long bound, int limit, boolean newestFirst) {
    List<@Nullable Object> values = new ArrayList<>();
    for (String state : walks(filter)) {
      if (filter.queue() != null) {
        values.add(filter.queue());
      }
      if (!state.isEmpty()) {
        values.add(state);
      }
      values.add(bound);
      values.add(limit);
    }
    values.add(limit);
    return session.list(pageSql(filter, newestFirst), Rows::job, values.toArray());
  }

  /**
   * One walk along an index for each state, at most a page long, then the first of them all. So a
   * page costs what it shows, never what there is.
   */
  static String pageSql(JobFilter filter, boolean newestFirst) {
    String order = newestFirst ? " order by number desc" : " order by number";
    String walk =
        "select number from (select number from job where "
            + (filter.queue() == null ? "" : "queue = ? and ")
            + "%s"
            + (newestFirst ? "number < ?" : "number > ?")
            + order
            + " limit ?)";
    return "with chosen (number) as ("
        + walks(filter).stream()
            .map(state -> String.format(walk, state.isEmpty() ? "" : "state = ? and "))
            .collect(Collectors.joining(" union all "))
        + ") select "
        + Rows.JOB_COLUMNS
        + " from chosen c cross join job j on j.number = c.number "
        + Rows.JOB_JOINS
        + (newestFirst ? " order by c.number desc limit ?" : " order by c.number limit ?");
  }

  /** The states to walk along; one empty word where none is asked for and no index is needed. */
  private static List<String> walks(JobFilter filter) {
    if (!filter.states().isEmpty()) {
      return filter.states().stream().map(State::name).toList();
    }
    return filter.queue() == null
        ? List.of("")
        : Arrays.stream(State.values()).map(State::name).toList();
  }

  @Override
  public List<Attempt> attempts(long number) {
    return session.list(
        "select "
            + Rows.ATTEMPT_COLUMNS
            + " from attempt a join job j on j.number = a.number where a.number = ?"
            + " order by a.attempt",
        Rows::attempt,
        number);
  }

  @Override
  public Map<String, String> environment(long number) {
    return session
        .first(
            "select e.bytes from spec s join environment e on e.id = s.environment"
                + " where s.number = ?",
            row -> Environments.decodeEnvironment(row.getBytes(1)),
            number)
        .orElse(Map.of());
  }

  @Override
  public List<Job> unfinished() {
    return session.list(
        JOB + " where j.state in ('PENDING', 'RUNNING') order by j.number", Rows::job);
  }

  @Override
  public List<QueueSettings> queues() {
    return session.list(
        "select name, slots, paused, notices from queue order by name", Rows::queue);
  }

  @Override
  public long newestNumber() {
    return session
        .first(
            "select max((select coalesce(max(number), 0) from job),"
                + " (select coalesce(max(number), 0) from removed))",
            row -> row.getLong(1))
        .orElse(0L);
  }

  // ---- what is kept

  @Override
  public List<Tally> tallies() {
    return retention.tallies();
  }

  @Override
  public List<Candidate> oldestEnded(String queue, State state, boolean withLog, int limit) {
    return retention.oldestEnded(queue, state, withLog, limit);
  }

  @Override
  public Held count(Older older) {
    return retention.count(older);
  }

  @Override
  public Held countBetween(Instant from, Instant before) {
    return retention.countBetween(from, before);
  }

  @Override
  public List<Candidate> some(Older older, int limit) {
    return retention.some(older, limit);
  }

  @Override
  public List<AttemptId> longLogs(long longest, int limit) {
    return retention.longLogs(longest, limit);
  }

  @Override
  public void forEachEnded(Instant since, JobFigures.Counter counter) {
    retention.forEachEnded(since, counter);
  }

  @Override
  public Swept swept() {
    return retention.swept();
  }

  // ---- schedules

  @Override
  public List<Schedule> schedules() {
    return session.list(
        "select " + ScheduleRows.COLUMNS + " from schedule order by name",
        row -> ScheduleRows.schedule(row, Map.of()));
  }

  @Override
  public Optional<Schedule> schedule(String name) {
    Map<String, String> environment =
        session
            .first(
                "select e.bytes from schedule s join environment e on e.id = s.environment"
                    + " where s.name = ?",
                row -> Environments.decodeEnvironment(row.getBytes(1)),
                name)
            .orElse(Map.of());
    return session.first(
        "select " + ScheduleRows.COLUMNS + " from schedule where name = ?",
        row -> ScheduleRows.schedule(row, environment),
        name);
  }

  @Override
  public List<PlannedRun> plannedRuns(String schedule, int limit) {
    return session.list(
        "select "
            + ScheduleRows.PLANNED_COLUMNS
            + " from planned where schedule = ? order by instant desc, key desc limit ?",
        ScheduleRows::planned,
        schedule,
        limit);
  }

  @Override
  public List<PlannedRun> latestRuns() {
    return session.list(
        "select "
            + ScheduleRows.PLANNED_COLUMNS
            + " from schedule s cross join planned p on p.schedule = s.name and p.key ="
            + " (select key from planned where schedule = s.name"
            + " order by instant desc, key desc limit 1) order by s.name",
        ScheduleRows::planned);
  }

  @Override
  public List<PlannedRun> waitingRuns() {
    return session.list(
        "select "
            + ScheduleRows.PLANNED_COLUMNS
            + " from planned where decision = 'WAITING' order by instant, schedule, key",
        ScheduleRows::planned);
  }

  // ---- notices

  @Override
  public List<Notice> notices(@Nullable Long job, Delivery.@Nullable State state, int limit) {
    return NoticeRows.list(session, job, state, limit);
  }

  @Override
  public int failedNotices() {
    return NoticeRows.failed(session);
  }

  @Override
  public Optional<Notice> notice(UUID id) {
    return NoticeRows.one(session, id);
  }

  @Override
  public List<Notice> dueNotices(Instant now, int limit) {
    return NoticeRows.due(session, now, limit);
  }

  @Override
  public Map<String, Long> waitingNotices(int most) {
    return NoticeRows.waiting(session, most);
  }

  @Override
  public Optional<Instant> nextNotice(Instant after) {
    return NoticeRows.next(session, after);
  }
}
