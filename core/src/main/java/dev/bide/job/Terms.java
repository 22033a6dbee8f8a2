package dev.bide.job;

import dev.bide.notice.NoticeRule;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a job runs, beside what it runs.
 *
 * @param beginAt it is not started before this instant, or null for as soon as a slot is free
 * @param schedule name of the schedule that planned it, or null for a job that somebody added
 * @param plannedFor the instant that the schedule planned it for, null where there is no schedule
 * @param notices who is told what of it, besides those whom the queue and the configuration name
 */
public record Terms(
    @Nullable Instant beginAt,
    @Nullable String schedule,
    @Nullable Instant plannedFor,
    List<NoticeRule> notices) {
  /** As soon as possible, planned by nobody. */
  public static final Terms NONE = new Terms(null, null, null);

  /**
   * @throws IllegalArgumentException when only one of schedule and instant is given
   */
  public Terms {
    if ((schedule == null) != (plannedFor == null)) {
      throw new IllegalArgumentException("a planned run has both a schedule and an instant");
    }
    notices = List.copyOf(notices);
  }

  /** The same for one of which nobody is told anything. */
  public Terms(@Nullable Instant beginAt, @Nullable String schedule, @Nullable Instant plannedFor) {
    this(beginAt, schedule, plannedFor, List.of());
  }

  /** Not before an instant, planned by nobody. */
  public static Terms beginAt(Instant instant) {
    return new Terms(instant, null, null);
  }

  /** The same with other rules of who is told what. */
  public Terms telling(List<NoticeRule> rules) {
    return new Terms(beginAt, schedule, plannedFor, rules);
  }

  /** What keeps a job that is accepted at an instant from starting at once, or null. */
  public @Nullable Instant notBefore(Instant acceptedAt) {
    return beginAt != null && beginAt.isAfter(acceptedAt) ? beginAt : null;
  }

  /** The same as it is kept: instants to the millisecond. */
  public Terms inMillis() {
    return beginAt == null && plannedFor == null
        ? this
        : new Terms(millis(beginAt), schedule, millis(plannedFor), notices);
  }

  private static @Nullable Instant millis(@Nullable Instant instant) {
    return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS);
  }
}
