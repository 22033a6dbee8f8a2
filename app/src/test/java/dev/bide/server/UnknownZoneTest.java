package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static dev.bide.server.ScheduleFixture.schedule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A schedule in a time zone that this Java does not know, as after a move to an older one. */
class UnknownZoneTest {
  private static final String UNKNOWN = "Mars/Olympus";

  @SuppressWarnings("NullAway.Init")
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
    ScheduleFixture.added(server, schedule("p", "cron", "30 2 * * *", "zone", "Europe/Berlin"));
    server.server().close();
    try (var connection =
            DriverManager.getConnection(
                "jdbc:sqlite:" + server.directory().resolve("home/bide.db"));
        var statement = connection.createStatement()) {
      statement.execute("update schedule set zone = '" + UNKNOWN + "'");
    }
    server = RunningServer.start(server.directory());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private HttpResponse<String> change(Map<String, Object> request) throws Exception {
    return server.send(server.json("PATCH", "schedules/p", request));
  }

  private Fields shown() throws Exception {
    return fields(server.get("schedules/p"));
  }

  private void assertPausedInItsZone(Fields schedule) throws Exception {
    assertThat(schedule.text("zone")).isEqualTo(UNKNOWN);
    assertThat(schedule.flag("paused")).isTrue();
    assertThat(schedule.text("message")).isEqualTo("this Java knows no time zone " + UNKNOWN);
    assertThat(schedule.text("next")).isNull();
  }

  @Test
  void isShownWithThatZoneAndPaused() throws Exception {
    assertPausedInItsZone(shown());
    assertThat(server.get("schedules/p/next").body()).isEqualTo("[]");
  }

  @Test
  void anEditThatNamesNoZoneKeepsIt() throws Exception {
    HttpResponse<String> answer = change(Map.of("cron", "0 3 * * *", "pauseAfter", 3));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertPausedInItsZone(fields(answer));
    server = server.again();
    assertPausedInItsZone(shown());
    assertThat(shown().text("cron")).isEqualTo("0 3 * * *");
  }

  @Test
  void anEditThatNamesAnUnknownOneIsRefused() throws Exception {
    HttpResponse<String> answer = change(Map.of("zone", UNKNOWN));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("there is no time zone");
    assertPausedInItsZone(shown());
  }

  @Test
  void anEditThatNamesAKnownOneLetsItBeResumed() throws Exception {
    HttpResponse<String> answer = change(Map.of("zone", "Europe/Berlin"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(fields(answer).text("zone")).isEqualTo("Europe/Berlin");
    assertThat(fields(answer).flag("paused")).isTrue();
    assertThat(fields(answer).text("message")).isEqualTo("its time zone was not known");
    assertThat(server.post("schedules/p/resume", null).statusCode()).isEqualTo(200);
    assertThat(shown().text("next")).isNotNull();
  }

  @Test
  void nothingIsMadeUpForInAnotherZone() throws Exception {
    HttpResponse<String> answer =
        server.post(
            "schedules/p/backfill",
            Map.of("from", "2026-11-02T00:00:00Z", "to", "2026-11-04T00:00:00Z"));

    assertThat(answer.statusCode()).as(answer.body()).isLessThan(500);
    assertThat(fields(server.get("jobs")).list("jobs")).isEmpty();
  }

  @Test
  void thePageAsksForAZoneInsteadOfTakingAnother() throws Exception {
    assertThat(server.get("/schedules/p/edit").body()).contains("value=\"" + UNKNOWN + "\"");
  }
}
