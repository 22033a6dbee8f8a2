package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobRoutesTest {
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
  void aJobIsAddedRunsAndIsShownWithItsAttempt() throws Exception {
    HttpResponse<String> added =
        server.post("jobs", Map.of("command", List.of("sh", "-c", "echo hello; exit 7")));
    assertThat(added.statusCode()).isEqualTo(201);
    JobJson job = JobJson.from(Json.read(added.body().getBytes(UTF_8)));
    assertThat(added.headers().firstValue("Location")).contains("/api/v1/jobs/" + job.number());
    assertThat(job.state()).isIn("PENDING", "RUNNING", "FAILED");

    Fields end = server.end(job.number());
    assertThat(end.text("state")).isEqualTo("FAILED");
    assertThat(end.integer("exitCode")).isEqualTo(7);
    assertThat(end.text("reason")).isEqualTo("EXIT_CODE");
    assertThat(end.text("message")).isEqualTo("hello");
    assertThat(end.list("attempts")).hasSize(1);
    assertThat(server.get("jobs/" + job.number() + "/log").body()).isEqualTo("hello\n");
  }

  @Test
  void listsAreAddedAtOnceAndTheirDefaultsFillWhatIsMissing() throws Exception {
    HttpResponse<String> added =
        server.post(
            "jobs",
            Map.of(
                "defaults",
                Map.of("directory", "/", "environment", Map.of("WHO", "ada")),
                "jobs",
                List.of(
                    Map.of("shell", "echo $WHO; pwd"),
                    Map.of("command", List.of("pwd"), "directory", "/tmp"))));
    assertThat(added.statusCode()).isEqualTo(201);
    List<?> jobs = fields(added).list("jobs");
    assertThat(jobs).hasSize(2);
    long first = Fields.of(jobs.get(0)).number("number");
    server.end(first);
    server.end(first + 1);
    assertThat(server.get("jobs/" + first + "/log").body()).isEqualTo("ada\n/\n");
    assertThat(server.get("jobs/" + (first + 1) + "/log").body()).isEqualTo("/tmp\n");
  }

  @Test
  void pagesOfJobsAreNewestFirstAndFollowEachOther() throws Exception {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      numbers.add(0, server.add("true"));
    }
    Fields page = fields(server.get("jobs?limit=2"));
    List<Long> seen = new ArrayList<>();
    while (true) {
      page.list("jobs").forEach(job -> seen.add(Fields.of(job).number("number")));
      if (page.text("next") == null) {
        break;
      }
      page = fields(server.get("jobs?limit=2&after=" + page.text("next")));
    }
    assertThat(seen).isEqualTo(numbers);
    for (long number : numbers) {
      server.end(number);
    }
    assertThat(fields(server.get("jobs?state=completed,FAILED")).list("jobs")).hasSize(5);
    assertThat(fields(server.get("jobs?state=FAILED&queue=default")).list("jobs")).isEmpty();
  }

  @Test
  void theSameKeyAndBodyAddOnceAndAnotherBodyIsRefused() throws Exception {
    String body = "{\"command\":[\"true\"],\"name\":\"once\"}";
    String sameMeaning = "{ \"name\" : \"once\", \"command\" : [ \"true\" ] }";
    HttpResponse<String> first = withKey("k1", body);
    HttpResponse<String> second = withKey("k1", sameMeaning);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(fields(second).number("number")).isEqualTo(fields(first).number("number"));
    assertThat(second.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));

    HttpResponse<String> other = withKey("k1", "{\"command\":[\"false\"]}");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.body()).contains("urn:bide:key-reused");
    assertThat(withKey("x".repeat(255), body).statusCode()).isEqualTo(201);
    assertThat(withKey("x".repeat(256), body).statusCode()).isEqualTo(422);
    assertThat(fields(server.get("jobs")).list("jobs")).hasSize(2);
  }

  private HttpResponse<String> withKey(String key, String body) throws Exception {
    return server.send(server.json("POST", "jobs", body).header("Idempotency-Key", key));
  }

  @Test
  void aJobIsNamedByItsNumberItsUuidOrTheStartOfIt() throws Exception {
    long number = server.add("true");
    String uuid = server.end(number).needed("uuid");
    for (String name :
        List.of(
            Long.toString(number), uuid, uuid.toUpperCase(Locale.ROOT), uuid.substring(0, 13))) {
      HttpResponse<String> answer = server.get("jobs/" + name);
      if (!name.chars().allMatch(Character::isDigit) || name.equals(Long.toString(number))) {
        assertThat(answer.statusCode()).as(name).isEqualTo(200);
        assertThat(fields(answer).number("number")).isEqualTo(number);
      }
    }
    for (String name :
        List.of(
            "0",
            "01",
            "-1",
            "1e3",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999",
            uuid.substring(0, 7),
            uuid + "0",
            "00000000-0000-0000-0000-000000000000",
            "last",
            "%20",
            "%00",
            "a%2fb",
            "..%2f1")) {
      assertThat(server.send(server.request("jobs/" + name)).statusCode()).as(name).isIn(400, 404);
    }
  }

  @Test
  void aRemovedJobIsGoneForGood() throws Exception {
    long number = server.add("true");
    server.end(number);
    assertThat(server.send(server.request("jobs/" + number).DELETE()).statusCode()).isEqualTo(204);
    assertThat(server.get("jobs/" + number).statusCode()).isEqualTo(410);
    assertThat(server.get("jobs/" + number + "/log").statusCode()).isEqualTo(410);
    assertThat(server.send(server.request("jobs/" + number).DELETE()).statusCode()).isEqualTo(410);
    assertThat(server.post("jobs/" + number + "/retry", null).statusCode()).isEqualTo(410);
    assertThat(server.add("true")).isGreaterThan(number);
  }

  @Test
  void aCancelledJobEndsAndCancellingItAgainChangesNothing() throws Exception {
    long number = server.add("sleep", "100");
    HttpResponse<String> asked =
        server.post("jobs/" + number + "/cancel", Map.of("graceSeconds", 2));
    assertThat(asked.statusCode()).isEqualTo(200);
    Fields end = server.end(number);
    assertThat(end.text("state")).isEqualTo("CANCELLED");
    assertThat(end.text("reason")).isEqualTo("CANCELLED_BY_USER");
    HttpResponse<String> again = server.post("jobs/" + number + "/cancel", null);
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(fields(again).text("endedAt")).isEqualTo(end.text("endedAt"));
    assertThat(server.post("jobs/" + number + "/cancel", Map.of("graceSeconds", -1)).statusCode())
        .isEqualTo(422);
    assertThat(server.post("jobs/" + number + "/cancel", Map.of("grace", 1)).body())
        .contains("did you mean graceSeconds?");
  }

  @Test
  void aSignalThatIsNoneAndAJobThatHasEndedAreRefusedInWords() throws Exception {
    long number = server.add("true");
    server.end(number);
    String path = "jobs/" + number + "/signal";
    assertThat(server.post(path, Map.of("signal", "USR1")).body())
        .contains("not-running", "job " + number + " has ended");
    assertThat(server.post(path, Map.of("signal", "USR3")).body()).contains("is none of [HUP, INT");
    assertThat(server.post(path, Map.of()).statusCode()).isEqualTo(422);
    assertThat(server.post(path, Map.of("signal", "INT", "to", "some")).body())
        .contains("neither main nor all");
    assertThat(server.post(path, Map.of("signl", "INT")).body()).contains("did you mean signal?");
    assertThat(server.post("jobs/4711/signal", Map.of("signal", "INT")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void waitingForAnEndAnswersWhenItComesOrWhenTheTimeIsOver() throws Exception {
    long number = server.add("sleep", "100");
    HttpResponse<String> tooEarly = server.get("jobs/" + number + "?wait=1");
    assertThat(fields(tooEarly).text("state")).isIn("PENDING", "RUNNING");
    CompletableFuture<HttpResponse<String>> end = server.sendAsync("jobs/" + number + "?wait=60");
    server.post("jobs/" + number + "/cancel", Map.of("graceSeconds", 1));
    assertThat(fields(end.get(60, TimeUnit.SECONDS)).text("state")).isEqualTo("CANCELLED");
    assertThat(server.get("jobs/" + number + "?wait=61").statusCode()).isEqualTo(422);
  }

  @Test
  void manyMayWaitAtOnceWithoutTakingThreadsFromOthers() throws Exception {
    long number = server.add("sleep", "100");
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      waiting.add(server.sendAsync("jobs/" + number + "?wait=60"));
    }
    assertThat(server.get("queues").statusCode()).isEqualTo(200);
    server.post("jobs/" + number + "/cancel", Map.of("graceSeconds", 1));
    for (CompletableFuture<HttpResponse<String>> one : waiting) {
      assertThat(fields(one.get(60, TimeUnit.SECONDS)).text("state")).isEqualTo("CANCELLED");
    }
  }

  @Test
  void aHundredSubmittersAtOnceLoseNothingAndGetDifferentNumbers() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      answers.add(
          server.sendAsync(
              server.json("POST", "jobs", Map.of("command", List.of("true"), "name", "n" + i))));
    }
    Set<Long> numbers = new HashSet<>();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
      numbers.add(fields(answer.get()).number("number"));
    }
    assertThat(numbers).hasSize(300);
    for (long number : numbers) {
      assertThat(server.end(number).text("state")).isEqualTo("COMPLETED");
    }
    assertThat(fields(server.get("queues/default")).number("running")).isZero();
  }

  @Test
  void queuesAreChangedAndTheirJobsWait() throws Exception {
    HttpResponse<String> paused =
        server.send(
            server.json("PATCH", "queues/default", Map.of("paused", true, "slots", 10_000)));
    assertThat(paused.statusCode()).isEqualTo(200);
    assertThat(fields(paused).flag("paused")).isTrue();
    long number = server.add("true");
    Fields job = fields(server.get("jobs/" + number));
    assertThat(job.text("state")).isEqualTo("PENDING");
    assertThat(job.text("reason")).isEqualTo("QUEUE_PAUSED");
    assertThat(job.integer("position")).isEqualTo(1);
    server.send(server.json("PATCH", "queues/default", Map.of("paused", false)));
    assertThat(server.end(number).text("state")).isEqualTo("COMPLETED");
  }
}
