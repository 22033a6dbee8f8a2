package dev.bide.server.notice;

import dev.bide.notice.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How quickly one target is told: five messages in a minute, and what is more becomes one message
 * together. Used by one thread at a time.
 */
final class Pace {
  static final int MOST_ALONE = 5;
  static final Duration WINDOW = Duration.ofMinutes(1);

  /**
   * What to do now.
   *
   * @param together what goes into the next message, or nothing
   * @param until when to ask again, where there is nothing to send
   */
  record Plan(List<Notice> together, @Nullable Instant until) {}

  private final Deque<Instant> sent = new ArrayDeque<>();

  /** More than five have come: until then all are kept, and then they go together. */
  private @Nullable Instant gathering;

  private @Nullable Instant lastDigest;
  private @Nullable Instant rest;

  /**
   * Decides about what is due.
   *
   * @param due oldest first, at least one
   */
  Plan plan(List<Notice> due, Instant now) {
    if (rest != null && now.isBefore(rest)) {
      return new Plan(List.of(), rest);
    }
    for (Notice notice : due) {
      UUID digest = notice.delivery().digest();
      if (digest != null) {
        return new Plan(
            due.stream().filter(other -> digest.equals(other.delivery().digest())).toList(), null);
      }
    }
    forgetOld(now);
    if (gathering != null) {
      if (now.isBefore(gathering)) {
        return new Plan(List.of(), gathering);
      }
      gathering = null;
      return digest(due, now);
    }
    if (sent.size() + due.size() <= MOST_ALONE) {
      return new Plan(List.of(due.get(0)), null);
    }
    boolean digestLately = lastDigest != null && lastDigest.plus(WINDOW).isAfter(now);
    if (due.size() > MOST_ALONE && !digestLately) {
      return digest(due, now);
    }
    Instant first = sent.isEmpty() ? now : sent.getFirst();
    gathering = first.plus(WINDOW);
    return new Plan(List.of(), gathering);
  }

  private Plan digest(List<Notice> due, Instant now) {
    lastDigest = now;
    return new Plan(due, null);
  }

  /** A message was tried. */
  void tried(Instant now) {
    sent.addLast(now);
  }

  /** Nothing more goes there before an instant. */
  void rest(Instant until) {
    rest = until;
  }

  /** True when nothing of it is worth remembering. */
  boolean idle(Instant now) {
    forgetOld(now);
    return sent.isEmpty() && gathering == null && (rest == null || !now.isBefore(rest));
  }

  private void forgetOld(Instant now) {
    while (!sent.isEmpty() && !sent.getFirst().plus(WINDOW).isAfter(now)) {
      sent.removeFirst();
    }
  }
}
