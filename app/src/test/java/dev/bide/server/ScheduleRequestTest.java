package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is said about a request for a schedule that cannot be one; nothing is ever stored. */
class ScheduleRequestTest {
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @AfterEach
  void nothingIsStored() throws Exception {
    assertThat(server.get("schedules").body()).isEqualTo("{\"schedules\":[]}");
  }

  /** A request that only what is given here can be wrong with. */
  private static Map<String, Object> with(Object... fields) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("name", "s");
    request.put("job", Map.of("command", List.of("true")));
    for (int i = 0; i < fields.length; i += 2) {
      request.put((String) fields[i], fields[i + 1]);
    }
    return request;
  }

  /** The message about the one field that is wrong. */
  private static String refusal(Map<String, Object> request, String field) throws Exception {
    HttpResponse<String> answer = server.post("schedules", request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    List<?> errors = fields(answer).list("errors");
    assertThat(errors).as(answer.body()).hasSize(1);
    Fields error = Fields.of(errors.get(0));
    assertThat(error.text("field")).as(answer.body()).isEqualTo(field);
    assertThat(error.needed("message")).doesNotContain("\n");
    return error.needed("message");
  }

  private static String cron(String text) throws Exception {
    return refusal(with("cron", text), "cron");
  }

  @Test
  void zonesThatDoNotExist() throws Exception {
    assertThat(refusal(with("cron", "@daily", "zone", "berlin"), "zone"))
        .isEqualTo("there is no time zone \"berlin\": did you mean Europe/Berlin?");
    assertThat(refusal(with("cron", "@daily", "zone", "Europe/Berln"), "zone"))
        .contains("did you mean Europe/Berlin?");
    assertThat(refusal(with("cron", "@daily", "zone", "new york"), "zone"))
        .contains("did you mean America/New_York?");
    assertThat(refusal(with("cron", "@daily", "zone", "Kathmndu"), "zone"))
        .contains("did you mean Asia/Kathmandu?");
    assertThat(refusal(with("cron", "@daily", "zone", "x".repeat(1000)), "zone"))
        .endsWith("...\": write one such as Europe/Berlin or UTC");
    assertThat(refusal(with("cron", "@daily", "zone", 1), "zone")).contains("is no string");
  }

  @Test
  void cronExpressionsThatAreNone() throws Exception {
    assertThat(cron("0 2 * *")).contains("has 4 fields; cron wants 5");
    assertThat(cron("0 0 2 * * * 2026")).contains("has 7 fields").contains("neither seconds");
    assertThat(cron("0 0 30 2 *")).contains("\"0 0 30 2 *\" never comes");
    assertThat(cron("60 * * * *")).contains("60");
    assertThat(cron("")).contains("has 0 fields");
    assertThat(cron("0 0 * * \n\u001b[1m")).contains("\\u000a\\u001b[1m");
    assertThat(cron("@reboot")).contains("is no time");
    assertThat(cron("* ".repeat(2000))).contains("at most 1,000 characters");
    assertThat(refusal(with("cron", 5), "cron")).contains("is no string");
  }

  @Test
  void intervalsThatAreNone() throws Exception {
    assertThat(refusal(with("everySeconds", 0), "everySeconds"))
        .isEqualTo("0 is no number of seconds from 1 to 315619200");
    assertThat(refusal(with("everySeconds", 31_556_952_000_000_000L), "everySeconds"))
        .contains("31556952000000000 is no number of seconds");
    for (Object wrong : List.of(-5, 0.999, "60", true, List.of(1))) {
      assertThat(refusal(with("everySeconds", wrong), "everySeconds")).contains("is no number");
    }
    assertThat(server.post("schedules", "{\"everySeconds\":1e400}").statusCode()).isEqualTo(422);
    assertThat(server.post("schedules", "{\"everySeconds\":" + "9".repeat(500) + "}").statusCode())
        .isEqualTo(422);
    assertThat(refusal(with("everySeconds", 5, "first", "soon"), "first"))
        .contains("\"soon\" is no time such as");
    assertThat(refusal(with("everySeconds", 5, "first", "9999-12-31T12:00:00Z"), "everySeconds"))
        .contains("9999");
    assertThat(refusal(with("cron", "@daily", "first", "2999-01-01T00:00:00Z"), "first"))
        .contains("goes with everySeconds only");
  }

  @Test
  void timesThatAreNone() throws Exception {
    assertThat(refusal(with("at", List.of()), "at")).contains("no time is given");
    assertThat(refusal(with("at", "2999-01-01T00:00:00Z"), "at")).contains("is no list of times");
    assertThat(refusal(with("at", List.of("2999-01-01T00:00:00Z", "2999-01-01T00:00")), "at[1]"))
        .contains("has no offset");
    assertThat(refusal(with("at", List.of(5)), "at[0]")).contains("is no string");
    assertThat(refusal(with("at", Collections.nCopies(1001, "2999-01-01T00:00:00Z")), "at"))
        .isEqualTo("names 1001 times; at most 1000 can be named");
  }

  @Test
  void exactlyOneOfThreeSaysWhen() throws Exception {
    assertThat(refusal(with(), "cron")).contains("is missing: give cron");
    assertThat(refusal(with("cron", "@daily", "everySeconds", 60), "everySeconds"))
        .isEqualTo("stands beside cron: give one of cron, everySeconds and at");
    assertThat(refusal(with("at", List.of(), "everySeconds", 60), "at"))
        .contains("stands beside everySeconds");
  }

  @Test
  void schedulesThatNeverComeAnyMore() throws Exception {
    assertThat(
            refusal(with("at", List.of("2001-01-01T00:00:00Z", "2002-01-01T00:00:00+01:00")), "at"))
        .contains("all of these times are over: it is 2");
    assertThat(refusal(with("cron", "@daily", "end", "2001-01-01T00:00:00Z"), "end"))
        .contains("2001-01-01T00:00:00Z is over: it is 2");
    assertThat(
            refusal(
                with(
                    "cron",
                    "0 0 29 2 *",
                    "zone",
                    "UTC",
                    "start",
                    "2097-01-01T00:00:00Z",
                    "end",
                    "2103-01-01T00:00:00Z"),
                "end"))
        .isEqualTo("2103-01-01T00:00:00Z is before the first run, 2104-02-29T00:00:00Z");
    assertThat(
            refusal(
                with(
                    "everySeconds",
                    3600,
                    "first",
                    "2999-01-01T00:00:00Z",
                    "end",
                    "2998-01-01T00:00:00Z"),
                "end"))
        .contains("is before the first run, 2999-01-01T00:00:00Z");
    assertThat(
            refusal(
                with("at", List.of("2998-01-01T00:00:00Z"), "start", "2999-01-01T00:00:00Z"), "at"))
        .contains("before the start, 2999-01-01T00:00:00Z");
    assertThat(refusal(with("cron", "@daily", "start", "9999-12-31T12:00:00Z"), "cron"))
        .contains("comes too late");
    assertThat(refusal(with("at", List.of("9999-12-31T12:00:00Z")), "at"))
        .contains("comes too late");
    assertThat(
            refusal(
                with(
                    "cron",
                    "@daily",
                    "start",
                    "2999-01-02T00:00:00Z",
                    "end",
                    "2999-01-01T00:00:00Z"),
                "start"))
        .isEqualTo(
            "2999-01-02T00:00:00Z is after the end, 2999-01-01T00:00:00Z: nothing would ever run");
  }

  @Test
  void namesThatAreNone() throws Exception {
    for (String wrong : List.of("a/b", "", " ", "-a", "..", "a b", "a\nb", "x".repeat(101))) {
      assertThat(refusal(with("name", wrong, "cron", "@daily"), "name"))
          .contains("is no name of a schedule: at most 100 letters, digits");
    }
    assertThat(refusal(with("name", 5, "cron", "@daily"), "name")).contains("is no string");
  }

  @Test
  void aNameThatIsTaken() throws Exception {
    Map<String, Object> request = with("name", "taken", "cron", "@daily");
    assertThat(server.post("schedules", request).statusCode()).isEqualTo(201);
    HttpResponse<String> answer = server.post("schedules", request);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body())
        .contains("urn:bide:name-taken")
        .contains("there is a schedule taken already: edit it, or take another name");
    server.send(server.request("schedules/taken").DELETE());
  }

  @Test
  void settingsThatAreNone() throws Exception {
    assertThat(refusal(with("cron", "@daily", "missed", "onec"), "missed"))
        .isEqualTo("\"onec\": did you mean once?");
    assertThat(refusal(with("cron", "@daily", "overlap", "cancel"), "overlap"))
        .contains("did you mean cancel-old?");
    assertThat(refusal(with("cron", "@daily", "overlap", 1), "overlap"))
        .isEqualTo("1 is none of skip, queue, allow, cancel-old");
    assertThat(refusal(with("cron", "@daily", "maxLateSeconds", 1_000_000_000), "maxLateSeconds"))
        .contains("from 0 to 315619200");
    assertThat(refusal(with("cron", "@daily", "maxMissed", 0), "maxMissed")).contains("1 to 1000");
    assertThat(refusal(with("cron", "@daily", "maxMissed", 1.5), "maxMissed"))
        .contains("1.5 is no whole number");
    assertThat(refusal(with("cron", "@daily", "jitterSeconds", 86_401), "jitterSeconds"))
        .contains("from 0 to 86400");
    assertThat(refusal(with("cron", "@daily", "pauseAfter", -1), "pauseAfter")).contains("-1");
    assertThat(refusal(with("cron", "@daily", "zoen", "UTC"), "zoen"))
        .contains("did you mean zone?");
  }

  @Test
  void jobsThatCannotBeRun() throws Exception {
    Map<String, Object> none = with("cron", "@daily");
    none.remove("job");
    assertThat(refusal(none, "job")).contains("is missing");
    assertThat(refusal(with("cron", "@daily", "job", "make"), "job")).contains("is no object");
    assertThat(refusal(with("cron", "@daily", "job", Map.of()), "job.command"))
        .contains("is missing");
    assertThat(
            refusal(
                with("cron", "@daily", "job", Map.of("shell", "x", "queue", "defualt")),
                "job.queue"))
        .contains("did you mean default?");
    assertThat(
            refusal(with("cron", "@daily", "job", Map.of("shell", "x", "umsk", "022")), "job.umsk"))
        .contains("did you mean umask?");
    assertThat(
            refusal(
                with(
                    "cron",
                    "@daily",
                    "job",
                    Map.of("shell", "x", "beginAt", "2999-01-01T00:00:00Z")),
                "job.beginAt"))
        .isEqualTo("the schedule says when: leave it out");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() throws Exception {
    HttpResponse<String> answer =
        server.post(
            "schedules",
            Map.of("name", "a/b", "cron", "x", "zone", "berlin", "overlap", "x", "job", Map.of()));
    List<String> said = new ArrayList<>();
    for (Object error : fields(answer).list("errors")) {
      said.add(Fields.of(error).needed("field"));
    }
    assertThat(said).containsExactlyInAnyOrder("name", "cron", "zone", "overlap", "job.command");
    assertThat(fields(answer).text("detail")).contains("(and 4 more)");
    assertThat(server.post("schedules", "[]").statusCode()).isEqualTo(400);
    assertThat(server.post("schedules", "").statusCode()).isEqualTo(400);
  }
}
