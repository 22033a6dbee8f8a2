package dev.bide.job;

/** How an attempt ended. */
public enum Outcome {
  COMPLETED,
  FAILED,
  TIMEOUT,
  CANCELLED,
  LOST,
  /** Its process is known never to have existed: no state of a job, and no try spent. */
  NOT_STARTED;

  /**
   * The state of a job whose latest attempt ended so.
   *
   * @throws IllegalStateException for NOT_STARTED, which ends no job
   */
  public State state() {
    return switch (this) {
      case COMPLETED -> State.COMPLETED;
      case FAILED -> State.FAILED;
      case TIMEOUT -> State.TIMEOUT;
      case CANCELLED -> State.CANCELLED;
      case LOST -> State.LOST;
      case NOT_STARTED -> throw new IllegalStateException("NOT_STARTED ends no job");
    };
  }
}
