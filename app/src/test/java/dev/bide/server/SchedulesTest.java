package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bide.api.Fields;
import dev.bide.api.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules, as a client sees them. */
class SchedulesTest {
  private static final Map<String, Object> JOB = Map.of("command", List.of("true"));

  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static Map<String, Object> schedule(String name, Object... fields) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("name", name);
    request.put("job", JOB);
    for (int i = 0; i < fields.length; i += 2) {
      request.put((String) fields[i], fields[i + 1]);
    }
    return request;
  }

  private Fields added(Map<String, Object> request) throws Exception {
    HttpResponse<String> answer = server.post("schedules", request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return fields(answer);
  }

  private HttpResponse<String> patch(String name, Object body) throws Exception {
    return server.send(server.json("PATCH", "schedules/" + name, body));
  }

  private Fields patched(String name, Object body) throws Exception {
    HttpResponse<String> answer = patch(name, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return fields(answer);
  }

  private static List<?> array(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return (List<?>) Objects.requireNonNull(Json.read(answer.body().getBytes(UTF_8)));
  }

  @Test
  void aScheduleIsAddedWithWhatIsUsual() throws Exception {
    HttpResponse<String> answer =
        server.post("schedules", schedule("nightly", "cron", " 30 2 * * *"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Location")).contains("/api/v1/schedules/nightly");
    Fields added = fields(answer);
    assertThat(added.map().keySet().stream().map(String::valueOf))
        .containsExactly(
            "name",
            "cron",
            "everySeconds",
            "first",
            "at",
            "zone",
            "start",
            "end",
            "missed",
            "maxLateSeconds",
            "maxMissed",
            "overlap",
            "jitterSeconds",
            "pauseAfter",
            "paused",
            "message",
            "failures",
            "next",
            "createdAt",
            "job");
    assertThat(added.text("cron")).isEqualTo("30 2 * * *");
    assertThat(added.text("zone")).isEqualTo(ZoneId.systemDefault().getId());
    assertThat(added.text("missed")).isEqualTo("once");
    assertThat(added.number("maxLateSeconds")).isEqualTo(86_400);
    assertThat(added.number("maxMissed")).isEqualTo(100);
    assertThat(added.text("overlap")).isEqualTo("skip");
    assertThat(added.instant("next")).isAfter(Instant.now());
    Fields job = Fields.of(added.map().get("job"));
    assertThat(job.texts("command")).containsExactly("true");
    assertThat(job.text("directory")).isEqualTo(server.directory().toString());
    assertThat(job.text("umask")).isEqualTo("0022");
    assertThat(server.get("schedules/nightly").body()).isEqualTo(answer.body());
  }

  @Test
  void everySettingIsKeptAndShownAgainAlsoAfterARestart() throws Exception {
    Map<String, Object> job =
        Map.of(
            "shell",
            "exit 0",
            "directory",
            "/",
            "name",
            "a job",
            "umask",
            "077",
            "queue",
            "default");
    Fields added =
        added(
            schedule(
                "büro.1",
                "everySeconds",
                1.5,
                "first",
                "2999-01-01T00:00:00.25+01:00",
                "zone",
                "Europe/Berlin",
                "start",
                "2998-01-01T00:00:00Z",
                "end",
                "2999-12-31T00:00:00Z",
                "missed",
                "all",
                "maxLateSeconds",
                0.5,
                "maxMissed",
                7,
                "overlap",
                "cancel-old",
                "jitterSeconds",
                60,
                "pauseAfter",
                3,
                "job",
                job));
    assertThat(added.map().get("everySeconds")).isEqualTo(1.5);
    assertThat(added.text("first")).isEqualTo("2998-12-31T23:00:00.250Z");
    assertThat(added.text("next")).isEqualTo("2998-12-31T23:00:00.250Z");
    assertThat(added.text("overlap")).isEqualTo("cancel-old");
    assertThat(added.map().get("maxLateSeconds")).isEqualTo(0.5);
    assertThat(Fields.of(added.map().get("job")).text("umask")).isEqualTo("0077");
    String path = "schedules/b%C3%BCro.1";
    String before = server.get(path).body();
    assertThat(fields(server.get(path)).map()).isEqualTo(added.map());
    server = server.again();
    assertThat(server.get(path).body()).isEqualTo(before);
  }

  @Test
  void anIntervalBeginsOneIntervalFromNow() throws Exception {
    Instant before = Instant.now();
    Fields added = added(schedule("hourly", "everySeconds", 3600));
    assertThat(added.instant("first"))
        .isBetween(before.plusSeconds(3599), Instant.now().plusSeconds(3600));
    assertThat(added.text("next")).isEqualTo(added.text("first"));
    assertThat(added.number("everySeconds")).isEqualTo(3600);
  }

  @Test
  void schedulesAreListedByName() throws Exception {
    assertThat(server.get("schedules").body()).isEqualTo("{\"schedules\":[]}");
    added(schedule("b", "cron", "@daily"));
    added(schedule("a", "at", List.of("2999-01-02T00:00:00Z", "2999-01-01T00:00:00Z")));
    List<?> all = fields(server.get("schedules")).list("schedules");
    assertThat(all.stream().map(one -> Fields.of(one).text("name"))).containsExactly("a", "b");
    assertThat(Fields.of(all.get(0)).texts("at"))
        .containsExactly("2999-01-01T00:00:00.000Z", "2999-01-02T00:00:00.000Z");
  }

  @Test
  void aPlannedRunBecomesAJobThatSaysSo() throws Exception {
    Instant due = Instant.ofEpochMilli(Instant.now().plusMillis(600).toEpochMilli());
    try (EventReader events = EventReader.open(server.request("events?topics=jobs,schedules"))) {
      added(schedule("soon", "at", List.of(due.toString())));
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

  @Test
  void whatARequestNamesIsChangedAndTheRestStays() throws Exception {
    Fields before =
        added(schedule("nightly", "cron", "30 2 * * *", "zone", "UTC", "end", "2999-01-01T00:00Z"));
    Fields overlap = patched("nightly", Map.of("overlap", "allow"));
    assertThat(overlap.text("overlap")).isEqualTo("allow");
    assertThat(overlap.text("cron")).isEqualTo("30 2 * * *");
    assertThat(overlap.text("end")).isEqualTo("2999-01-01T00:00:00.000Z");
    assertThat(overlap.text("createdAt")).isEqualTo(before.text("createdAt"));
    assertThat(overlap.map().get("job")).isEqualTo(before.map().get("job"));

    Fields interval = patched("nightly", "{\"everySeconds\":60,\"end\":null}");
    assertThat(new HashMap<Object, Object>(interval.map()))
        .containsEntry("cron", null)
        .containsEntry("end", null);
    assertThat(interval.number("everySeconds")).isEqualTo(60);
    Fields first = patched("nightly", Map.of("first", "2999-01-01T00:00:00Z"));
    assertThat(first.number("everySeconds")).isEqualTo(60);
    assertThat(first.text("next")).isEqualTo("2999-01-01T00:00:00.000Z");

    Fields job = patched("nightly", Map.of("job", Map.of("shell", "exit 0", "directory", "/")));
    assertThat(Fields.of(job.map().get("job")).text("shell")).isEqualTo("exit 0");
    assertThat(Fields.of(job.map().get("job")).texts("command")).isNull();
    assertThat(patched("nightly", "{}").map()).isEqualTo(job.map());
    assertThat(fields(server.get("schedules/nightly")).map()).isEqualTo(job.map());
  }

  @Test
  void aChangeThatIsWrongChangesNothing() throws Exception {
    added(schedule("nightly", "cron", "30 2 * * *"));
    String before = server.get("schedules/nightly").body();
    HttpResponse<String> answer =
        patch("nightly", Map.of("name", "other", "pauseAfter", -1, "at", List.of(), "zon", "UTC"));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body())
        .contains("stays as it is")
        .contains("-1 is no whole number from 0 to 1000")
        .contains("no time is given")
        .contains("did you mean zone?");
    assertThat(patch("nightly", Map.of("first", "2999-01-01T00:00:00Z")).body())
        .contains("goes with everySeconds only");
    assertThat(patch("nightly", Map.of("end", "2001-01-01T00:00:00Z")).body())
        .contains("2001-01-01T00:00:00Z is over");
    assertThat(server.get("schedules/nightly").body()).isEqualTo(before);
  }

  @Test
  void changesAtOnceDoNotUndoEachOther() throws Exception {
    added(schedule("busy", "cron", "@yearly"));
    List<CompletableFuture<HttpResponse<String>>> all =
        List.of(
            server.sendAsync(server.json("PATCH", "schedules/busy", Map.of("pauseAfter", 5))),
            server.sendAsync(server.json("PATCH", "schedules/busy", Map.of("maxMissed", 5))),
            server.sendAsync(server.json("PATCH", "schedules/busy", Map.of("jitterSeconds", 5))),
            server.sendAsync(server.json("PATCH", "schedules/busy", Map.of("overlap", "allow"))));
    for (CompletableFuture<HttpResponse<String>> one : all) {
      assertThat(one.join().statusCode()).isEqualTo(200);
    }
    assertThat(server.get("schedules/busy").body())
        .contains("\"pauseAfter\":5", "\"maxMissed\":5", "\"jitterSeconds\":5", "\"allow\"");
  }

  @Test
  void aScheduleIsPausedAndResumed() throws Exception {
    added(schedule("nightly", "cron", "30 2 * * *"));
    Fields paused = fields(server.post("schedules/nightly/pause", null));
    assertThat(paused.flag("paused")).isTrue();
    assertThat(new HashMap<Object, Object>(paused.map()))
        .containsEntry("next", null)
        .containsEntry("message", null);
    assertThat(array(server.get("schedules/nightly/next"))).hasSize(10);
    Fields resumed = fields(server.post("schedules/nightly/resume", null));
    assertThat(resumed.flag("paused")).isFalse();
    assertThat(resumed.instant("next")).isNotNull();
  }

  @Test
  void afterSoManyFailuresItIsPausedAndSaysWhy() throws Exception {
    added(schedule("bad", "cron", "@yearly", "pauseAfter", 1, "job", Map.of("shell", "exit 3")));
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
    added(schedule("yearly", "cron", "@yearly"));
    HttpResponse<String> run = server.post("schedules/yearly/run", null);
    assertThat(run.statusCode()).isEqualTo(201);
    Fields job = fields(run);
    assertThat(run.headers().firstValue("Location"))
        .contains("/api/v1/jobs/" + job.number("number"));
    assertThat(job.text("schedule")).isEqualTo("yearly");
    assertThat(job.has("attempts")).isTrue();
    assertThat(server.end(job.number("number")).text("state")).isEqualTo("COMPLETED");
    Fields decided = Fields.of(fields(server.get("schedules/yearly/runs")).list("runs").get(0));
    assertThat(decided.text("note")).isEqualTo("asked for by hand");
    assertThat(decided.number("job")).isEqualTo(job.number("number"));
  }

  @Test
  void runsOfATimeThatIsOverAreMadeUpForOnceOnly() throws Exception {
    added(schedule("nightly", "cron", "30 2 * * *", "zone", "UTC"));
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
    added(schedule("early", "cron", "30 2 * * *", "zone", "Europe/Berlin"));
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

  @Test
  void aScheduleThatIsRemovedIsGoneAndItsNameIsFree() throws Exception {
    added(schedule("once", "cron", "@yearly"));
    long job = fields(server.post("schedules/once/run", null)).number("number");
    assertThat(server.send(server.request("schedules/once").DELETE()).statusCode()).isEqualTo(204);
    assertThat(server.get("schedules/once").statusCode()).isEqualTo(404);
    assertThat(server.end(job).text("schedule")).isEqualTo("once");
    added(schedule("once", "cron", "@daily"));
    assertThat(fields(server.get("schedules/once/runs")).list("runs")).isEmpty();
  }

  @Test
  void whatIsNotThereIsSaidOnEveryRoute() throws Exception {
    added(schedule("nightly", "cron", "@daily"));
    List<HttpResponse<String>> answers =
        List.of(
            server.get("schedules/nightyl"),
            patch("nightyl", Map.of()),
            server.send(server.request("schedules/nightyl").DELETE()),
            server.post("schedules/nightyl/pause", null),
            server.post("schedules/nightyl/resume", null),
            server.post("schedules/nightyl/run", null),
            server.post("schedules/nightyl/backfill", Map.of()),
            server.get("schedules/nightyl/next"),
            server.get("schedules/nightyl/runs"));
    for (HttpResponse<String> answer : answers) {
      assertThat(answer.statusCode()).as(answer.uri().toString()).isEqualTo(404);
      assertThat(answer.body()).contains("urn:bide:no-such-schedule", "did you mean nightly?");
    }
    assertThat(server.get("schedules/zzz").body()).contains("no schedule zzz: there is nightly");
  }

  @Test
  void schedulesAreHeardOfByWhoWantsThemAlone() throws Exception {
    try (EventReader schedules = EventReader.open(server.request("events?topics=schedules"));
        EventReader jobs = EventReader.open(server.request("events"))) {
      added(schedule("nightly", "cron", "30 2 * * *"));
      EventReader.Heard added = schedules.next();
      assertThat(added.kind()).isEqualTo("schedule");
      assertThat(added.data()).isEqualTo(server.get("schedules/nightly").body());
      Schemas schemas = new Schemas();
      assertThat(
              schemas.check(
                  schemas.document().at("/components/schemas/Schedule"),
                  new ObjectMapper().readTree(added.data()),
                  "$"))
          .isEmpty();
      server.post("schedules/nightly/pause", null);
      assertThat(schedules.next().data()).contains("\"paused\":true");
      patch("nightly", Map.of("maxMissed", 3));
      assertThat(schedules.next().data()).contains("\"maxMissed\":3");
      server.end(server.add("true"));
      server.send(server.request("schedules/nightly").DELETE());
      EventReader.Heard removed = schedules.next();
      assertThat(removed.kind()).isEqualTo("schedule-removed");
      assertThat(removed.data()).isEqualTo("{\"name\":\"nightly\"}");
      assertThat(jobs.next().kind()).isIn("job", "queue");
    }
  }
}
