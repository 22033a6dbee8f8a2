package dev.bide.schedule;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** What decides when a schedule runs. Immutable and pure. */
public sealed interface Trigger permits CronTrigger, IntervalTrigger, InstantsTrigger {
  /**
   * The first planned run after an instant, or null when none follows. The same for the same rules
   * of the zone, whenever it is asked.
   */
  @Nullable Occurrence next(Instant after, ZoneId zone);
}
