package dev.bide.store;

import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import java.time.Instant;
import java.util.UUID;

/** What can change about notices, within one {@link Transaction}. */
public interface NoticeTransaction extends NoticeSnapshot {
  /** Keeps a notice until it is sent; its id must be new. */
  void tell(Notice notice);

  /** Notes how far a notice is; false when there is none of this id. */
  boolean deliver(UUID id, Delivery delivery);

  /** Forgets what was sent, and what was given up, before an instant each; answers how many. */
  int forgetNotices(Instant sentBefore, Instant givenUpBefore);
}
