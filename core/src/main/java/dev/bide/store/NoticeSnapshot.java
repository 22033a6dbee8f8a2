package dev.bide.store;

import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was true of notices at one instant. */
public interface NoticeSnapshot {
  /**
   * Notices, newest first.
   *
   * @param job only those about this job, or null
   * @param state only those that are in it, or null
   * @param limit at most so many
   */
  List<Notice> notices(@Nullable Long job, Delivery.@Nullable State state, int limit);

  /** How many were given up. */
  int failedNotices();

  /** One of them. */
  Optional<Notice> notice(UUID id);

  /** Those that are to be sent now, oldest first, at most so many. */
  List<Notice> dueNotices(Instant now, int limit);

  /**
   * How many wait for each target, as {@link dev.bide.notice.NoticeTarget#text} writes it.
   *
   * @param most how many are counted, all together
   */
  Map<String, Long> waitingNotices(int most);

  /** When the first of those that wait is due after an instant; empty when none is. */
  Optional<Instant> nextNotice(Instant after);
}
