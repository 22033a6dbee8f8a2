package dev.bide.schedule;

/** What becomes of planned runs whose time passed while nobody could start them. */
public enum MissedRunPolicy {
  /** One run makes up for all of them. */
  ONCE,
  /** Each is made up for, the newest first up to a number. */
  ALL,
  /** None is. */
  SKIP
}
