package dev.bide.retention;

/** Why a job that had ended is gone. */
public enum Cause {
  /** It was older than it may be. */
  AGE,
  /** There were too many. */
  COUNT,
  /** Logs took more room than they may. */
  LOGS,
  /** A person asked for it. */
  HAND;

  /** True when a rule of {@link Keep} asked for it, and nobody else. */
  public boolean isRule() {
    return this != HAND;
  }
}
