package dev.bide.server.page;

import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.server.notice.Composer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A notice that is not sent.
 *
 * @param title what it tells
 * @param job number of the job that it is about; 0 for none
 * @param target where it goes, without secrets
 * @param at when that happened
 * @param since when it was given up; while it waits, when it is tried next
 * @param until how long that is from now while it waits; else null
 * @param tries how often it was tried, in words
 * @param error what went wrong the last time, or null
 */
public record NoticeRow(
    String id,
    String title,
    long job,
    String target,
    Instant at,
    Instant since,
    @Nullable String until,
    String tries,
    @Nullable String error) {

  static NoticeRow of(Notice notice, Instant now) {
    Delivery delivery = notice.delivery();
    Long job = notice.job();
    Duration until = Duration.between(now, delivery.at());
    return new NoticeRow(
        notice.id().toString(),
        Sentences.of(VisibleText.line(Composer.title(notice))),
        job == null ? 0 : job,
        VisibleText.line(notice.shown()),
        notice.at(),
        delivery.at(),
        delivery.state() != Delivery.State.WAITING || until.isNegative() || delivery.tries() == 0
            ? null
            : Wording.duration(until),
        delivery.tries() == 1 ? "1 try" : delivery.tries() + " tries",
        delivery.error() == null ? null : VisibleText.line(delivery.error()));
  }
}
