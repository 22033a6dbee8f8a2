package dev.bide.runner;

import dev.bide.job.ProcessIdentity;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the process of an attempt ended, as recorded beside its log.
 *
 * @param code 0-255; 128+n where a shell saw signal n end it
 * @param signal the signal, only where the real wait status is known
 * @param at when it was recorded
 * @param logSize bytes in its log; they are on disk already
 * @param lastLine the last line of its log that is not blank, or null
 * @param left processes of it that were still there when it ended: left alone, or, where it was
 *     stopped, those that do not end though they were made to
 */
public record Exit(
    int code,
    @Nullable Integer signal,
    Instant at,
    long logSize,
    @Nullable String lastLine,
    List<ProcessIdentity> left) {
  public Exit {
    left = List.copyOf(left);
  }
}
