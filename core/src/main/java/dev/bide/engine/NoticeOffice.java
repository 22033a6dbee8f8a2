package dev.bide.engine;

import dev.bide.notice.NoticeRule;
import java.util.List;

/**
 * Whom the engine tells of everything, and who sends what it has written down.
 *
 * @param always the rules that hold for every job, queue and schedule
 * @param toSend called after something to be sent was committed; must be quick
 */
public record NoticeOffice(List<NoticeRule> always, Runnable toSend) {
  /** Nobody, beside those whom jobs, queues and schedules name. */
  public static final NoticeOffice NONE = new NoticeOffice(List.of(), () -> {});

  public NoticeOffice {
    always = List.copyOf(always);
  }
}
