package dev.bide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.retention.Cause;
import dev.bide.retention.Held;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.retention.LogLimit;
import dev.bide.retention.Older;
import dev.bide.retention.Swept;
import dev.bide.store.JobFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of old jobs, with real ones. */
@SuppressWarnings("NullAway.Init")
class RetentionTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final ShiftedClock clock = new ShiftedClock();
  private Bide bide;

  private void open(Keep keep) {
    bide = Bide.open(BideConfig.of(directory.resolve("home")).withKeep(keep).withClock(clock));
  }

  @AfterEach
  void close() throws Exception {
    try (Bide last = bide) {
      last.killRunning(Duration.ZERO);
    } finally {
      Leftovers.end(directory);
    }
  }

  private JobSpec sh(String line) {
    return new JobSpec(
        new Program.Argv(List.of("/bin/sh", "-c", line)),
        directory.toString(),
        null,
        "default",
        Map.of("PATH", "/usr/bin:/bin"),
        0022);
  }

  private Job run(String line) throws Exception {
    return bide.await(bide.submit(sh(line)).get().number(), LONG);
  }

  private List<Long> numbers() {
    List<Long> numbers = new ArrayList<>();
    bide.forEach(JobFilter.ALL, job -> numbers.add(job.number()));
    return numbers;
  }

  private static Keep logs(String limit) {
    return new Keep(
        new Limits(null, Map.of(), null, LogLimit.of(limit)), Map.of(), Keep.LEAST_LONGEST_LOG);
  }

  /** So that a day later is not taken for a clock that was set. */
  private void laterBy(Duration time) {
    bide.close();
    clock.shift = clock.shift.plus(time);
    open(Keep.DEFAULT);
  }

  @Test
  void oldJobsGoWithTheirFilesAndPinnedOnesAndWaitingOnesStay() throws Exception {
    open(Keep.DEFAULT);
    Job old = run("echo old");
    Job pinned = run("echo pinned");
    assertThat(bide.pin(pinned.number(), true).get().pinned()).isTrue();
    var unused = bide.change("default", null, true).get();
    Job waits = bide.submit(sh("echo waits")).get();
    laterBy(Duration.ofDays(91));

    assertThat(bide.retention().sweep()).isEqualTo(new Held(1, 4));
    assertThat(numbers()).containsExactly(pinned.number(), waits.number());
    Awaitility.await()
        .untilAsserted(() -> assertThat(bide.directory(old, 1).getParent()).doesNotExist());
    assertThat(bide.logFile(pinned, 1)).hasContent("pinned");
    var report = bide.retention().report();
    assertThat(report.swept().removed()).isEqualTo(new Held(1, 4));
    assertThat(report.swept().causes()).isEqualTo(Map.of(Cause.AGE, new Held(1, 4)));
    assertThat(report.swept().lastAt()).isNotNull();
    assertThat(bide.retention().lastSweep()).isNotNull();
    assertThat(report.pinned()).isEqualTo(new Held(1, 7));

    assertThat(bide.pin(pinned.number(), false).get().pinned()).isFalse();
    assertThat(bide.retention().sweep()).isEqualTo(new Held(1, 7));
    assertThat(numbers()).containsExactly(waits.number());
  }

  @Test
  void jobsGoUntilTheirLogsFitAndThoseThatFailedGoLast() throws Exception {
    open(logs("2500"));
    String thousand = "head -c 1000 /dev/zero";
    Job failed = run(thousand + "; exit 3");
    run(thousand);
    Job second = run(thousand);
    Job silent = run("true");
    bide.retention().sweep(); // unless the one that comes by itself was faster
    assertThat(bide.retention().report().swept().removed()).isEqualTo(new Held(1, 1_000));
    assertThat(bide.retention().report().swept().causes())
        .isEqualTo(Map.of(Cause.LOGS, new Held(1, 1_000)));
    assertThat(numbers()).containsExactly(failed.number(), second.number(), silent.number());
    assertThat(bide.retention().sweep()).isEqualTo(Held.NOTHING);
  }

  @Test
  void aRunningJobIsNeverTouchedHoweverMuchItWrites() throws Exception {
    open(logs("1000"));
    Path ready = directory.resolve("ready");
    Job running =
        bide.submit(sh("head -c 3000000 /dev/zero; touch " + ready + "; exec sleep 600")).get();
    Awaitility.await().until(() -> Files.exists(ready));
    assertThat(bide.retention().sweep()).isEqualTo(Held.NOTHING);
    assertThat(bide.logFile(running, 1)).hasSize(3_000_000);
  }

  @Test
  void aLogThatIsTooLongIsCutOnceItsJobHasEnded() throws Exception {
    open(logs("none"));
    Job job = run("echo first; head -c 3000000 /dev/zero; echo; echo last");
    assertThat(bide.retention().sweep()).isEqualTo(Held.NOTHING);
    long size = Files.size(bide.logFile(job, 1));
    assertThat(size).isLessThanOrEqualTo(1_000_000);
    assertThat(Files.readString(bide.logFile(job, 1))).startsWith("first\n").endsWith("\nlast\n");
    assertThat(bide.attempts(job.number()).get(0).logCut()).isEqualTo(3_000_012 - size);
    Status.Ended ended = (Status.Ended) bide.find(job.number()).status();
    assertThat(ended.ending().logSize()).isEqualTo(size);
    assertThat(bide.retention().report().ended()).isEqualTo(new Held(1, size));
    assertThat(bide.retention().report().swept().cut()).isEqualTo(1);

    bide.retention().sweep();
    assertThat(bide.retention().report().swept().cut()).isEqualTo(1);
  }

  @Test
  void whatIsOlderIsCountedAndRemovedWhenAPersonAsks() throws Exception {
    open(Keep.DEFAULT);
    Job good = run("echo good");
    Job bad = run("echo bad; exit 1");
    Instant now = Instant.now().plusSeconds(1);
    assertThat(bide.retention().count(new Older(now, Set.of(), null))).isEqualTo(new Held(2, 9));
    assertThat(bide.retention().count(new Older(now, Set.of(), "other"))).isEqualTo(Held.NOTHING);
    assertThat(bide.retention().count(new Older(Instant.EPOCH, Set.of(), null)))
        .isEqualTo(Held.NOTHING);
    assertThat(bide.retention().report(List.of(now, Instant.EPOCH)).older())
        .containsExactly(new Held(2, 9), Held.NOTHING);
    bide.pin(good.number(), true).get();
    Instant between = ((Status.Ended) bide.find(bad.number()).status()).ending().at();
    var report = bide.retention().report(List.of(now, between, Instant.EPOCH));
    assertThat(report.older()).containsExactly(new Held(1, 4), Held.NOTHING, Held.NOTHING);
    assertThat(report.pinned()).isEqualTo(new Held(1, 5));
    bide.pin(good.number(), false).get();
    Older failures = new Older(now, Set.of(State.FAILED), "default");
    assertThat(bide.retention().removeSome(failures).get()).isEqualTo(new Held(1, 4));
    assertThat(bide.retention().removeSome(failures).get()).isEqualTo(Held.NOTHING);
    assertThat(numbers()).containsExactly(good.number()).doesNotContain(bad.number());
    Swept swept = bide.retention().report().swept();
    assertThat(swept.removed()).isEqualTo(Held.NOTHING);
    assertThat(swept.lastAt()).isNull();
    assertThat(swept.by(Cause.HAND)).isEqualTo(new Held(1, 4));
    assertThat(bide.remove(good.number()).get()).isTrue();
    assertThat(bide.retention().report().swept().causes())
        .isEqualTo(Map.of(Cause.HAND, new Held(2, 9)));
  }

  @Test
  void nothingOldIsRemovedWhileTheClockIsWrong() throws Exception {
    open(Keep.DEFAULT);
    Job job = run("echo old");
    clock.shift = Duration.ofDays(365);
    assertThat(bide.retention().sweep()).isEqualTo(Held.NOTHING);
    assertThat(bide.health().clock()).contains("set forward by 365 days");
    clock.shift = Duration.ZERO;
    assertThat(bide.health().clock()).isNull();
    assertThat(numbers()).containsExactly(job.number());
  }

  @Test
  void aPinStaysOverARetry() throws Exception {
    open(Keep.DEFAULT);
    Job job = run("echo once");
    var unused = bide.pin(job.number(), true).get();
    assertThat(bide.retry(job.number()).get().pinned()).isTrue();
    assertThat(bide.await(job.number(), LONG).pinned()).isTrue();
    assertThat(bide.retention().report().ended()).isEqualTo(new Held(1, 10));
  }

  private static final class ShiftedClock extends Clock {
    volatile Duration shift = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(shift);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
