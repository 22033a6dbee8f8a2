package dev.bide.figures;

import dev.bide.job.Outcome;
import dev.bide.schedule.PlannedRun;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has happened since the queue was opened. Thread-safe. */
public final class Meter {
  private static final double[] LONG_TIMES = {
    0.01, 0.1, 1, 10, 60, 300, 1800, 3600, 4 * 3600, 86_400, 7 * 86_400
  };
  private static final double[] SHORT_TIMES = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5
  };

  private final LongAdder starts = new LongAdder();
  private final Map<Outcome, LongAdder> endings = adders(Outcome.class);
  private final Map<PlannedRun.Decision, LongAdder> planned = adders(PlannedRun.Decision.class);
  private final LongAdder failedCommits = new LongAdder();
  private final Histogram waits = new Histogram(LONG_TIMES);
  private final Histogram runs = new Histogram(LONG_TIMES);
  private final Histogram commits = new Histogram(SHORT_TIMES);

  private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
    Map<E, LongAdder> adders = new EnumMap<>(type);
    for (E one : type.getEnumConstants()) {
      adders.put(one, new LongAdder());
    }
    return adders;
  }

  /** An attempt was started. */
  public void started() {
    starts.increment();
  }

  /** A job waited so long for its first attempt. */
  public void waited(Duration time) {
    waits.add(time.toNanos());
  }

  /** A job ended. */
  public void ended(Outcome outcome) {
    count(endings, outcome);
  }

  /** Its process ran so long. */
  public void ran(Duration time) {
    runs.add(time.toNanos());
  }

  /** Something was decided about a planned run. */
  public void planned(PlannedRun.Decision decision) {
    count(planned, decision);
  }

  /** A transaction was on disk after so long. */
  public void committed(long nanos) {
    commits.add(nanos);
  }

  /** A transaction failed; whether it is on disk may not be known. */
  public void commitFailed() {
    failedCommits.increment();
  }

  private static <E> void count(Map<E, LongAdder> adders, E which) {
    LongAdder adder = adders.get(which);
    if (adder != null) {
      adder.increment();
    }
  }

  public long starts() {
    return starts.sum();
  }

  /** By how jobs ended, in the order of the outcomes. */
  public Map<Outcome, LongAdder> endings() {
    return Collections.unmodifiableMap(endings);
  }

  /** By what was decided, in the order of the decisions. */
  public Map<PlannedRun.Decision, LongAdder> planned() {
    return Collections.unmodifiableMap(planned);
  }

  /** How many transactions failed. */
  public long failedCommits() {
    return failedCommits.sum();
  }

  public Histogram waits() {
    return waits;
  }

  public Histogram runs() {
    return runs;
  }

  public Histogram commits() {
    return commits;
  }
}
