package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a request for a job may hold, and what is said about what it may not. */
class JobRequestTest {
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** The message about one field of a refused request. */
  private static String refusal(Object body, String field) throws Exception {
    HttpResponse<String> answer = server.post("jobs", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    List<String> said = new ArrayList<>();
    for (Object error : fields(answer).list("errors")) {
      if (Fields.of(error).needed("field").equals(field)) {
        return Fields.of(error).needed("message");
      }
      said.add(Fields.of(error).needed("field"));
    }
    throw new AssertionError("nothing is said about " + field + " but about " + said);
  }

  private static Map<String, Object> with(String field, Object value) {
    Map<String, Object> request = new HashMap<>();
    request.put("command", List.of("true"));
    request.put(field, value);
    return request;
  }

  @Test
  void exactlyOneOfCommandAndShell() throws Exception {
    assertThat(refusal("{}", "command")).contains("is missing");
    assertThat(refusal(with("shell", "true"), "command")).contains("one of the two");
    assertThat(refusal(Map.of("command", List.of()), "command")).contains("is empty");
    assertThat(refusal(Map.of("command", "true"), "command")).contains("is no list");
    assertThat(refusal("{\"command\":[\"echo\",1]}", "command")).contains("word 2 is no string");
    assertThat(refusal("{\"command\":[null]}", "command")).contains("word 1 is no string");
    assertThat(refusal(Map.of("command", List.of("")), "command")).contains("name is empty");
    assertThat(refusal(Map.of("shell", " "), "shell")).contains("is empty");
    assertThat(refusal(Map.of("shell", 1), "shell")).contains("is no string");
  }

  @Test
  void nothingThatNoProcessCanBeGiven() throws Exception {
    assertThat(refusal("{\"command\":[\"echo\",\"a\\u0000b\"]}", "command"))
        .contains("argument 1 holds a NUL");
    assertThat(refusal("{\"command\":[\"echo\",\"a\",\"\\ud800\"]}", "command"))
        .contains("argument 2 holds a lone surrogate");
    assertThat(refusal(Map.of("command", List.of("echo", "a".repeat(131_072))), "command"))
        .contains("131072 bytes long; at most 131071");
    assertThat(refusal(Map.of("command", List.of("echo", "ä".repeat(65_536))), "command"))
        .contains("131072 bytes long");
    assertThat(
            server
                .post("jobs", Map.of("command", List.of("true", "ä".repeat(65_535))))
                .statusCode())
        .isEqualTo(201);
    assertThat(refusal("{\"shell\":\"a\\u0000\"}", "shell")).contains("NUL");
    assertThat(refusal(with("directory", "relative"), "directory")).contains("is not absolute");
    assertThat(refusal(with("directory", ""), "directory")).contains("is not absolute");
    assertThat(refusal("{\"shell\":\"x\",\"directory\":\"/a\\u0000\"}", "directory"))
        .contains("NUL");
    assertThat(refusal(with("directory", "/" + "a".repeat(4096)), "directory")).contains("4095");
  }

  @Test
  void environmentsAreChecked() throws Exception {
    assertThat(refusal(with("environment", Map.of("A=B", "1")), "environment"))
        .contains("holds a =");
    assertThat(refusal(with("environment", Map.of("", "1")), "environment"))
        .contains("a name is empty");
    assertThat(refusal("{\"shell\":\"x\",\"environment\":{\"A\":1}}", "environment"))
        .contains("value of A is no string");
    assertThat(refusal("{\"shell\":\"x\",\"environment\":{\"A\":\"\\u0000\"}}", "environment"))
        .contains("NUL");
    assertThat(refusal(with("environment", List.of()), "environment")).contains("is no object");
    assertThat(refusal(with("inheritEnvironment", "no"), "inheritEnvironment")).contains("neither");
    Map<String, String> large = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      large.put("V" + i, "x".repeat(100_000));
    }
    assertThat(refusal(with("environment", large), "environment")).contains("at most 2097152");
  }

  @Test
  void theRestIsCheckedToo() throws Exception {
    assertThat(refusal(with("name", "x".repeat(201)), "name")).contains("200");
    assertThat(refusal(with("name", 1), "name")).contains("is no string");
    assertThat(refusal(with("queue", "defualt"), "queue")).contains("did you mean default?");
    assertThat(refusal(with("queue", "gpu"), "queue")).contains("there is default");
    assertThat(refusal(with("umask", "0888"), "umask")).contains("octal");
    assertThat(refusal(with("umask", 512), "umask")).contains("0777");
    assertThat(refusal(with("umask", -1), "umask")).contains("0777");
    assertThat(refusal(with("umask", 1.5), "umask")).contains("octal");
    assertThat(refusal(with("comand", List.of("x")), "comand")).contains("did you mean command?");
    assertThat(refusal(with("priority", 5), "priority")).contains("no field that is known");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() throws Exception {
    HttpResponse<String> answer =
        server.post(
            "jobs",
            Map.of(
                "jobs", List.of(with("umask", "x"), with("directory", "x"), with("queue", "x"))));
    assertThat(answer.statusCode()).isEqualTo(422);
    List<String> said = new ArrayList<>();
    for (Object error : fields(answer).list("errors")) {
      said.add(Fields.of(error).needed("field"));
    }
    assertThat(said).containsExactly("jobs[0].umask", "jobs[1].directory", "jobs[2].queue");
    assertThat(refusal("{\"jobs\":{}}", "jobs")).contains("no list");
    assertThat(refusal("{\"jobs\":[]}", "jobs")).contains("empty");
    assertThat(refusal("{\"jobs\":[1]}", "jobs[0]")).contains("no object");
    assertThat(
            refusal(Map.of("jobs", java.util.Collections.nCopies(1001, with("name", "x"))), "jobs"))
        .contains("at most 1000");
  }

  @Test
  void bodiesThatCannotBeReadAreRefusedWithThePlace() throws Exception {
    for (String body :
        List.of(
            "",
            "{",
            "nonsense",
            "[]",
            "\"text\"",
            "null",
            "{\"command\":[\"true\"]} x",
            "{\"command\":[\"true\"],\"command\":[\"true\"]}",
            "{\"command\":[\"true\"],}",
            "[".repeat(10_000),
            "{\"a\":".repeat(10_000),
            "{\"umask\":" + "9".repeat(10_000) + "}",
            "{\"umask\":1e999999999}")) {
      HttpResponse<String> answer = server.send(server.json("POST", "jobs", body));
      assertThat(answer.statusCode()).as(body.length() > 50 ? "long" : body).isIn(400, 422);
      assertThat(answer.body()).doesNotContain("Exception").doesNotContain("\tat ");
    }
    byte[] invalid = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
    HttpResponse<String> answer =
        server.send(
            server
                .request("jobs")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(invalid)));
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsTooLongIsRefusedWhateverItsLengthIsSaidToBe() throws Exception {
    String longArgument = "x".repeat(100_000);
    String one = "{\"command\":[\"true\"" + (",\"" + longArgument + "\"").repeat(45) + "]}";
    assertThat(server.post("jobs", one).statusCode()).isEqualTo(413);
    String list = "{\"jobs\":[" + "{\"command\":[\"true\"]},".repeat(10) + one + "]}";
    assertThat(server.post("jobs", list).statusCode()).as("in a list").isEqualTo(201);
    byte[] tooLong =
        ("{\"jobs\":[" + " ".repeat(17 << 20) + "]}")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(
            server
                .send(
                    server
                        .request("jobs")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(tooLong)))
                .statusCode())
        .isEqualTo(413);
    assertThat(
            server
                .send(
                    server
                        .request("jobs")
                        .header("Content-Type", "application/json")
                        .POST(
                            BodyPublishers.ofInputStream(
                                () -> new java.io.ByteArrayInputStream(tooLong))))
                .statusCode())
        .as("in chunks")
        .isEqualTo(413);
  }

  @Test
  void aScriptThatCannotRunByItselfIsAnsweredWithWhatWasMeantAndNothingIsStored() throws Exception {
    Path directory = server.directory().resolve("work");
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("countdown.py"), "print('hi')\n");
    int before = fields(server.get("jobs?limit=1000")).list("jobs").size();
    HttpResponse<String> answer =
        server.post(
            "jobs",
            Map.of("command", List.of("countdown.py", "10"), "directory", directory.toString()));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(fields(answer).texts("suggestion")).containsExactly("python3", "countdown.py", "10");
    assertThat(answer.body()).contains("countdown.py is not executable: did you mean");
    assertThat(fields(server.get("jobs?limit=1000")).list("jobs")).hasSize(before);
  }

  @Test
  void jobsGetTheEnvironmentOfWhoStartedTheServerUnlessTheyBringTheirOwn() throws Exception {
    assertThat(environment(Map.of("shell", "echo $MARK,$BIDE_HOME,$MINE")))
        .startsWith("of the caller,")
        .doesNotContain("/elsewhere");
    assertThat(
            environment(
                Map.of(
                    "shell",
                    "echo $MARK,$MINE,$BIDE_JOB_NUMBER",
                    "environment",
                    Map.of("MINE", "a b", "BIDE_JOB_NUMBER", "x"))))
        .startsWith("of the caller,a b,")
        .doesNotContain(",x");
    assertThat(
            environment(
                Map.of(
                    "shell",
                    "echo $MARK,$MINE",
                    "environment",
                    Map.of("MINE", "1", "PATH", "/bin:/usr/bin"),
                    "inheritEnvironment",
                    false)))
        .isEqualTo(",1\n");
    String saved = Files.readString(server.files().environment());
    assertThat(saved).contains("MARK=of the caller\0").doesNotContain("BIDE_");
  }

  private static String environment(Map<String, Object> request) throws Exception {
    long number = fields(server.post("jobs", request)).number("number");
    server.end(number);
    return server.get("jobs/" + number + "/log").body();
  }

  @Test
  void nothingButArgumentsIsMadeOfWhatLooksLikeShell() throws Exception {
    List<String> words = List.of("printf", "%s\n", "; rm -rf x", "$(id)", "a\nb", "-n", "`id`");
    long number = fields(server.post("jobs", Map.of("command", words))).number("number");
    server.end(number);
    assertThat(server.get("jobs/" + number + "/log").body())
        .isEqualTo("; rm -rf x\n$(id)\na\nb\n-n\n`id`\n");
  }

  @Test
  void aJobThatIsToBeginLaterWaitsForItsTime() throws Exception {
    Fields job = fields(server.post("jobs", with("beginAt", "9999-12-31T23:59:59.5678+01:00")));
    assertThat(job.text("state")).isEqualTo("PENDING");
    assertThat(job.text("reason")).isEqualTo("BEGIN_TIME");
    assertThat(job.text("beginAt")).isEqualTo("9999-12-31T22:59:59.567Z");
    assertThat(new HashMap<Object, Object>(job.map()))
        .containsEntry("schedule", null)
        .containsEntry("plannedFor", null);
    String path = "jobs/" + job.number("number");
    assertThat(server.get(path).body()).contains("\"reason\":\"BEGIN_TIME\"");
    assertThat(fields(server.post(path + "/cancel", null)).text("state")).isEqualTo("CANCELLED");
  }

  @Test
  void aBeginTimeThatIsOverOrNullChangesNothing() throws Exception {
    long over =
        fields(server.post("jobs", with("beginAt", "2001-01-01T00:00:00+01:00"))).number("number");
    assertThat(server.end(over).text("state")).isEqualTo("COMPLETED");
    assertThat(server.end(over).text("beginAt")).isEqualTo("2000-12-31T23:00:00.000Z");
    Fields none = fields(server.post("jobs", "{\"command\":[\"true\"],\"beginAt\":null}"));
    assertThat(new HashMap<Object, Object>(none.map())).containsEntry("beginAt", null);
    assertThat(server.end(none.number("number")).text("state")).isEqualTo("COMPLETED");
  }

  @Test
  void aJobThatBeginsSoonStartsOnceItsTimeHasCome() throws Exception {
    Instant begin = Instant.now().plusMillis(700);
    long job = fields(server.post("jobs", with("beginAt", begin.toString()))).number("number");
    Fields end = server.end(job);
    assertThat(end.text("state")).isEqualTo("COMPLETED");
    assertThat(end.instant("startedAt")).isAfterOrEqualTo(begin.truncatedTo(ChronoUnit.MILLIS));
  }

  @Test
  void theDefaultsOfAListHoldABeginTimeForAllOfIt() throws Exception {
    HttpResponse<String> answer =
        server.post(
            "jobs",
            Map.of(
                "defaults",
                Map.of("beginAt", "2999-01-01T00:00:00Z"),
                "jobs",
                List.of(Map.of("shell", "exit 0"), with("beginAt", "2998-01-01T00:00:00Z"))));
    List<?> jobs = fields(answer).list("jobs");
    assertThat(Fields.of(jobs.get(0)).text("beginAt")).startsWith("2999");
    assertThat(Fields.of(jobs.get(1)).text("beginAt")).startsWith("2998");
  }

  @Test
  void aBeginTimeThatIsNoneIsRefused() throws Exception {
    assertThat(refusal(with("beginAt", "tomorrow"), "beginAt"))
        .isEqualTo("\"tomorrow\" is no time such as 2026-12-01T09:00:00+01:00");
    assertThat(refusal(with("beginAt", "2026-02-30T00:00:00Z"), "beginAt")).contains("is no time");
    assertThat(refusal(with("beginAt", "2026-12-01T09:00:00"), "beginAt"))
        .contains("has no offset");
    assertThat(refusal(with("beginAt", "9999-12-31T23:59:59-01:00"), "beginAt"))
        .contains("is not in the years 1 to 9999");
    assertThat(refusal(with("beginAt", "+10000-01-01T00:00:00Z"), "beginAt"))
        .contains("is not in the years");
    assertThat(refusal(with("beginAt", 1), "beginAt")).contains("is no string");
    assertThat(refusal(with("beginsAt", "x"), "beginsAt")).contains("did you mean beginAt?");
  }
}
