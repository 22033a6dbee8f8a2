package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Program;
import dev.bide.job.Status;
import dev.bide.job.Terms;
import dev.bide.schedule.CronTrigger;
import dev.bide.schedule.InstantsTrigger;
import dev.bide.schedule.IntervalTrigger;
import dev.bide.schedule.InvalidTrigger;
import dev.bide.schedule.MissedRunPolicy;
import dev.bide.schedule.OverlapPolicy;
import dev.bide.schedule.PlannedRun;
import dev.bide.schedule.PlannedRun.Decision;
import dev.bide.schedule.Schedule;
import dev.bide.schedule.Timetable;
import dev.bide.schedule.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules, what was decided about their runs, and the terms of jobs. */
abstract class SchedulesContract extends ListsContract {
  private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/bin", "EMPTY", "");

  private static final Instant UNEVEN = Instant.parse("2026-11-24T12:00:00.123456789Z");

  private static final Schedule PLAIN = schedule("nightly", "cron 0 2 * * *");

  private static Schedule schedule(String name, String trigger) {
    return schedule(name, trigger, MissedRunPolicy.ONCE, OverlapPolicy.SKIP);
  }

  private static Schedule schedule(
      String name, String trigger, MissedRunPolicy missed, OverlapPolicy overlap) {
    try {
      return new Schedule(
          name,
          spec("backup", "--all").with(ENVIRONMENT),
          new Timetable(
              Trigger.parse(trigger),
              ZoneId.of("Europe/Berlin"),
              null,
              null,
              missed,
              Duration.ofDays(1),
              1),
          overlap,
          Duration.ZERO,
          0,
          NOON,
          Schedule.Standing.from(NOON));
    } catch (InvalidTrigger e) {
      throw new AssertionError(e);
    }
  }

  private void save(Schedule schedule) {
    write(
        t -> {
          t.save(schedule);
          return true;
        });
  }

  private Optional<Schedule> saved(String name) {
    return store.read(s -> s.schedule(name));
  }

  private static Schedule withoutEnvironment(Schedule schedule) {
    return new Schedule(
        schedule.name(),
        schedule.template().with(Map.of()),
        schedule.timetable(),
        schedule.overlap(),
        schedule.jitter(),
        schedule.pauseAfter(),
        schedule.createdAt(),
        schedule.standing());
  }

  private static PlannedRun run(String key, Instant instant, Decision decision) {
    return run(PLAIN.name(), key, instant, decision);
  }

  private static PlannedRun run(String schedule, String key, Instant instant, Decision decision) {
    return new PlannedRun(schedule, key, instant, decision, null, "a note", NOON.plusSeconds(1));
  }

  private boolean plan(PlannedRun run) {
    return write(t -> t.plan(run));
  }

  private List<PlannedRun> planned(int limit) {
    return store.read(s -> s.plannedRuns(PLAIN.name(), limit));
  }

  private List<String> keys(int limit) {
    return planned(limit).stream().map(PlannedRun::key).toList();
  }

  // --- schedules

  @Test
  void thereAreNoSchedulesAtFirst() {
    store.read(
        snapshot -> {
          assertThat(snapshot.schedules()).isEmpty();
          assertThat(snapshot.schedule("nightly")).isEmpty();
          assertThat(snapshot.plannedRuns("nightly", 10)).isEmpty();
          assertThat(snapshot.waitingRuns()).isEmpty();
          return true;
        });
  }

  @Test
  void aScheduleIsReadBackWholeInstantsToTheMillisecond() {
    Schedule schedule =
        new Schedule(
            "nächtlich-1.b_2",
            new JobSpec(
                    new Program.Argv(List.of("python3", "", "a b", "--x=\n\"'")),
                    "/home/ada/exp 7",
                    "night run",
                    "gpu",
                    ENVIRONMENT,
                    0027)
                .on(new Terms(NOON, "other", NOON)),
            new Timetable(
                new IntervalTrigger(UNEVEN, Duration.ofSeconds(90, 1_500_000)),
                ZoneId.of("America/St_Johns"),
                UNEVEN,
                UNEVEN.plusSeconds(86_400),
                MissedRunPolicy.ALL,
                Duration.ofSeconds(7, 8_900_000),
                12),
            OverlapPolicy.CANCEL_OLD,
            Duration.ofSeconds(59, 999_999_999),
            1_000,
            UNEVEN,
            new Schedule.Standing(UNEVEN.plusSeconds(5), true, "3 failed in a row", 3));
    save(schedule);
    reopen();

    Schedule read = saved(schedule.name()).orElseThrow();
    assertThat(read).isEqualTo(schedule);
    assertThat(read.template().terms()).isEqualTo(Terms.NONE);
    assertThat(read.createdAt()).isEqualTo(NOON);
    assertThat(read.timetable().start()).isEqualTo(NOON);
    assertThat(read.timetable().end()).isEqualTo(NOON.plusSeconds(86_400));
    assertThat(read.timetable().longestDelay()).isEqualTo(Duration.ofMillis(7_008));
    assertThat(read.jitter()).isEqualTo(Duration.ofMillis(59_999));
    assertThat(read.standing().decided()).isEqualTo(NOON.plusSeconds(5));
  }

  @Test
  void aTemplateCanBeALineForTheShellWithoutALabelOrAnEnvironment() {
    Schedule schedule =
        new Schedule(
            "line",
            new JobSpec(
                new Program.ShellLine("make 2>&1 | tee 'a b'\n"), "/", null, "q", Map.of(), 0),
            PLAIN.timetable(),
            OverlapPolicy.QUEUE,
            Duration.ZERO,
            0,
            NOON,
            Schedule.Standing.from(NOON));
    save(schedule);
    reopen();

    assertThat(saved("line")).contains(schedule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cron 30 2 L-3 jan-mar,dec *",
        "cron @daily",
        "every PT1S 2026-11-24T12:00:00.123Z",
        "every PT87672H 1970-01-01T00:00:00Z",
        "at 2026-11-24T12:00:00.123Z",
        "at 2026-11-24T12:00:00Z 2027-01-01T00:00:00.001Z"
      })
  void eachKindOfTriggerIsReadBack(String trigger) {
    Schedule schedule = schedule("some", trigger);
    save(schedule);
    reopen();

    assertThat(saved("some")).contains(schedule);
    assertThat(saved("some").orElseThrow().timetable().trigger())
        .isInstanceOfAny(CronTrigger.class, IntervalTrigger.class, InstantsTrigger.class)
        .extracting(Trigger::text)
        .isEqualTo(trigger);
  }

  @ParameterizedTest
  @EnumSource
  void eachPolicyForMissedRunsIsReadBack(MissedRunPolicy policy) {
    Schedule schedule = schedule("some", "cron 0 2 * * *", policy, OverlapPolicy.SKIP);
    save(schedule);
    reopen();

    assertThat(saved("some")).contains(schedule);
  }

  @ParameterizedTest
  @EnumSource
  void eachPolicyForOverlapsIsReadBack(OverlapPolicy policy) {
    Schedule schedule = schedule("some", "cron 0 2 * * *", MissedRunPolicy.ONCE, policy);
    save(schedule);
    reopen();

    assertThat(saved("some")).contains(schedule);
  }

  @Test
  void schedulesAreListedByNameWithoutTheirEnvironments() {
    Schedule b = schedule("b", "cron 0 2 * * *");
    Schedule a = schedule("a", "cron 0 3 * * *");
    Schedule c = schedule("C", "cron 0 4 * * *");
    save(b);
    save(a);
    save(c);
    reopen();

    assertThat(store.read(Snapshot::schedules))
        .containsExactly(withoutEnvironment(c), withoutEnvironment(a), withoutEnvironment(b));
    assertThat(saved("a")).contains(a);
    assertThat(saved("A")).isEmpty();
  }

  @Test
  void savingAgainChangesAllButWhenItWasMade() {
    save(PLAIN);
    Schedule changed =
        new Schedule(
            PLAIN.name(),
            new JobSpec(
                new Program.ShellLine("true"), "/srv", "label", "gpu", Map.of("A", "1"), 0077),
            new Timetable(
                new IntervalTrigger(NOON, Duration.ofMinutes(5)),
                ZoneId.of("UTC"),
                NOON,
                NOON.plusSeconds(9),
                MissedRunPolicy.SKIP,
                Duration.ZERO,
                3),
            OverlapPolicy.ALLOW,
            Duration.ofMinutes(1),
            5,
            NOON.plusSeconds(77),
            new Schedule.Standing(NOON.plusSeconds(60), true, "why", 2));
    save(changed);
    reopen();

    Schedule expected =
        new Schedule(
            changed.name(),
            changed.template(),
            changed.timetable(),
            changed.overlap(),
            changed.jitter(),
            changed.pauseAfter(),
            NOON,
            changed.standing());
    assertThat(saved(PLAIN.name())).contains(expected);
    assertThat(store.read(Snapshot::schedules)).hasSize(1);
  }

  @Test
  void standingChangesHowFarItIsAndNothingElse() {
    save(PLAIN);
    Schedule other = schedule("other", "cron 0 2 * * *");
    save(other);
    Schedule.Standing standing =
        new Schedule.Standing(NOON.plusSeconds(3_600), true, "2 failed in a row", 2);

    assertThat(write(t -> t.stand(PLAIN.name(), standing))).isTrue();
    assertThat(write(t -> t.stand("none", standing))).isFalse();
    reopen();

    assertThat(saved(PLAIN.name())).contains(PLAIN.at(standing));
    assertThat(saved("other")).contains(other);
    assertThat(saved("none")).isEmpty();
  }

  @Test
  void removingForgetsItsRunsAndLeavesOthersAlone() {
    save(PLAIN);
    save(schedule("other", "cron 0 2 * * *"));
    plan(run("1", NOON, Decision.WAITING));
    plan(run("2", NOON, Decision.SKIPPED));
    plan(run("other", "1", NOON, Decision.WAITING));

    assertThat(write(t -> t.removeSchedule(PLAIN.name()))).isTrue();
    assertThat(write(t -> t.removeSchedule(PLAIN.name()))).isFalse();
    reopen();

    assertThat(saved(PLAIN.name())).isEmpty();
    assertThat(keys(10)).isEmpty();
    assertThat(store.read(Snapshot::waitingRuns))
        .containsExactly(run("other", "1", NOON, Decision.WAITING));
    save(PLAIN);
    assertThat(plan(run("1", NOON, Decision.WAITING))).as("the same name begins anew").isTrue();
  }

  @Test
  void anEnvironmentStaysAsLongAsAJobOrAScheduleHasIt() {
    save(PLAIN);
    Job job = insert(withEnvironment(ENVIRONMENT));
    write(t -> t.removeSchedule(PLAIN.name()));
    assertThat(environment(job.number())).isEqualTo(ENVIRONMENT);

    save(PLAIN);
    write(t -> t.end(job.number(), CANCELLED));
    write(t -> t.remove(job.number()));
    reopen();
    assertThat(saved(PLAIN.name())).contains(PLAIN);

    save(schedule("other", "cron 0 3 * * *"));
    write(t -> t.removeSchedule(PLAIN.name()));
    assertThat(saved("other").orElseThrow().template().environment()).isEqualTo(ENVIRONMENT);
    write(t -> t.removeSchedule("other"));
    Job next = insert(withEnvironment(ENVIRONMENT));
    assertThat(environment(next.number())).isEqualTo(ENVIRONMENT);
  }

  // --- planned runs

  @Test
  void theLatestRunOfEachScheduleIsTheFirstOfItsList() {
    save(PLAIN);
    save(schedule("other", "cron 0 3 * * *"));
    save(schedule("fresh", "cron 0 4 * * *"));
    plan(run("1", NOON, Decision.ADDED));
    plan(run("2", NOON.plusSeconds(60), Decision.SKIPPED));
    plan(run("3", NOON.plusSeconds(60), Decision.MISSED));
    plan(run("other", "1", NOON, Decision.WAITING));

    assertThat(store.read(Snapshot::latestRuns))
        .containsExactly(planned(1).get(0), run("other", "1", NOON, Decision.WAITING));
  }

  @Test
  void aRunIsPlannedOncePerKey() {
    save(PLAIN);
    save(schedule("other", "cron 0 2 * * *"));
    PlannedRun first = run("2026-11-24T02:00", UNEVEN, Decision.WAITING);

    assertThat(plan(first)).isTrue();
    assertThat(plan(first)).isFalse();
    assertThat(plan(run("2026-11-24T02:00", NOON.plusSeconds(9), Decision.SKIPPED))).isFalse();
    assertThat(plan(run("other", "2026-11-24T02:00", NOON, Decision.SKIPPED))).isTrue();
    reopen();

    assertThat(plan(first)).isFalse();
    assertThat(planned(10)).containsExactly(run("2026-11-24T02:00", NOON, Decision.WAITING));
  }

  @Test
  void aRunIsDecidedOnlyWhileItWaits() {
    save(PLAIN);
    PlannedRun waits = run("1", NOON, Decision.WAITING);
    plan(waits);
    plan(run("2", NOON, Decision.MISSED));
    PlannedRun added = waits.decided(Decision.ADDED, 17L, null, NOON.plusSeconds(8));

    assertThat(write(t -> t.decide(run("3", NOON, Decision.ADDED)))).isFalse();
    assertThat(write(t -> t.decide(run("2", NOON, Decision.ADDED)))).isFalse();
    assertThat(write(t -> t.decide(added))).isTrue();
    assertThat(write(t -> t.decide(waits.decided(Decision.SKIPPED, null, "no", NOON)))).isFalse();
    reopen();

    assertThat(planned(10)).containsExactly(run("2", NOON, Decision.MISSED), added);
    assertThat(store.read(Snapshot::waitingRuns)).isEmpty();
  }

  @Test
  void plannedRunsAreNewestFirstAndNoMoreThanAskedFor() {
    save(PLAIN);
    plan(run("b", NOON, Decision.SKIPPED));
    plan(run("d", NOON.plusSeconds(1), Decision.WAITING));
    plan(run("a", NOON, Decision.MISSED));
    plan(run("c", NOON.minusSeconds(1), Decision.SKIPPED));

    assertThat(keys(10)).containsExactly("d", "b", "a", "c");
    assertThat(keys(2)).containsExactly("d", "b");
  }

  @Test
  void waitingRunsOfAllSchedulesAreOldestFirst() {
    save(PLAIN);
    save(schedule("a", "cron 0 2 * * *"));
    PlannedRun late = run("1", NOON.plusSeconds(9), Decision.WAITING);
    PlannedRun early = run("2", NOON, Decision.WAITING);
    PlannedRun between = run("a", "3", NOON.plusSeconds(1), Decision.WAITING);
    PlannedRun same = run("a", "2", NOON, Decision.WAITING);
    plan(late);
    plan(early);
    plan(run("3", NOON, Decision.SKIPPED));
    plan(between);
    plan(same);
    reopen();

    assertThat(store.read(Snapshot::waitingRuns)).containsExactly(same, early, between, late);
  }

  @Test
  void oldRunsAreForgottenWhileThoseThatWaitStay() {
    save(PLAIN);
    PlannedRun waits = run("waits", NOON.minusSeconds(2), Decision.WAITING);
    plan(waits);
    plan(run("old", NOON.minusSeconds(1), Decision.SKIPPED));
    List<String> newest = new ArrayList<>();
    write(
        t -> {
          for (int i = 0; i < ScheduleTransaction.REMEMBERED + 5; i++) {
            newest.add(0, "" + i);
            t.plan(run("" + i, NOON.plusSeconds(i), Decision.MISSED));
          }
          return true;
        });

    List<String> kept = keys(5_000);
    assertThat(kept)
        .startsWith(newest.subList(0, ScheduleTransaction.REMEMBERED).toArray(String[]::new))
        .doesNotContain("old")
        .contains("waits");
    assertThat(kept.size()).isLessThan(ScheduleTransaction.REMEMBERED + 5);
    assertThat(store.read(Snapshot::waitingRuns)).containsExactly(waits);
  }

  // --- terms

  @Test
  void aJobWithTermsIsReadBackAndWaitsForItsInstant() {
    Job job =
        insert(
            spec("true").on(new Terms(UNEVEN.plusSeconds(60), "nightly", UNEVEN.minusSeconds(5))));
    reopen();

    assertThat(job(job.number())).isEqualTo(job);
    assertThat(job.terms())
        .isEqualTo(new Terms(NOON.plusSeconds(60), "nightly", NOON.minusSeconds(5)));
    assertThat(job.status()).isEqualTo(new Status.Pending(NOON.plusSeconds(60), null, null));
    assertThat(store.read(Snapshot::unfinished)).containsExactly(job);
  }

  @Test
  void aJobWhoseInstantIsNotLaterThanItsAcceptanceWaitsForNothing() {
    for (Instant begin : List.of(NOON, NOON.minusMillis(1), UNEVEN)) {
      Job job =
          store.write(
              t -> t.insert(spec("true").on(Terms.beginAt(begin)), UUID.randomUUID(), UNEVEN));

      assertThat(job(job.number())).isEqualTo(job);
      assertThat(job.status()).isEqualTo(Status.Pending.READY);
      assertThat(job.terms().schedule()).isNull();
    }
  }
}
