package dev.bide.server.notice;

import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What is to be sent, on disk. Safe from any thread. */
interface Outbox {
  /** Notices that are to be sent now, oldest first. */
  List<Notice> due(Instant now, int limit);

  /** When the first of those that wait is due after an instant; empty when none is. */
  Optional<Instant> next(Instant after);

  /** Notes how far notices are; completes once it is on disk. */
  CompletableFuture<Boolean> note(Map<UUID, Delivery> deliveries);

  /** Forgets what was sent, or given up, before an instant each. */
  CompletableFuture<Integer> forget(Instant sentBefore, Instant givenUpBefore);
}
