package dev.bide.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one run of a job.
 *
 * @param id which one
 * @param node where it was assigned to
 * @param assignedAt when the decision to start it was taken
 * @param startedAt when its process was known to exist, or null
 * @param process its process, or null while none is known
 * @param lastSeenAt when it was last seen alive, where its truth is or was out of reach; else null
 * @param message why nothing newer is known of it while it is open, or null
 * @param ending null while it is open
 * @param logCut how many bytes were left out of its log since it ended; 0: the log is whole
 */
public record Attempt(
    AttemptId id,
    String node,
    Instant assignedAt,
    @Nullable Instant startedAt,
    @Nullable ProcessIdentity process,
    @Nullable Instant lastSeenAt,
    @Nullable String message,
    @Nullable Ending ending,
    long logCut) {

  /** One whose log is whole. */
  public Attempt(
      AttemptId id,
      String node,
      Instant assignedAt,
      @Nullable Instant startedAt,
      @Nullable ProcessIdentity process,
      @Nullable Instant lastSeenAt,
      @Nullable String message,
      @Nullable Ending ending) {
    this(id, node, assignedAt, startedAt, process, lastSeenAt, message, ending, 0);
  }
}
