package dev.bide.schedule;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One planned run.
 *
 * @param instant when it is due
 * @param key what tells it from all others of its schedule, also after a restart and with other
 *     zone data: the local time where the wall clock decides, else the instant
 * @param clockChange null on all but a few days of the year
 */
public record Occurrence(Instant instant, String key, @Nullable ClockChange clockChange) {}
