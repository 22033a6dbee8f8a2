package dev.bide.schedule;

/** What a change of the clocks does to a planned time. */
public enum ClockChange {
  /** The wall time does not exist that day; it is taken at the end of the gap. */
  GAP,
  /** The wall time comes twice that day. */
  OVERLAP
}
