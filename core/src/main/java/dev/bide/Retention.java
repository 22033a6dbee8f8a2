package dev.bide;

import dev.bide.engine.Command;
import dev.bide.engine.Event;
import dev.bide.job.Attempt;
import dev.bide.job.AttemptId;
import dev.bide.job.Ending;
import dev.bide.job.Job;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.log.LogCut;
import dev.bide.retention.Candidate;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.Keep;
import dev.bide.retention.Older;
import dev.bide.retention.RetentionPolicy;
import dev.bide.retention.RetentionPolicy.Leaving;
import dev.bide.retention.Swept;
import dev.bide.retention.Tally;
import dev.bide.runner.Runner;
import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is too old or takes too much room, a slice at a time between what others ask, on a
 * thread of its own. Thread-safe.
 */
public final class Retention {
  /**
   * What retention does, and what there is.
   *
   * @param older how much that is not pinned had ended before each instant that was asked about
   */
  public record Report(
      Keep keep,
      long logLimit,
      Held ended,
      Held pinned,
      List<Held> older,
      Swept swept,
      @Nullable String paused) {}

  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration BETWEEN = Duration.ofMinutes(1);

  /** Where logs always press against their limit, a sweep per ending would do little at a time. */
  private static final Duration LEAST_BETWEEN = Duration.ofSeconds(1);

  private static final int PAGES_AT_ONCE = 500;
  private static final int LOGS_AT_ONCE = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private static final Instant END_OF_TIME = Instant.ofEpochMilli(Long.MAX_VALUE);

  private final Store store;
  private final Runner runner;
  private final Clock clock;
  private final ClockWatch clockWatch;
  private final Keep keep;
  private final LongSupplier fileSystem;
  private final Asking asking;
  private final Thread thread = new Thread(this::loop, "bide-retention");

  /** What logs may still grow by before a sweep is due at once. */
  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

  private final ReentrantLock sweeping = new ReentrantLock();
  // guarded by sweeping: what went and was not said yet
  private Held unsaid = Held.NOTHING;
  private final Map<Cause, Integer> unsaidCauses = new EnumMap<>(Cause.class);
  private @Nullable Instant lastSaid;

  private volatile @Nullable Instant lastSwept;

  private boolean due; // guarded by this
  private volatile boolean closed;

  Retention(
      Store store,
      Runner runner,
      Clock clock,
      ClockWatch clockWatch,
      Keep keep,
      LongSupplier fileSystem,
      Asking asking) {
    this.store = store;
    this.runner = runner;
    this.clock = clock;
    this.clockWatch = clockWatch;
    this.keep = keep;
    this.fileSystem = fileSystem;
    this.asking = asking;
    thread.setDaemon(true);
  }

  void start() {
    List<Tally> tallies = store.read(Retention::ended);
    measureRoom(tallies, fileSystem.getAsLong());
    thread.start();
  }

  void close() {
    closed = true;
    synchronized (this) {
      notifyAll();
    }
    try {
      thread.join(Duration.ofSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is in force, how much there is, and what went. */
  public Report report() {
    return report(List.of());
  }

  /**
   * The same, with how much had ended before each of some instants. Goes through all that has ended
   * once, however many instants there are: pages ask for it every few seconds.
   */
  public Report report(List<Instant> instants) {
    return store.read(
        snapshot -> {
          Held ended = Tally.total(ended(snapshot));
          NavigableMap<Instant, Held> before = before(snapshot, instants);
          Held loose = before.lastEntry().getValue();
          return new Report(
              keep,
              keep.logs().bytesOf(fileSystem.getAsLong()),
              ended,
              ended.plus(new Held(-loose.jobs(), -loose.logBytes())),
              instants.stream().map(before::get).toList(),
              snapshot.swept(),
              clockWatch.trouble());
        });
  }

  /** How much is not pinned and had ended before each, and in the end how much there is in all. */
  private static NavigableMap<Instant, Held> before(Snapshot snapshot, List<Instant> instants) {
    NavigableSet<Instant> bounds = new TreeSet<>(instants);
    bounds.add(END_OF_TIME);
    NavigableMap<Instant, Held> before = new TreeMap<>();
    Held sum = Held.NOTHING;
    Instant from = Instant.ofEpochMilli(Long.MIN_VALUE);
    for (Instant bound : bounds) {
      sum = sum.plus(snapshot.countBetween(from, bound));
      before.put(bound, sum);
      from = bound;
    }
    return before;
  }

  /** What went so far. Costs next to nothing. */
  public Swept swept() {
    return store.read(Snapshot::swept);
  }

  /** When it was last looked what has to go, since this was opened; null before the first time. */
  public @Nullable Instant lastSweep() {
    return lastSwept;
  }

  /** How many bytes logs of jobs that have ended may take. */
  public long logLimit() {
    return keep.logs().bytesOf(fileSystem.getAsLong());
  }

  /** How much there is in each queue and state. Costs next to nothing. */
  public List<Tally> tallies() {
    return store.read(Snapshot::tallies);
  }

  /** How much ended before an instant and is not pinned. */
  public Held count(Older older) {
    return store.read(snapshot -> snapshot.count(older));
  }

  /**
   * Removes some of what ended before an instant and is not pinned, at most {@link
   * Command.RemoveOld#MOST} jobs; answers what went: nothing once nothing is left.
   */
  public CompletableFuture<Held> removeSome(Older older) {
    List<Candidate> some = store.read(snapshot -> snapshot.some(older, Command.RemoveOld.MOST));
    return asking.ask(Command.RemoveOld.of(some, Cause.HAND));
  }

  /** Has a sweep done soon when logs take more room than they may. */
  void heard(Event event) {
    if (event instanceof Event.JobChanged changed
        && changed.job().status() instanceof Status.Ended ended
        && (room.addAndGet(-ended.ending().logSize()) < 0
            || ended.ending().logSize() > keep.longestLog())) {
      synchronized (this) {
        due = true;
        notifyAll();
      }
    }
  }

  private void loop() {
    Duration wait = FIRST;
    while (!closed) {
      try {
        await(wait);
        rest(LEAST_BETWEEN.toNanos());
        if (!closed) {
          sweep();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // the store is down, or the queue is being closed: the next one finds the same
        LOG.debug("not everything old could be removed now", e);
      }
      wait = BETWEEN;
    }
  }

  private synchronized void await(Duration wait) throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (!due && !closed) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    due = false;
  }

  /** Removes all that is to go now; returns when that is done. Answers how much went. */
  public Held sweep() throws InterruptedException {
    if (clockWatch.jump() != null) {
      return Held.NOTHING;
    }
    sweeping.lock();
    try {
      return sweepAlone();
    } finally {
      sweeping.unlock();
    }
  }

  private Held sweepAlone() throws InterruptedException {
    cutLongLogs();
    Held gone = Held.NOTHING;
    while (!closed) {
      long begin = System.nanoTime();
      List<Leaving> leaving = decide().stream().filter(one -> !isAlive(one.job())).toList();
      Held slice = leaving.isEmpty() ? Held.NOTHING : remove(leaving);
      if (slice.jobs() == 0) {
        break;
      }
      leaving.forEach(one -> unsaidCauses.merge(one.cause(), 1, Integer::sum));
      gone = gone.plus(slice);
      unsaid = unsaid.plus(slice);
      // as long as it took: whoever waits comes first, and files are deleted meanwhile
      rest(System.nanoTime() - begin);
    }
    shrink();
    say();
    lastSwept = clock.instant();
    return gone;
  }

  /** At most once a minute, however often something goes. */
  private void say() {
    Instant last = lastSaid;
    Instant now = Instant.now();
    if (unsaid.jobs() == 0
        || (last != null
            && !now.isBefore(last)
            && Duration.between(last, now).compareTo(BETWEEN) < 0)) {
      return;
    }
    LOG.info(
        "removed {} jobs that had ended, with {} bytes of logs ({})",
        unsaid.jobs(),
        unsaid.logBytes(),
        words(unsaidCauses));
    lastSaid = now;
    unsaid = Held.NOTHING;
    unsaidCauses.clear();
  }

  private synchronized void rest(long nanos) throws InterruptedException {
    long until = System.nanoTime() + nanos;
    long left;
    while (!closed && (left = (until - System.nanoTime()) / 1_000_000) > 0) {
      wait(left);
    }
  }

  private static String words(Map<Cause, Integer> causes) {
    List<String> words = new ArrayList<>();
    causes.forEach(
        (cause, count) ->
            words.add(
                count
                    + switch (cause) {
                      case AGE -> " for their age";
                      case COUNT -> " since there were too many";
                      case LOGS -> " for the room their logs took";
                      case HAND -> " by hand";
                    }));
    return String.join(", ", words);
  }

  private List<Leaving> decide() {
    long bytes = fileSystem.getAsLong();
    return store.read(
        snapshot -> {
          List<Tally> tallies = ended(snapshot);
          boolean over = RetentionPolicy.isOverLogs(keep, bytes, tallies);
          measureRoom(tallies, bytes);
          List<Candidate> candidates = new ArrayList<>();
          for (Tally tally : tallies) {
            candidates.addAll(
                snapshot.oldestEnded(tally.queue(), tally.state(), false, Command.RemoveOld.MOST));
            if (over) {
              candidates.addAll(
                  snapshot.oldestEnded(tally.queue(), tally.state(), true, Command.RemoveOld.MOST));
            }
          }
          return RetentionPolicy.decide(
              clock.instant(), keep, bytes, tallies, candidates, Command.RemoveOld.MOST);
        });
  }

  private void measureRoom(List<Tally> tallies, long fileSystemBytes) {
    long limit = keep.logs().bytesOf(fileSystemBytes);
    // where nothing more can go, not at every ending anew
    room.set(Math.max(limit - Tally.total(tallies).logBytes(), limit / 100));
  }

  private static List<Tally> ended(Snapshot snapshot) {
    return Tally.ended(snapshot.tallies());
  }

  private Held remove(List<Leaving> leaving) {
    return asking.ask(new Command.RemoveOld(leaving)).join();
  }

  /** Of a lost job something may run still, and write. */
  private boolean isAlive(Candidate candidate) {
    if (candidate.state() != State.LOST) {
      return false;
    }
    return store
        .read(snapshot -> snapshot.job(candidate.number()))
        .filter(job -> job.attempt() > 0)
        .map(job -> !runner.alive(job.latestAttempt()).isEmpty())
        .orElse(false);
  }

  private void cutLongLogs() {
    for (AttemptId attempt :
        store.read(snapshot -> snapshot.longLogs(keep.longestLog(), LOGS_AT_ONCE))) {
      Job job = store.read(snapshot -> snapshot.job(attempt.number())).orElse(null);
      if (closed
          || job == null
          || (job.state() == State.LOST && !runner.alive(attempt).isEmpty())) {
        continue;
      }
      long before = logSize(attempt);
      Path log = runner.directory(attempt).resolve("log");
      try {
        long size = LogCut.cut(log, keep.longestLog());
        asking.ask(new Command.LogCut(attempt, size, Math.max(0, before - size))).join();
        LOG.info("cut the log of job {} from {} to {} bytes", attempt.number(), before, size);
      } catch (IOException e) {
        LOG.warn("the log of job {} cannot be cut: {}", attempt.number(), e.toString());
      }
    }
  }

  private long logSize(AttemptId id) {
    for (Attempt attempt : store.read(snapshot -> snapshot.attempts(id.number()))) {
      Ending ending = attempt.ending();
      if (attempt.id().equals(id) && ending != null) {
        return ending.logSize();
      }
    }
    return 0;
  }

  private void shrink() {
    try {
      int given;
      do {
        given = asking.ask(new Command.Shrink(PAGES_AT_ONCE)).join();
      } while (given > 0 && !closed);
    } catch (CompletionException e) {
      LOG.debug("the database could not be made smaller now", e);
    }
  }
}
