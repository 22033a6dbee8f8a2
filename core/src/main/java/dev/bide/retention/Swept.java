package dev.bide.retention;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What retention has removed since this home exists.
 *
 * @param removed jobs and what they had written
 * @param cut how many logs were cut
 * @param cutBytes what was left out of those
 * @param lastAt when something was removed last, or null
 */
public record Swept(Held removed, long cut, long cutBytes, @Nullable Instant lastAt) {
  public static final Swept NOTHING = new Swept(Held.NOTHING, 0, 0, null);
}
