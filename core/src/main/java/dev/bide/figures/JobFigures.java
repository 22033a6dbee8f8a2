package dev.bide.figures;

import dev.bide.job.State;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Jobs that ended, in figures.
 *
 * @param ended how many ended how
 * @param waited how long those waited that were started once
 * @param ran how long the last attempt of each ran
 */
public record JobFigures(Map<State, Long> ended, Spread waited, Spread ran) {
  /** Takes them in one by one; one thread at a time. */
  public static final class Counter {
    private final Map<String, Group> queues = new TreeMap<>();
    private final Group all = new Group();

    /**
     * One more.
     *
     * @param waitedMillis until it was started, or negative where that is not known
     * @param ranMillis or negative where it never ran
     */
    public void add(String queue, State state, long waitedMillis, long ranMillis) {
      queues.computeIfAbsent(queue, name -> new Group()).add(state, waitedMillis, ranMillis);
      all.add(state, waitedMillis, ranMillis);
    }

    /** Of all queues together. */
    public JobFigures all() {
      return all.figures();
    }

    /** By queue. */
    public Map<String, JobFigures> queues() {
      Map<String, JobFigures> figures = new TreeMap<>();
      queues.forEach((name, group) -> figures.put(name, group.figures()));
      return figures;
    }
  }

  private static final class Group {
    private final Map<State, Long> ended = new EnumMap<>(State.class);
    private final Times waited = new Times();
    private final Times ran = new Times();

    void add(State state, long waitedMillis, long ranMillis) {
      ended.merge(state, 1L, Long::sum);
      waited.add(waitedMillis);
      ran.add(ranMillis);
    }

    JobFigures figures() {
      return new JobFigures(ended, waited.spread(), ran.spread());
    }
  }

  private static final class Times {
    private long[] millis = new long[16];
    private int count;

    void add(long time) {
      if (time < 0) {
        return;
      }
      if (count == millis.length) {
        millis = Arrays.copyOf(millis, 2 * count);
      }
      millis[count++] = time;
    }

    Spread spread() {
      return Spread.of(millis, count);
    }
  }
}
