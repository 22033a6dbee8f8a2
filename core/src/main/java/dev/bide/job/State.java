package dev.bide.job;

/** The state of a job, in the words that people, the API and the database use. */
public enum State {
  PENDING,
  RUNNING,
  COMPLETED,
  FAILED,
  TIMEOUT,
  CANCELLED,
  LOST;

  /** True when the latest attempt has ended and nothing more happens unless somebody retries. */
  public boolean isFinal() {
    return this != PENDING && this != RUNNING;
  }

  /** True when it has ended, but not as it was meant to, and nobody wanted that. */
  public boolean isFailure() {
    return this == FAILED || this == TIMEOUT || this == LOST;
  }
}
