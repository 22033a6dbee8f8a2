package dev.bide.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A schedule as a list shows it.
 *
 * @param schedule its template without an environment
 * @param latest what was decided last about a run of it, or null
 */
public record ListedSchedule(Schedule schedule, @Nullable PlannedRun latest) {}
