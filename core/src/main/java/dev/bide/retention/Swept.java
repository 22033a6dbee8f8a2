package dev.bide.retention;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is gone since this home exists.
 *
 * @param removed jobs that a rule removed, and what they had written
 * @param causes the same by why, with what people removed; what went before that was written down
 *     is in none of them
 * @param cut how many logs were cut
 * @param cutBytes what was left out of those
 * @param lastAt when a rule removed or cut something last, or null
 */
public record Swept(
    Held removed, Map<Cause, Held> causes, long cut, long cutBytes, @Nullable Instant lastAt) {
  public static final Swept NOTHING = new Swept(Held.NOTHING, Map.of(), 0, 0, null);

  public Swept {
    causes = Map.copyOf(causes);
  }

  /** Jobs that went now. */
  public static Swept jobs(Map<Cause, Held> causes, Instant now) {
    Held byRule =
        causes.entrySet().stream()
            .filter(one -> one.getKey().isRule())
            .map(Map.Entry::getValue)
            .reduce(Held.NOTHING, Held::plus);
    return new Swept(byRule, causes, 0, 0, byRule.jobs() == 0 ? null : now);
  }

  /** A log that was cut now. */
  public static Swept log(long leftOut, Instant now) {
    return new Swept(Held.NOTHING, Map.of(), 1, leftOut, now);
  }

  /** What went for one reason. */
  public Held by(Cause cause) {
    return causes.getOrDefault(cause, Held.NOTHING);
  }
}
