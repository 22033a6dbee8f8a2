package dev.bide.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.schedule.Due.Skipped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A schedule of 02:30 each night in Berlin, and others. */
class DueTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Duration EVER = Duration.ofDays(100_000);

  private static Timetable nightly(MissedRunPolicy missed, Duration longestDelay, int most)
      throws InvalidTrigger {
    return of("30 2 * * *", missed, longestDelay, most);
  }

  private static Timetable of(String cron, MissedRunPolicy missed, Duration longestDelay, int most)
      throws InvalidTrigger {
    return new Timetable(CronTrigger.of(cron), BERLIN, null, null, missed, longestDelay, most);
  }

  private static Due due(Timetable timetable, String decided, String now) {
    return due(timetable, decided, decided, now);
  }

  private static Due due(Timetable timetable, String decided, String began, String now) {
    return Due.at(timetable, Instant.parse(decided), Instant.parse(began), Instant.parse(now));
  }

  private static Due runs(@Nullable Skipped skipped, String... instants) {
    List<Occurrence> runs =
        List.of(instants).stream()
            .map(Instant::parse)
            .map(at -> new Occurrence(at, at.atZone(BERLIN).toLocalDateTime().toString(), null))
            .toList();
    return new Due(runs, skipped);
  }

  private static Skipped skipped(int count, String first, String last) {
    return new Skipped(count, Instant.parse(first), Instant.parse(last));
  }

  @Test
  void whatIsPlannedForThisMinuteRunsUnderEachPolicy() throws Exception {
    for (MissedRunPolicy policy : MissedRunPolicy.values()) {
      assertThat(
              due(
                  nightly(policy, Duration.ZERO, 1),
                  "2026-11-27T01:29:00Z",
                  "2026-11-27T01:30:00Z"))
          .isEqualTo(runs(null, "2026-11-27T01:30:00Z"));
    }
  }

  @Test
  void whatWasPlannedWhileNobodyWasThereIsMissedHoweverShortThatWas() throws Exception {
    Skipped one = skipped(1, "2026-11-27T01:30:00Z", "2026-11-27T01:30:00Z");
    String before = "2026-11-27T01:29:59Z";
    String began = "2026-11-27T01:30:02Z";

    assertThat(due(nightly(MissedRunPolicy.SKIP, EVER, 1), before, began, began))
        .isEqualTo(runs(one));
    assertThat(due(nightly(MissedRunPolicy.ONCE, Duration.ofSeconds(1), 1), before, began, began))
        .isEqualTo(runs(one));
    assertThat(due(nightly(MissedRunPolicy.ONCE, Duration.ofSeconds(3), 1), before, began, began))
        .isEqualTo(runs(null, "2026-11-27T01:30:00Z"));
    assertThat(due(nightly(MissedRunPolicy.ALL, EVER, 1), before, began, began))
        .isEqualTo(runs(null, "2026-11-27T01:30:00Z"));
  }

  @Test
  void whatIsPlannedAfterTheClockWasSetBackBeforeTheStartIsNotMissed() throws Exception {
    assertThat(
            due(
                nightly(MissedRunPolicy.SKIP, EVER, 1),
                "2026-11-27T01:20:00Z",
                "2026-11-27T01:40:00Z",
                "2026-11-27T01:30:01Z"))
        .isEqualTo(runs(null, "2026-11-27T01:30:00Z"));
  }

  @Test
  void nothingIsDueBetweenTwoRunsOrWhenTheClockGoesBack() throws Exception {
    Timetable nightly = nightly(MissedRunPolicy.ALL, EVER, 5);

    assertThat(due(nightly, "2026-11-27T01:30:00Z", "2026-11-28T01:29:59Z")).isEqualTo(runs(null));
    assertThat(due(nightly, "2026-11-27T01:30:00Z", "2026-11-20T01:30:00Z")).isEqualTo(runs(null));
  }

  @Test
  void onceMakesUpForAllWithTheNewest() throws Exception {
    assertThat(
            due(
                nightly(MissedRunPolicy.ONCE, Duration.ofHours(24), 1),
                "2026-11-20T12:00:00Z",
                "2026-11-27T08:00:00Z"))
        .isEqualTo(
            runs(
                skipped(6, "2026-11-21T01:30:00Z", "2026-11-26T01:30:00Z"),
                "2026-11-27T01:30:00Z"));
  }

  @Test
  void whatIsTooLateIsNotMadeUpFor() throws Exception {
    assertThat(
            due(
                nightly(MissedRunPolicy.ONCE, Duration.ofHours(6), 1),
                "2026-11-25T12:00:00Z",
                "2026-11-27T08:00:00Z"))
        .isEqualTo(runs(skipped(2, "2026-11-26T01:30:00Z", "2026-11-27T01:30:00Z")));
  }

  @Test
  void aRunOfThisMinuteMakesUpForThoseBefore() throws Exception {
    assertThat(
            due(
                nightly(MissedRunPolicy.ONCE, EVER, 1),
                "2026-11-25T12:00:00Z",
                "2026-11-27T01:30:20Z"))
        .isEqualTo(
            runs(
                skipped(1, "2026-11-26T01:30:00Z", "2026-11-26T01:30:00Z"),
                "2026-11-27T01:30:00Z"));
  }

  @Test
  void allMakesUpForTheNewestUpToTheNumber() throws Exception {
    assertThat(
            due(
                nightly(MissedRunPolicy.ALL, EVER, 2),
                "2026-11-22T12:00:00Z",
                "2026-11-27T08:00:00Z"))
        .isEqualTo(
            runs(
                skipped(3, "2026-11-23T01:30:00Z", "2026-11-25T01:30:00Z"),
                "2026-11-26T01:30:00Z",
                "2026-11-27T01:30:00Z"));
  }

  @Test
  void skipMakesUpForNothing() throws Exception {
    assertThat(
            due(
                nightly(MissedRunPolicy.SKIP, EVER, 1),
                "2026-11-25T12:00:00Z",
                "2026-11-27T08:00:00Z"))
        .isEqualTo(runs(skipped(2, "2026-11-26T01:30:00Z", "2026-11-27T01:30:00Z")));
  }

  /** 19,000,000 minutes each time: walked, this would not end in time. */
  @Timeout(60)
  @Test
  void yearsOfMinutesAreNotWalked() throws Exception {
    Timetable minutes = of("* * * * *", MissedRunPolicy.ALL, EVER, 3);

    for (int i = 0; i < 100; i++) {
      Due due = due(minutes, "1990-01-01T00:00:00Z", "2026-11-27T08:00:30Z");
      assertThat(due.runs()).hasSize(1 + 3);
      assertThat(due.skipped())
          .isEqualTo(skipped(Due.MOST_COUNTED, "1990-01-01T00:01:00Z", "2026-11-27T07:56:00Z"));
    }
  }

  @Test
  void nothingIsPlannedOutsideItsBounds() throws Exception {
    Timetable december =
        new Timetable(
            CronTrigger.of("0 0 * * *"),
            BERLIN,
            Instant.parse("2026-11-30T23:00:00Z"),
            Instant.parse("2026-12-01T23:00:00Z"),
            MissedRunPolicy.ALL,
            EVER,
            100);

    assertThat(due(december, "2026-11-01T00:00:00Z", "2027-01-31T00:00:00Z").runs())
        .extracting(run -> run.instant().toString())
        .containsExactly("2026-11-30T23:00:00Z", "2026-12-01T23:00:00Z");
  }
}
