package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static dev.bide.server.ScheduleFixture.added;
import static dev.bide.server.ScheduleFixture.array;
import static dev.bide.server.ScheduleFixture.schedule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bide.Bide;
import dev.bide.api.Fields;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules, as a client sees them. */
class SchedulesTest {
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private HttpResponse<String> patch(String name, Object body) throws Exception {
    return server.send(server.json("PATCH", "schedules/" + name, body));
  }

  private Fields patched(String name, Object body) throws Exception {
    HttpResponse<String> answer = patch(name, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return fields(answer);
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
            server,
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
  void whatWasMissedInAMomentWithoutAServerIsMissed() throws Exception {
    Instant planned = Instant.now().plus(Duration.ofHours(1));
    added(server, schedule("p", "at", List.of(planned.toString()), "missed", "skip"));
    server =
        server.again(
            config -> {
              Duration away = Duration.between(Instant.now(), planned).plusSeconds(1);
              return Bide.open(config.withClock(Clock.offset(Clock.systemUTC(), away)));
            });
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("schedules/p/runs").body())
                    .contains("\"MISSED\"", "1 run missed while Bide was not running"));
    assertThat(server.get("jobs").body()).contains("\"jobs\":[]");
  }

  @Test
  void anIntervalBeginsOneIntervalFromNow() throws Exception {
    Instant before = Instant.now();
    Fields added = added(server, schedule("hourly", "everySeconds", 3600));
    assertThat(added.instant("first"))
        .isBetween(before.plusSeconds(3599), Instant.now().plusSeconds(3600));
    assertThat(added.text("next")).isEqualTo(added.text("first"));
    assertThat(added.number("everySeconds")).isEqualTo(3600);
  }

  @Test
  void schedulesAreListedByName() throws Exception {
    assertThat(server.get("schedules").body()).isEqualTo("{\"schedules\":[]}");
    added(server, schedule("b", "cron", "@daily"));
    added(server, schedule("a", "at", List.of("2999-01-02T00:00:00Z", "2999-01-01T00:00:00Z")));
    List<?> all = fields(server.get("schedules")).list("schedules");
    assertThat(all.stream().map(one -> Fields.of(one).text("name"))).containsExactly("a", "b");
    assertThat(Fields.of(all.get(0)).texts("at"))
        .containsExactly("2999-01-01T00:00:00.000Z", "2999-01-02T00:00:00.000Z");
  }

  @Test
  void whatARequestNamesIsChangedAndTheRestStays() throws Exception {
    Fields before =
        added(
            server,
            schedule("nightly", "cron", "30 2 * * *", "zone", "UTC", "end", "2999-01-01T00:00Z"));
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
    added(server, schedule("nightly", "cron", "30 2 * * *"));
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
    added(server, schedule("busy", "cron", "@yearly"));
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
    added(server, schedule("nightly", "cron", "30 2 * * *"));
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
  void aScheduleThatIsRemovedIsGoneAndItsNameIsFree() throws Exception {
    added(server, schedule("once", "cron", "@yearly"));
    long job = fields(server.post("schedules/once/run", null)).number("number");
    assertThat(server.send(server.request("schedules/once").DELETE()).statusCode()).isEqualTo(204);
    assertThat(server.get("schedules/once").statusCode()).isEqualTo(404);
    assertThat(server.end(job).text("schedule")).isEqualTo("once");
    added(server, schedule("once", "cron", "@daily"));
    assertThat(fields(server.get("schedules/once/runs")).list("runs")).isEmpty();
  }

  @Test
  void whatIsNotThereIsSaidOnEveryRoute() throws Exception {
    added(server, schedule("nightly", "cron", "@daily"));
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
      added(server, schedule("nightly", "cron", "30 2 * * *"));
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
