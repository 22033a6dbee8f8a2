package dev.bide.server.page;

import dev.bide.job.Job;
import dev.bide.job.Phase;
import dev.bide.job.State;
import dev.bide.job.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a state looks: always an icon, a word and a colour, never a colour alone.
 *
 * @param family one of five that can be told apart by everybody: waiting, running, completed,
 *     failed, attention
 * @param icon name of a symbol in the layout
 * @param word as it stands on the page
 * @param glyph one character that stands for the icon in a window's title
 * @param turns true when the icon turns
 * @param at the instant that belongs to the word, or null
 */
public record StateLook(
    String family, String icon, String word, String glyph, boolean turns, @Nullable Instant at) {
  static final StateLook ACTIVE = new StateLook("running", "scheduled", "Active", "◷", false);
  static final StateLook ENDED = new StateLook("waiting", "completed", "Ended", "✓", false);
  static final StateLook PENDING = new StateLook("waiting", "pending", "Pending", "◌", false);
  static final StateLook STARTING = new StateLook("running", "running", "Starting", "◔", true);
  static final StateLook RUNNING = new StateLook("running", "running", "Running", "◔", true);
  static final StateLook PAUSED = new StateLook("attention", "paused", "Paused", "‖", false);
  static final StateLook STOPPING = new StateLook("attention", "stopping", "Stopping", "◼", false);
  static final StateLook COMPLETED =
      new StateLook("completed", "completed", "Completed", "✓", false);
  static final StateLook FAILED = new StateLook("failed", "failed", "Failed", "✗", false);
  static final StateLook TIMEOUT = new StateLook("failed", "timeout", "Timed out", "✗", false);
  static final StateLook CANCELLED = new StateLook("waiting", "cancelled", "Cancelled", "⊘", false);
  static final StateLook LOST = new StateLook("failed", "lost", "Lost", "?", false);

  private StateLook(String family, String icon, String word, String glyph, boolean turns) {
    this(family, icon, word, glyph, turns, null);
  }

  /** The look of a job as it stands at this instant. */
  static StateLook of(Job job, Instant now) {
    if (job.status() instanceof Status.Pending pending) {
      Instant begin = pending.notBefore();
      return begin != null && pending.backoff() == null && begin.isAfter(now)
          ? new StateLook("waiting", "scheduled", "Scheduled", "◷", false, begin)
          : PENDING;
    }
    if (job.status() instanceof Status.Running running) {
      return of(running.phase());
    }
    return of(job.state());
  }

  /** The look of a state in which nothing more is known of a job. */
  static StateLook of(State state) {
    return switch (state) {
      case PENDING -> PENDING;
      case RUNNING -> RUNNING;
      case COMPLETED -> COMPLETED;
      case FAILED -> FAILED;
      case TIMEOUT -> TIMEOUT;
      case CANCELLED -> CANCELLED;
      case LOST -> LOST;
    };
  }

  private static StateLook of(Phase phase) {
    return switch (phase) {
      case STARTING -> STARTING;
      case RUNNING -> RUNNING;
      case PAUSED -> PAUSED;
      case STOPPING -> STOPPING;
    };
  }
}
