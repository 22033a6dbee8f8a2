package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import dev.bide.cli.Bed.Said;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Begin times and schedules, as people and scripts type them. */
class ScheduleVerbTest {
  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  @BeforeEach
  void open() throws Exception {
    bed = Bed.open();
    bed.variables().put("NO_COLOR", "1");
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  private Fields shown(String number) throws Json.Malformed {
    return Fields.of(
        Json.read(
            bed.type("show", number, "-o", "json")
                .out()
                .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void a_job_that_begins_later_waits_and_says_when_with_its_zone() throws Exception {
    Instant before = Instant.now();
    Said added = bed.atTerminal("", "add", "--in", "1d12h30m", "true");
    // which is true for half an hour
    assertThat(added.out()).matches("1  starts \\w{3} \\d+ \\w{3} .*, in 1 d 12 h\n");
    Fields job = shown("1");
    assertThat(job.text("state")).isEqualTo("PENDING");
    assertThat(job.text("reason")).isEqualTo("BEGIN_TIME");
    assertThat(job.neededInstant("beginAt"))
        .isBetween(before.plusSeconds(131_399), Instant.now().plusSeconds(131_400));
    assertThat(bed.atTerminal("", "ls").out()).contains("scheduled");
    assertThat(bed.type("add", "--at", "2999-12-01T09:00+01:00", "true").line()).isEqualTo("2");
    assertThat(shown("2").text("beginAt")).isEqualTo("2999-12-01T08:00:00.000Z");
    assertThat(bed.type("add", "--in", "0", "true").line()).isEqualTo("3");
    assertThat(bed.type("wait", "3").code()).isZero();
  }

  @Test
  void a_begin_time_that_is_no_time_is_refused_with_the_forms_and_nothing_is_added() {
    for (List<String> words :
        List.of(
            List.of("--at", "3"),
            List.of("--at", "tomorrow"),
            List.of("--at", "yesterday 18:00"),
            List.of("--at", "25:00"),
            List.of("--at", "2020-01-01T00:00"),
            List.of("--in", "2 fortnights"),
            List.of("--in", "3654d"),
            List.of("--in", "1h", "--at", "18:00"))) {
      Said said =
          bed.type(
              java.util.stream.Stream.of(List.of("add"), words, List.of("true"))
                  .flatMap(List::stream)
                  .toArray(String[]::new));
      assertThat(said.code()).as(words.toString()).isEqualTo(2);
      assertThat(said.err()).as(words.toString()).startsWith("bide: --").hasLineCount(1);
    }
    assertThat(bed.type("ls", "-a").out()).isEmpty();
  }

  @Test
  void a_schedule_is_added_listed_changed_and_removed() {
    assertThat(
            bed.type(
                "schedule",
                "add",
                "nightly",
                "--cron",
                "30 2 * * 1-5",
                "--tz",
                "Europe/Berlin",
                "--",
                "echo",
                "-n",
                "5"))
        .isEqualTo(new Said(0, "nightly\n", ""));
    assertThat(bed.type("schedule", "ls").out())
        .matches(
            "nightly\t30 2 \\* \\* 1-5\tEurope/Berlin\t\\S+T0[01]:30:00.000Z\tactive\techo -n 5\n");
    assertThat(bed.atTerminal("", "schedule", "edit", "nightly", "--cron", "0 3 * * *").out())
        .matches("nightly  next .* 03:00 Europe/Berlin, in .*\n");
    assertThat(bed.atTerminal("", "schedule", "pause", "nightly").out())
        .isEqualTo("nightly  paused\n");
    assertThat(bed.type("schedule").out()).contains("\tpaused\t");
    assertThat(bed.type("schedule", "resume", "nightly").out()).isEqualTo("nightly\n");
    String number = bed.type("schedule", "run", "nightly").line();
    assertThat(bed.type("wait", number).code()).isZero();
    assertThat(bed.type("show", number).out()).contains("schedule: nightly\n");
    assertThat(bed.atTerminal("", "schedule", "show", "nightly").out())
        .startsWith("schedule nightly  next ")
        .contains("  missed      once, at most 1 d late\n", "job 1  asked for by hand");
    assertThat(bed.type("schedule", "rm", "nightly").out()).isEqualTo("nightly\n");
    assertThat(bed.type("schedule", "show", "nightly"))
        .isEqualTo(new Said(1, "", "bide: no schedule nightly: there are none\n"));
    assertThat(bed.type("show", number).code()).isZero();
  }

  @Test
  void named_times_are_read_in_the_zone_of_the_schedule() {
    assertThat(
            bed.type(
                "schedule",
                "add",
                "release",
                "--at",
                "2999-07-01 09:00",
                "--at",
                "2999-12-01 09:00",
                "--tz",
                "Europe/Berlin",
                "--",
                "true"))
        .isEqualTo(new Said(0, "release\n", ""));
    assertThat(bed.type("schedule", "next", "release").out())
        .isEqualTo(
            "2999-07-01T07:00:00.000Z\t2999-07-01T09:00:00+02:00\t\n"
                + "2999-12-01T08:00:00.000Z\t2999-12-01T09:00:00+01:00\t\n");
    assertThat(bed.type("schedule", "edit", "release", "--at", "2999-08-01T09:00Z", "--", "false"))
        .isEqualTo(new Said(0, "release\n", ""));
    assertThat(bed.type("schedule", "next", "release").out()).startsWith("2999-08-01T09:00");
    assertThat(bed.type("schedule", "edit", "release", "--at", "2999-08-01 09:00"))
        .isEqualTo(new Said(0, "release\n", ""));
    assertThat(bed.type("schedule", "next", "release").out()).startsWith("2999-08-01T07:00");
  }

  @Test
  void a_bound_that_was_set_can_be_taken_away() {
    bed.type("schedule", "add", "a", "--cron", "0 3 * * *", "--tz", "Asia/Tokyo", "--", "true");
    assertThat(bed.type("schedule", "edit", "a", "--start", "2998-01-02", "--end", "2999-01-02"))
        .isEqualTo(new Said(0, "a\n", ""));
    assertThat(bed.type("schedule", "show", "a", "-o", "json").out())
        .contains("\"start\":\"2998-01-01T15:00:00.000Z\"")
        .contains("\"end\":\"2999-01-02T14:59:59.999Z\"");
    assertThat(bed.type("schedule", "edit", "a", "--start", "none", "--end", "none"))
        .isEqualTo(new Said(0, "a\n", ""));
    assertThat(bed.type("schedule", "show", "a", "-o", "json").out())
        .contains("\"start\":null")
        .contains("\"end\":null");
    assertThat(
            bed.type("schedule", "add", "b", "--cron", "0 3 * * *", "--end", "none", "--", "true")
                .err())
        .contains("--end: \"none\" is not understood as a time");
    assertThat(bed.type("schedule", "--help").out())
        .contains("nothing before it; edit: none takes it away")
        .contains("nothing after it; edit: none takes it away");
  }

  @Test
  void a_start_that_the_clocks_leave_out_is_the_end_of_the_gap() {
    bed.type(
        "schedule",
        "add",
        "n",
        "--every",
        "1h",
        "--first",
        "2999-04-01",
        "--start",
        "2999-03-31 02:30",
        "--tz",
        "Europe/Berlin",
        "--",
        "true");
    assertThat(bed.type("schedule", "show", "n").out()).contains("start: 2999-03-31T01:00:00.000Z");
  }

  @Test
  void what_follows_shows_both_changes_of_the_clocks() {
    bed.type("schedule", "add", "n", "--cron", "30 2 * * *", "--tz", "Europe/Berlin", "--", "true");
    assertThat(bed.type("schedule", "next", "n", "-n", "2", "--from", "2999-03-30T12:00Z").out())
        .isEqualTo(
            "2999-03-31T01:00:00.000Z\t2999-03-31T03:00:00+02:00\tgap\n"
                + "2999-04-01T00:30:00.000Z\t2999-04-01T02:30:00+02:00\t\n");
    assertThat(
            bed.type("schedule", "next", "n", "-n", "1", "--from", "2999-10-27", "-o", "json")
                .out())
        .isEqualTo(
            "[{\"instant\":\"2999-10-27T00:30:00.000Z\",\"local\":\"2999-10-27T02:30:00+02:00\","
                + "\"zone\":\"Europe/Berlin\",\"note\":\"overlap\"}]\n");
    assertThat(
            bed.atTerminal("", "schedule", "next", "n", "-n", "1", "--from", "2999-03-30T12:00Z")
                .out())
        .startsWith("Sun 31 Mar 2999 03:00 Europe/Berlin, in ")
        .endsWith("(the clocks go forward: at the end of the gap)\n");
  }

  @Test
  void what_is_asked_about_a_schedule_is_read_in_its_zone_wherever_that_is_asked() {
    bed.type("schedule", "add", "far", "--cron", "0 3 * * *", "--tz", "Pacific/Kiritimati", "true");
    assertThat(bed.type("schedule", "next", "far", "-n", "1", "--from", "2999-10-27").out())
        .contains("\t2999-10-27T03:00:00+14:00\t");
    for (int times = 1; times >= 0; times--) {
      assertThat(
              bed.type("schedule", "backfill", "far", "--from", "2026-01-01", "--to", "2026-01-01")
                  .out())
          .isEqualTo(times + "\n");
    }
    assertThat(bed.type("show", "1").out()).contains("plannedFor: 2025-12-31T13:00:00.000Z\n");
    assertThat(bed.type("schedule", "next", "far", "-n", "1", "--from", "2999-10-27T00:00Z").out())
        .contains("\t2999-10-28T03:00:00+14:00\t");
  }

  @Test
  void where_the_zone_of_a_schedule_is_not_known_only_times_with_an_offset_are_read()
      throws Exception {
    bed.type("schedule", "add", "m", "--cron", "0 3 * * *", "--tz", "Europe/Berlin", "true");
    bed.stopServer();
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + bed.home().resolve("bide.db"));
        var statement = connection.createStatement()) {
      statement.execute("update schedule set zone = 'Mars/Olympus'");
    }
    bed.startServer();
    Said refused =
        new Said(
            2,
            "",
            "bide: this Java does not know the zone Mars/Olympus of the schedule; say times with an"
                + " offset, such as 2026-12-01T09:00Z\n");
    for (List<String> words :
        List.of(
            List.of("next", "m", "--from", "2026-12-01"),
            List.of("backfill", "m", "--from", "2026-11-01T00:00Z", "--to", "2026-11-02"),
            List.of("edit", "m", "--start", "2999-12-01 09:00"),
            List.of("edit", "m", "--end", "fri 18:30"),
            List.of("edit", "m", "--every", "1d", "--first", "2999-12-01T09:00"),
            List.of("edit", "m", "--at", "2999-12-01T09:00Z", "--at", "noon"))) {
      assertThat(bed.type(words(words))).as(words.toString()).isEqualTo(refused);
    }

    Said edited =
        bed.type("schedule", "edit", "m", "--start", "2999-12-01T09:00+01:00", "--end", "none");
    assertThat(edited).isEqualTo(new Said(0, "m\n", ""));
    assertThat(bed.type("schedule", "show", "m").out())
        .contains("start: 2999-12-01T08:00:00.000Z\n", "zone: Mars/Olympus\n");
    assertThat(bed.type("schedule", "next", "m", "--from", "2026-12-01 09:00Z").code()).isZero();
    assertThat(
            bed.type("schedule", "edit", "m", "--tz", "Europe/Berlin", "--start", "2999-12-01")
                .code())
        .isZero();
  }

  private static String[] words(List<String> ofSchedule) {
    return Stream.concat(Stream.of("schedule"), ofSchedule.stream()).toArray(String[]::new);
  }

  @Test
  void a_backfill_makes_up_for_a_time_before_the_schedule() {
    bed.type("schedule", "add", "d", "--cron", "0 0 * * *", "--tz", "UTC", "--", "true");
    assertThat(
            bed.type("schedule", "backfill", "d", "--from", "2026-01-01", "--to", "2026-01-03")
                .out())
        .isEqualTo("3\n");
    assertThat(bed.type("wait", "1").code()).isZero();
    assertThat(bed.type("show", "1").out()).contains("plannedFor: 2026-01-01T00:00:00.000Z\n");
  }

  @Test
  void what_makes_no_schedule_is_one_clear_line_and_stores_nothing() {
    String[][] typed = {
      {"2", "add", "x", "--", "true"},
      {"2", "add"},
      {"2", "add", "--cron", "0 0 * * *", "--", "true"},
      {"2", "add", "x", "--cron", "0 0 * * *"},
      {"2", "add", "x", "--cron", "0 0 * * *", "--every", "1h", "--", "true"},
      {"2", "add", "x", "--every", "0s", "--", "true"},
      {"2", "add", "x", "--every", "1h", "--tz", "Europe/Berlni", "--", "true"},
      {"2", "add", "x", "--every", "1h", "--overlap", "skp", "--", "true"},
      {"2", "show", "x", "--every", "1h"},
      {"2", "next", "x", "-n", "0"},
      {"2", "pause"},
      {"2", "pasue", "x"},
      {"1", "add", "x", "--cron", "0 0 * *", "--", "true"},
      {"1", "add", "x", "--cron", "0 0 0 0 * * *", "--", "true"},
      {"1", "add", "x", "--cron", "0 0 30 2 *", "--", "true"},
      {"1", "add", "a/b", "--every", "1h", "--", "true"},
      {"1", "add", "x", "--every", "1h", "--queue", "none", "--", "true"},
      {
        "1",
        "add",
        "x",
        "--every",
        "1h",
        "--start",
        "2999-01-01",
        "--end",
        "2998-01-01",
        "--",
        "true"
      },
      {"1", "pause", "x"}
    };
    for (String[] line : typed) {
      String[] words = line.clone();
      words[0] = "schedule";
      Said said = bed.type(words);
      assertThat(said.code()).as(String.join(" ", words)).isEqualTo(Integer.parseInt(line[0]));
      assertThat(said.err()).as(String.join(" ", words)).startsWith("bide: ").hasLineCount(1);
      assertThat(said.out()).isEmpty();
    }
    assertThat(bed.type("schedule", "ls").out()).isEmpty();
    assertThat(bed.type("schedule", "pasue", "x").err()).contains("did you mean pause?");
    assertThat(bed.type("schedule", "add", "x", "--every", "1h", "--tz", "Europe/Berlni").err())
        .contains("did you mean Europe/Berlin?");
  }

  @Test
  void a_table_of_schedules_fits_the_terminal_however_long_names_are() throws Exception {
    String name = "a-name-much-longer-than-a-column-of-a-terminal-should-ever-be";
    assertThat(bed.type("schedule", "add", name, "--cron", "0 9-17/2 15W,L * *", "--", "true"))
        .isEqualTo(new Said(0, name + "\n", ""));
    bed.type("schedule", "add", "short", "--every", "5s", "--start", "2999-01-01", "--", "true");
    List<String> lines = bed.atTerminal("", "schedule", "ls").out().lines().toList();
    assertThat(lines).hasSize(3).allMatch(line -> Text.columns(line) <= 80);
    assertThat(lines.get(0)).startsWith("NAME ").contains("WHEN", "NEXT");
    assertThat(lines.get(1)).startsWith("a-name-much-longer-").contains("0 9-17/2 15W,");
    assertThat(lines.get(2)).startsWith("short ").contains("every 5 s ");
    assertThat(bed.type("schedule", "ls").out()).contains(name + "\t0 9-17/2 15W,L * *\t");
  }

  @Test
  void a_decision_is_said_once_in_a_history() throws Exception {
    bed.type("schedule", "add", "often", "--every", "1s", "--", "sleep", "300");
    org.awaitility.Awaitility.await()
        .until(() -> bed.atTerminal("", "schedule", "show", "often").out().contains("skipped"));
    assertThat(bed.atTerminal("", "schedule", "show", "often").out())
        .contains("  skipped: job 1 of it has not ended")
        .doesNotContain("skipped  skipped");
    bed.type("schedule", "rm", "often");
    bed.type("cancel", "--now", "1");
  }

  @Test
  void who_means_a_label_by_n_is_told_its_name() throws Exception {
    assertThat(bed.type("schedule", "add", "x", "--every", "1h", "-n", "big", "--", "true").err())
        .isEqualTo("bide: --count goes with schedule next; a label for its jobs is --name\n");
  }
}
