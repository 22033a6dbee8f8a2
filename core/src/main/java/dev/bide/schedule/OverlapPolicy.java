package dev.bide.schedule;

/** What becomes of a planned run while an earlier one of its schedule has not ended. */
public enum OverlapPolicy {
  /** It is left out. */
  SKIP,
  /** It waits until the earlier ones have ended. */
  QUEUE,
  /** It runs beside them. */
  ALLOW,
  /** They are cancelled, and it begins once they have ended. */
  CANCEL_OLD
}
