package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static dev.bide.server.ScheduleFixture.added;
import static dev.bide.server.ScheduleFixture.array;
import static dev.bide.server.ScheduleFixture.schedule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of schedules: runs that were, are asked for, and are to come. */
class ScheduleRunsTest {
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void aPlannedRunBecomesAJobThatSaysSo() throws Exception {
    Instant due;
    try (EventReader events = EventReader.open(server.request("events?topics=jobs,schedules"))) {
      due = addedForSoon();
      events.next("job", "\"state\":\"COMPLETED\"");
      events.next("schedule", "\"next\":null");
    }
    Fields run = Fields.of(fields(server.get("schedules/soon/runs")).list("runs").get(0));
    assertThat(run.instant("instant")).isEqualTo(due);
    assertThat(run.text("decision")).isEqualTo("ADDED");
    Fields job = fields(server.get("jobs/" + run.number("job")));
    assertThat(job.text("schedule")).isEqualTo("soon");
    assertThat(job.instant("plannedFor")).isEqualTo(due);
    assertThat(job.instant("startedAt")).isAfterOrEqualTo(due);
  }

  /** In a moment that was still to come when it was added, however slow this machine is. */
  private Instant addedForSoon() throws Exception {
    for (Duration ahead = Duration.ofMillis(600); ; ahead = ahead.multipliedBy(2)) {
      Instant due = Instant.ofEpochMilli(Instant.now().plus(ahead).toEpochMilli());
      HttpResponse<String> answer =
          server.post("schedules", schedule("soon", "at", List.of(due.toString())));
      if (answer.statusCode() == 201) {
        return due;
      }
      assertThat(answer.body()).contains("all of these times are over");
    }
  }

  @Test
  void afterSoManyFailuresItIsPausedAndSaysWhy() throws Exception {
    added(
        server,
        schedule("bad", "cron", "@yearly", "pauseAfter", 1, "job", Map.of("shell", "exit 3")));
    try (EventReader events = EventReader.open(server.request("events?topics=schedules"))) {
      HttpResponse<String> run = server.post("schedules/bad/run", null);
      assertThat(run.statusCode()).isEqualTo(201);
      events.next("schedule", "\"paused\":true");
      Fields bad = fields(server.get("schedules/bad"));
      assertThat(bad.text("message")).isEqualTo("job " + fields(run).number("number") + " failed");
      assertThat(bad.number("failures")).isEqualTo(1);
      assertThat(fields(server.post("schedules/bad/resume", null)).number("failures")).isZero();
    }
  }

  @Test
  void oneRunIsAddedByHand() throws Exception {
    added(server, schedule("yearly", "cron", "@yearly"));
    HttpResponse<String> run = server.post("schedules/yearly/run", null);
    assertThat(run.statusCode()).isEqualTo(201);
    Fields job = fields(run);
    assertThat(run.headers().firstValue("Location"))
        .contains("/api/v1/jobs/" + job.number("number"));
    assertThat(job.text("schedule")).isEqualTo("yearly");
    assertThat(job.text("state")).as("as it is once a free slot was found").isEqualTo("RUNNING");
    assertThat(job.has("attempts")).isTrue();
    assertThat(server.end(job.number("number")).text("state")).isEqualTo("COMPLETED");
    Fields decided = Fields.of(fields(server.get("schedules/yearly/runs")).list("runs").get(0));
    assertThat(decided.text("note")).isEqualTo("asked for by hand");
    assertThat(decided.number("job")).isEqualTo(job.number("number"));
  }

  @Test
  void runsOfATimeThatIsOverAreMadeUpForOnceOnly() throws Exception {
    added(server, schedule("nightly", "cron", "30 2 * * *", "zone", "UTC"));
    Map<String, Object> days =
        Map.of("from", "2026-11-01T02:30:00Z", "to", "2026-11-03T03:30:00+01:00");
    String path = "schedules/nightly/backfill";
    assertThat(server.post(path, days).body()).isEqualTo("{\"planned\":3}");
    assertThat(server.post(path, days).body()).isEqualTo("{\"planned\":0}");
    List<?> runs = fields(server.get("schedules/nightly/runs")).list("runs");
    assertThat(runs.stream().map(run -> Fields.of(run).text("instant")))
        .containsExactly(
            "2026-11-03T02:30:00.000Z", "2026-11-02T02:30:00.000Z", "2026-11-01T02:30:00.000Z");
    assertThat(fields(server.get("schedules/nightly/runs?limit=2")).list("runs")).hasSize(2);
  }

  @Test
  void aTimeToMakeUpForThatIsNoneIsRefused() throws Exception {
    added(
        server,
        schedule(
            "often",
            "everySeconds",
            1,
            "first",
            "2001-01-01T00:00:00Z",
            "end",
            "2999-01-01T00:00:00Z",
            "overlap",
            "skip"));
    server.post("schedules/often/pause", null);
    String path = "schedules/often/backfill";
    assertThat(server.post(path, Map.of()).body())
        .contains("\"field\":\"from\",\"message\":\"is missing")
        .contains("\"field\":\"to\",\"message\":\"is missing");
    HttpResponse<String> turned =
        server.post(path, Map.of("from", "2026-11-02T00:00:00Z", "to", "2026-11-01T00:00:00Z"));
    assertThat(turned.statusCode()).isEqualTo(422);
    assertThat(turned.body()).contains("2026-11-02T00:00:00Z is after to, 2026-11-01T00:00:00Z");
    HttpResponse<String> many =
        server.post(path, Map.of("from", "2026-11-01T00:00:00Z", "to", "2026-11-02T00:00:00Z"));
    assertThat(many.statusCode()).isEqualTo(422);
    assertThat(many.body()).contains("\"field\":\"to\"").contains("more than 1000 runs of often");
  }

  @Test
  void theNextRunsAreToldByBothClocksWithWhatTheClocksDo() throws Exception {
    added(server, schedule("early", "cron", "30 2 * * *", "zone", "Europe/Berlin"));
    List<?> runs = array(server.get("schedules/early/next?n=3&from=2026-10-24T02:30:00%2B02:00"));
    assertThat(Json.write(runs.get(0)))
        .isEqualTo(
            "{\"instant\":\"2026-10-24T00:30:00.000Z\",\"local\":\"2026-10-24T02:30:00+02:00\","
                + "\"zone\":\"Europe/Berlin\",\"note\":null}");
    assertThat(Fields.of(runs.get(1)).text("note")).isEqualTo("overlap");
    assertThat(Fields.of(runs.get(2)).text("local")).isEqualTo("2026-10-26T02:30:00+01:00");
    List<?> gap = array(server.get("schedules/early/next?n=1&from=2027-03-28T00:00:00Z"));
    assertThat(Fields.of(gap.get(0)).text("note")).isEqualTo("gap");
    assertThat(Fields.of(gap.get(0)).text("local")).isEqualTo("2027-03-28T03:00:00+02:00");
    assertThat(array(server.get("schedules/early/next?n=1000"))).hasSize(1000);
    for (String query : List.of("n=0", "n=1001", "from=x", "from=2026-10-24T02:30:00+02:00")) {
      assertThat(server.get("schedules/early/next?" + query).statusCode()).isEqualTo(422);
    }
    assertThat(server.get("schedules/early/next?from=2026-10-24T02:30:00+02:00").body())
        .contains("%2B");
  }

  @Test
  void aPreviewTellsTheRunsAndStoresNothing() throws Exception {
    HttpResponse<String> answer =
        server.post(
            "schedule-preview", Map.of("cron", "0 12 * * *", "zone", "Asia/Kathmandu", "n", 2));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<?> next = fields(answer).list("next");
    assertThat(next).hasSize(2);
    assertThat(Fields.of(next.get(0)).text("local")).endsWith("T12:00:00+05:45");
    Instant first = Fields.of(next.get(0)).neededInstant("instant");
    assertThat(Duration.between(first, Fields.of(next.get(1)).instant("instant")))
        .isEqualTo(Duration.ofDays(1));
    Fields whole = fields(server.post("schedule-preview", schedule("a", "everySeconds", 5)));
    assertThat(whole.list("next")).hasSize(10);
    HttpResponse<String> wrong =
        server.post(
            "schedule-preview",
            Map.of("cron", "x", "n", 0, "name", "a/b", "job", Map.of("umask", "9")));
    assertThat(wrong.body())
        .contains("\"field\":\"cron\"", "\"field\":\"n\"", "\"field\":\"name\"", "job.umask");
    assertThat(server.get("schedules").body()).isEqualTo("{\"schedules\":[]}");
  }
}
