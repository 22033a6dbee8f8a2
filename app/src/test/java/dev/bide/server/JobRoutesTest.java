package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.JobJson;
import dev.bide.api.Json;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
}
