package dev.bide.retention;

import dev.bide.job.State;
import java.time.Instant;

/**
 * A job that has ended and is not pinned: all that matters for whether it may go.
 *
 * @param number of the job
 * @param queue it was in
 * @param state how it ended
 * @param endedAt when
 * @param logBytes of all its attempts
 */
public record Candidate(long number, String queue, State state, Instant endedAt, long logBytes) {}
