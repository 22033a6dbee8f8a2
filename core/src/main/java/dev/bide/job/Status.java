package dev.bide.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a job stands. Each kind carries only its own data: what waits has no exit code. */
public sealed interface Status {

  /** The state this status belongs to. */
  State state();

  /**
   * It waits.
   *
   * @param notBefore it is not started before this instant, or null
   * @param backoff why it has to wait until then (NODE_TROUBLE, RETRY_BACKOFF), or null
   * @param message what went wrong when it was to be started last, or null
   */
  record Pending(@Nullable Instant notBefore, @Nullable Reason backoff, @Nullable String message)
      implements Status {
    /** Ready as soon as a slot is. */
    public static final Pending READY = new Pending(null, null, null);

    @Override
    public State state() {
      return State.PENDING;
    }
  }

  /**
   * An attempt is open.
   *
   * @param node where it was assigned to
   * @param startedAt when its process was known to exist; null while starting
   * @param process its process; null while starting
   * @param stopping why it was told to end, or null
   * @param message why nothing newer is known, or null
   * @param lastSeenAt when it was last seen, where its truth is out of reach; else null
   */
  record Running(
      String node,
      @Nullable Instant startedAt,
      @Nullable ProcessIdentity process,
      @Nullable Reason stopping,
      @Nullable String message,
      @Nullable Instant lastSeenAt)
      implements Status {
    @Override
    public State state() {
      return State.RUNNING;
    }

    /** How far it is. */
    public Phase phase() {
      return stopping != null ? Phase.STOPPING : startedAt == null ? Phase.STARTING : Phase.RUNNING;
    }
  }

  /**
   * It ended.
   *
   * @param ending how
   * @param startedAt when the process of its latest attempt was known to exist, or null
   * @param process the process of its latest attempt, or null
   */
  record Ended(Ending ending, @Nullable Instant startedAt, @Nullable ProcessIdentity process)
      implements Status {
    @Override
    public State state() {
      return ending.outcome().state();
    }
  }
}
