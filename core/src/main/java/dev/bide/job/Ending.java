package dev.bide.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt, or a job that never had one, ended. Never changes once committed.
 *
 * @param outcome in one word
 * @param reason why, or null where nothing needs saying (a plain COMPLETED)
 * @param message the last line the command wrote, or what went wrong; null when there is none
 * @param exitCode 0-255, or null where none is known; 128+n where signal n ended it
 * @param signal number of the signal that ended it, only where the real wait status is known
 * @param at when
 * @param logSize bytes the attempt wrote
 */
public record Ending(
    Outcome outcome,
    @Nullable Reason reason,
    @Nullable String message,
    @Nullable Integer exitCode,
    @Nullable Integer signal,
    Instant at,
    long logSize) {

  /** An ending without a process: nothing ran, so there is no code, no signal and no log. */
  public static Ending withoutProcess(
      Outcome outcome, Reason reason, @Nullable String message, Instant at) {
    return new Ending(outcome, reason, message, null, null, at, 0);
  }
}
