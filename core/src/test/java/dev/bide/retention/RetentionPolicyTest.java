package dev.bide.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.State;
import dev.bide.retention.RetentionPolicy.Leaving;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetentionPolicyTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final long DISK = 1_000_000;

  private final List<Candidate> jobs = new ArrayList<>();
  private final List<Tally> pinned = new ArrayList<>();
  private long last;

  private void job(String queue, State state, int daysAgo, long logBytes) {
    jobs.add(new Candidate(++last, queue, state, NOW.minus(Duration.ofDays(daysAgo)), logBytes));
  }

  private void job(State state, int daysAgo, long logBytes) {
    job("default", state, daysAgo, logBytes);
  }

  private List<Leaving> decide(Keep keep, int most) {
    List<Tally> tallies = new ArrayList<>(pinned);
    jobs.forEach(
        job -> tallies.add(new Tally(job.queue(), job.state(), new Held(1, job.logBytes()))));
    return RetentionPolicy.decide(NOW, keep, DISK, tallies, jobs, most);
  }

  private List<Long> go(Keep keep) {
    return decide(keep, 200).stream().map(leaving -> leaving.job().number()).toList();
  }

  private static Keep all(Limits limits) {
    return new Keep(limits, Map.of(), Keep.DEFAULT_LONGEST_LOG);
  }

  private static Limits count(long count) {
    return new Limits(null, Map.of(), count, null);
  }

  private static Limits logs(long bytes) {
    return new Limits(null, Map.of(), null, LogLimit.bytes(bytes));
  }

  @Test
  void withoutSettingsJobsGoAfterNinetyDays() {
    job(State.COMPLETED, 91, 0);
    job(State.FAILED, 91, 0);
    job(State.COMPLETED, 89, 0);
    assertThat(go(Keep.DEFAULT)).containsExactly(1L, 2L);
  }

  @Test
  void withoutSettingsLogsTakeATenthOfTheFileSystem() {
    job(State.COMPLETED, 3, 40_000);
    job(State.COMPLETED, 2, 40_000);
    job(State.COMPLETED, 1, 40_000);
    assertThat(decide(Keep.DEFAULT, 200)).containsExactly(new Leaving(jobs.get(0), Cause.LOGS));
  }

  @Test
  void jobsThatFailedGoLastWhenThereAreTooMany() {
    job(State.FAILED, 50, 0);
    job(State.TIMEOUT, 40, 0);
    job(State.COMPLETED, 2, 0);
    job(State.CANCELLED, 3, 0);
    assertThat(go(all(count(3)))).containsExactly(4L);
    assertThat(go(all(count(2)))).containsExactly(4L, 3L);
    assertThat(go(all(count(1)))).containsExactly(4L, 3L, 1L);
  }

  @Test
  void jobsThatWroteNothingDoNotGoForTheRoomOfLogs() {
    job(State.COMPLETED, 9, 0);
    job(State.FAILED, 9, 500);
    job(State.COMPLETED, 8, 500);
    assertThat(go(all(logs(600)))).containsExactly(3L);
    assertThat(go(all(logs(0)))).containsExactly(3L, 2L);
  }

  @Test
  void whatIsPinnedCountsButDoesNotGo() {
    pinned.add(new Tally("default", State.COMPLETED, new Held(2, 1_000)));
    job(State.COMPLETED, 1, 100);
    assertThat(go(all(count(3)))).isEmpty();
    assertThat(go(all(count(2)))).containsExactly(1L);
    assertThat(go(all(logs(1_050)))).containsExactly(1L);
  }

  @Test
  void aStateHasAnAgeOfItsOwn() {
    job(State.COMPLETED, 10, 0);
    job(State.FAILED, 10, 0);
    job(State.LOST, 400, 0);
    Limits limits =
        new Limits(
            Duration.ofDays(7),
            Map.of(State.FAILED, Duration.ofDays(30), State.LOST, Limits.FOREVER),
            null,
            null);
    assertThat(go(all(limits))).containsExactly(1L);
  }

  @Test
  void whatAQueueSaysOfItselfWins() {
    job("nightly", State.FAILED, 10, 0);
    job("default", State.FAILED, 10, 0);
    job("kept", State.FAILED, 400, 0);
    Keep keep =
        new Keep(
            new Limits(null, Map.of(State.FAILED, Duration.ofDays(30)), null, null),
            Map.of(
                "nightly", new Limits(Duration.ofDays(7), Map.of(), null, null),
                "kept", new Limits(Limits.FOREVER, Map.of(), null, null)),
            Keep.DEFAULT_LONGEST_LOG);
    assertThat(go(keep)).containsExactly(1L);
  }

  @Test
  void aQueueHasACountAndRoomOfItsOwn() {
    job("nightly", State.COMPLETED, 5, 300);
    job("default", State.COMPLETED, 9, 300);
    job("nightly", State.COMPLETED, 4, 300);
    Keep few = new Keep(Limits.NONE, Map.of("nightly", count(1)), Keep.DEFAULT_LONGEST_LOG);
    assertThat(go(few)).containsExactly(1L);
    Keep small = new Keep(Limits.NONE, Map.of("nightly", logs(299)), Keep.DEFAULT_LONGEST_LOG);
    assertThat(go(small)).containsExactly(1L, 3L);
  }

  @Test
  void whatGoesForItsAgeIsNotCountedAgain() {
    job(State.COMPLETED, 100, 10);
    job(State.COMPLETED, 1, 10);
    job(State.COMPLETED, 2, 10);
    assertThat(go(all(count(2)))).containsExactly(1L);
  }

  @Test
  void noMoreGoAtOnceThanASlice() {
    for (int i = 0; i < 10; i++) {
      job(State.COMPLETED, 100 + i, 0);
    }
    assertThat(decide(Keep.DEFAULT, 3))
        .extracting(leaving -> leaving.job().number())
        .containsExactly(10L, 9L, 8L);
  }

  @Test
  void limitsOfLogsAreReadAndWritten() {
    assertThat(LogLimit.of("10%")).isEqualTo(LogLimit.percent(10));
    assertThat(LogLimit.of("2.5%")).isEqualTo(LogLimit.percent(2.5));
    assertThat(LogLimit.of("50MB")).isEqualTo(LogLimit.bytes(50_000_000));
    assertThat(LogLimit.of("20 gb")).isEqualTo(LogLimit.bytes(20_000_000_000L));
    assertThat(LogLimit.of("1.5TB")).isEqualTo(LogLimit.bytes(1_500_000_000_000L));
    assertThat(LogLimit.of("4096")).isEqualTo(LogLimit.bytes(4096));
    assertThat(LogLimit.of("none")).isEqualTo(LogLimit.NONE);
    for (String wrong : List.of("", "0%", "101%", "-1", "ten", "5 MiB", "1e9", "9999999999TB")) {
      assertThat(LogLimit.of(wrong)).as(wrong).isNull();
    }
    for (String text : List.of("10%", "2.5%", "50MB", "20GB", "1500kB", "4097", "none")) {
      assertThat(LogLimit.of(text)).isNotNull().extracting(LogLimit::text).isEqualTo(text);
    }
    assertThat(LogLimit.percent(10).bytesOf(2_000)).isEqualTo(200);
    assertThat(LogLimit.bytes(10).bytesOf(2_000)).isEqualTo(10);
  }
}
