package dev.bide.retention;

import dev.bide.job.State;

/**
 * How much there is in one queue and state.
 *
 * @param held its jobs, and what their ended attempts wrote
 */
public record Tally(String queue, State state, Held held) {}
