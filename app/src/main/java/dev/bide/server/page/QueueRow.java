package dev.bide.server.page;

import dev.bide.engine.Event.QueueState;
import dev.bide.queue.QueueSettings;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A queue above the table.
 *
 * @param marks for each slot whether it is busy; empty where there are too many to draw
 */
public record QueueRow(
    String name, int slots, int running, int pending, boolean paused, List<Boolean> marks) {
  private static final int MOST_DRAWN = 16;

  static QueueRow of(QueueState state) {
    QueueSettings settings = state.settings();
    int drawn = Math.max(settings.slots(), state.running());
    return new QueueRow(
        settings.name(),
        settings.slots(),
        state.running(),
        state.pending(),
        settings.paused(),
        drawn > MOST_DRAWN
            ? List.of()
            : IntStream.range(0, drawn).mapToObj(slot -> slot < state.running()).toList());
  }

  /** How full it is, in words. */
  public String occupancy() {
    return running
        + " of "
        + slots
        + " busy"
        + (pending == 0 ? "" : " · " + pending + " waiting")
        + (paused ? " · paused" : "");
  }

  /** True when one slot fewer can be asked for. */
  public boolean canShrink() {
    return slots > QueueSettings.MIN_SLOTS;
  }

  /** True when one slot more can be asked for. */
  public boolean canGrow() {
    return slots < QueueSettings.MAX_SLOTS;
  }
}
