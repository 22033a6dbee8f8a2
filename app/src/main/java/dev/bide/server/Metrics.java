package dev.bide.server;

import dev.bide.Bide;
import dev.bide.engine.Event.QueueState;
import dev.bide.figures.Meter;
import dev.bide.job.State;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.Swept;
import dev.bide.retention.Tally;
import dev.bide.schedule.Schedule;
import dev.bide.server.notice.NoticeFigures;
import dev.bide.store.StoreDown;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What Prometheus is told. A scrape reads a few rows, however many jobs there are. */
final class Metrics {
  private static final Logger LOG = Logger.getLogger(Metrics.class.getName());

  private static final Path STATUS = Path.of("/proc/self/status");

  private final Parts parts;

  Metrics(Parts parts) {
    this.parts = parts;
  }

  String text() {
    MetricsText out = new MetricsText();
    Bide bide = parts.bide();
    out.metric("bide_info", "gauge", "The version that runs.")
        .sample(1, "version", parts.settings().version());
    queues(out, bide.queues());
    happenings(out, bide.meter());
    notices(out, parts.notices().figures());
    lastSweep(out, bide.retention().lastSweep());
    health(out, bide);
    store(out, bide.meter());
    process(out);
    try {
      jobs(out, bide);
      swept(out, bide.retention().swept());
      schedules(out, bide.schedules().list());
      waitingNotices(out, bide.notices().waiting());
    } catch (StoreDown e) {
      LOG.log(Level.FINE, "what has to be read is left out; that it is so, is told", e);
    }
    return out.toString();
  }

  private static void jobs(MetricsText out, Bide bide) {
    List<Tally> tallies = bide.retention().tallies();
    Map<State, Long> counts = new EnumMap<>(State.class);
    for (State state : State.values()) {
      counts.put(state, 0L);
    }
    tallies.forEach(tally -> counts.merge(tally.state(), tally.held().jobs(), Long::sum));
    out.metric("bide_jobs", "gauge", "Jobs that there are.");
    counts.forEach((state, count) -> out.sample(count, "state", lower(state)));
    Held ended = Tally.total(Tally.ended(tallies));
    out.metric(
            "bide_log_bytes", "gauge", "What jobs that have ended wrote into logs that are kept.")
        .sample(ended.logBytes());
    out.metric("bide_log_limit_bytes", "gauge", "How much of that is kept at most.")
        .sample(bide.retention().logLimit());
  }

  private static void queues(MetricsText out, Collection<QueueState> queues) {
    out.metric("bide_queue_slots", "gauge", "Jobs of a queue that may run at a time.");
    queues.forEach(queue -> out.sample(queue.settings().slots(), "queue", queue.settings().name()));
    out.metric("bide_queue_running", "gauge", "Jobs of a queue that run.");
    queues.forEach(queue -> out.sample(queue.running(), "queue", queue.settings().name()));
    out.metric("bide_queue_pending", "gauge", "Jobs of a queue that wait.");
    queues.forEach(queue -> out.sample(queue.pending(), "queue", queue.settings().name()));
    out.metric("bide_queue_paused", "gauge", "1 while a queue starts nothing.");
    queues.forEach(
        queue -> out.sample(queue.settings().paused() ? 1 : 0, "queue", queue.settings().name()));
  }

  private static void happenings(MetricsText out, Meter meter) {
    out.metric("bide_starts_total", "counter", "Attempts started since the server began.")
        .sample(meter.starts());
    out.metric("bide_endings_total", "counter", "Jobs that ended since the server began.");
    meter.endings().forEach((outcome, count) -> out.sample(count.sum(), "outcome", lower(outcome)));
    out.metric("bide_planned_runs_total", "counter", "What was decided about planned runs.");
    meter
        .planned()
        .forEach((decision, count) -> out.sample(count.sum(), "decision", lower(decision)));
    out.metric("bide_wait_seconds", "histogram", "How long jobs waited for their first attempt.")
        .histogram(meter.waits());
    out.metric("bide_run_seconds", "histogram", "How long jobs ran.").histogram(meter.runs());
  }

  private static void notices(MetricsText out, NoticeFigures figures) {
    out.metric("bide_notices_sent_total", "counter", "Notices that were taken.");
    byKind(out, kind -> figures.count(kind, NoticeFigures.Outcome.SENT));
    out.metric("bide_notice_failures_total", "counter", "Tries at which a notice was not taken.");
    byKind(out, kind -> figures.count(kind, NoticeFigures.Outcome.FAILED));
    out.metric("bide_notices_given_up_total", "counter", "Notices that are not tried any more.");
    byKind(out, kind -> figures.count(kind, NoticeFigures.Outcome.GIVEN_UP));
  }

  private static void waitingNotices(MetricsText out, Map<String, Long> targets) {
    Map<NoticeFigures.Kind, Long> kinds = new EnumMap<>(NoticeFigures.Kind.class);
    targets.forEach(
        (target, count) -> kinds.merge(NoticeFigures.Kind.of(target), count, Long::sum));
    out.metric("bide_notices_waiting", "gauge", "Notices still to be sent, 100,000 at most.");
    byKind(out, kind -> kinds.getOrDefault(kind, 0L));
  }

  private static void byKind(MetricsText out, ToLongFunction<NoticeFigures.Kind> count) {
    for (NoticeFigures.Kind kind : NoticeFigures.Kind.values()) {
      out.sample(count.applyAsLong(kind), "kind", lower(kind));
    }
  }

  private static void swept(MetricsText out, Swept swept) {
    out.metric("bide_retention_removed_total", "counter", "Jobs that had ended and were removed.");
    for (Cause cause : Cause.values()) {
      out.sample(swept.by(cause).jobs(), "why", lower(cause));
    }
    out.metric("bide_retention_freed_bytes_total", "counter", "Logs that were removed or cut.")
        .sample(
            swept.causes().values().stream().mapToLong(Held::logBytes).sum() + swept.cutBytes());
  }

  private static void lastSweep(MetricsText out, @Nullable Instant last) {
    if (last != null) {
      out.metric(
              "bide_retention_last_sweep_timestamp_seconds",
              "gauge",
              "When it was last looked what has to go.")
          .sample(last.getEpochSecond());
    }
  }

  private void store(MetricsText out, Meter meter) {
    out.metric("bide_store_commit_seconds", "histogram", "How long transactions took.")
        .histogram(meter.commits());
    out.metric("bide_store_commit_failures_total", "counter", "Transactions that failed.")
        .sample(meter.failedCommits());
    File database = parts.files().database().toFile();
    out.metric("bide_store_database_bytes", "gauge", "Size of bide.db.").sample(database.length());
    out.metric("bide_store_wal_bytes", "gauge", "Size of its write-ahead log.")
        .sample(new File(database + "-wal").length());
  }

  private void health(MetricsText out, Bide bide) {
    Bide.Health health = bide.health();
    out.metric("bide_store_down", "gauge", "1 while the store cannot write.")
        .sample(health.down() == null ? 0 : 1);
    out.metric("bide_low_disk", "gauge", "1 while nothing starts for lack of room on the disk.")
        .sample(health.lowDisk() ? 1 : 0);
    out.metric(
            "bide_planning_behind_seconds",
            "gauge",
            "How late the first planned run is of which nothing is decided.")
        .sample(bide.planningBehind());
    out.metric("bide_clock_wrong", "gauge", "1 while nothing is planned since the clock was set.")
        .sample(health.clock() == null ? 0 : 1);
    out.metric("bide_home_free_bytes", "gauge", "Room on the file system of the home.")
        .sample(parts.files().home().toFile().getUsableSpace());
  }

  private static void schedules(MetricsText out, List<Schedule> schedules) {
    long paused = schedules.stream().filter(schedule -> schedule.standing().paused()).count();
    out.metric("bide_schedules", "gauge", "Schedules that there are.")
        .sample(schedules.size() - paused, "state", "active")
        .sample(paused, "state", "paused");
  }

  private static void process(MetricsText out) {
    for (String line : status()) {
      String[] words = line.split("\\s+", 3);
      if (line.startsWith("VmRSS:")) {
        out.metric("process_resident_memory_bytes", "gauge", "Memory of the server's process.")
            .sample(1024 * Long.parseLong(words[1]));
      } else if (line.startsWith("Threads:")) {
        out.metric("process_threads", "gauge", "Threads of the server's process.")
            .sample(Long.parseLong(words[1]));
      }
    }
    Runtime runtime = Runtime.getRuntime();
    out.metric("bide_heap_used_bytes", "gauge", "Of the Java heap.")
        .sample(runtime.totalMemory() - runtime.freeMemory());
  }

  private static List<String> status() {
    try {
      return Files.readAllLines(STATUS);
    } catch (IOException e) {
      return List.of(); // out of file descriptors: the rest is worth telling all the same
    }
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
