package dev.bide.server.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of schedules.
 *
 * @param said what was just done, or null
 * @param example a command line for a terminal that works everywhere
 */
public record SchedulesView(
    Frame frame, @Nullable String said, List<ScheduleRow> schedules, String example) {}
