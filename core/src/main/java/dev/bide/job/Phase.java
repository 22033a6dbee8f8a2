package dev.bide.job;

/** How far a RUNNING job is: a field beside the state, no state of its own. */
public enum Phase {
  /** The attempt is committed; whether its process exists is not known yet. */
  STARTING,
  /** The process is known to have started. */
  RUNNING,
  /** Its processes were stopped by a person and keep their memory. */
  PAUSED,
  /** Its processes were asked to end. */
  STOPPING
}
