package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queue file of the article. */
class OldFileTest {
  private static final String FINISHED =
      """
      6f640ce6-5a3a-4161-8135-fc62bd573897 countdown.py 25 COMPLETED
      694d73e2-0d5f-4090-8518-d241c94aaf6b countdown.py 25 COMPLETED
      """;
  private static final String RUNNING =
      "cc057b2d-f471-4b19-b11b-c5be9d2fd8ac countdown.py 10 RUNNING\n";
  private static final String PENDING =
      "e9d4620b-5ba5-4bd4-81e4-4a20e11c88e2 countdown.py 5 PENDING\n";

  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private HttpResponse<String> takeOver(String text, String query) throws Exception {
    return server.send(
        server
            .request("import" + query)
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString(text)));
  }

  @Test
  void theArticlesFileIsTakenOverAndItsFinishedLinesComeBackUnchanged() throws Exception {
    Path directory = Files.createDirectories(server.directory().resolve("work"));
    Files.writeString(directory.resolve("countdown.py"), "import sys; print(sys.argv[1])\n");
    HttpResponse<String> answer = takeOver(FINISHED + RUNNING + PENDING, "?dir=" + directory);
    assertThat(answer.body()).isEqualTo("{\"imported\":4,\"skipped\":[]}");

    Fields finished = fields(server.get("jobs/6f640ce6-5a3a-4161-8135-fc62bd573897"));
    assertThat(finished.text("state")).isEqualTo("COMPLETED");
    assertThat(finished.text("reason")).isEqualTo("IMPORTED");
    assertThat(finished.integer("exitCode")).isNull();
    assertThat(finished.integer("attempt")).isZero();
    assertThat(finished.texts("command")).containsExactly("python3", "countdown.py", "25");
    assertThat(finished.text("directory")).isEqualTo(directory.toString());
    Fields lost = fields(server.get("jobs/cc057b2d"));
    assertThat(lost.text("state")).isEqualTo("LOST");
    assertThat(lost.text("reason")).isEqualTo("IMPORTED");
    long pending = fields(server.get("jobs/e9d4620b")).number("number");
    assertThat(server.end(pending).text("state")).isEqualTo("COMPLETED");
    assertThat(server.get("jobs/" + pending + "/log").body()).isEqualTo("5\n");

    HttpResponse<String> export = server.get("export?format=job_queue.txt");
    assertThat(export.body()).isEqualTo(FINISHED + PENDING.replace("PENDING", "COMPLETED"));
    assertThat(export.headers().firstValue("Bide-Skipped")).contains("1");
  }

  @Test
  void whatIsKnownOrNoLineOfTheFileIsSkippedWithTheReason() throws Exception {
    takeOver(FINISHED, "?dir=/");
    String text =
        FINISHED
            + "\n"
            + "not-a-uuid countdown.py 5 PENDING\n"
            + "e9d4620b-5ba5-4bd4-81e4-4a20e11c88e2 countdown.py 5 DONE\n"
            + "e9d4620b-5ba5-4bd4-81e4-4a20e11c88e2\n"
            + "e9d4620b-5ba5-4bd4-81e4-4a20e11c88e2 a.py 5 COMPLETED\n"
            + "e9d4620b-5ba5-4bd4-81e4-4a20e11c88e2 b.py 5 COMPLETED\n";
    Fields answer = fields(takeOver(text, "?dir=/"));
    assertThat(answer.number("imported")).isEqualTo(1);
    assertThat(answer.list("skipped")).hasSize(6);
    assertThat(answer.list("skipped").stream().map(one -> Fields.of(one).integer("line")).toList())
        .isEqualTo(List.of(1, 2, 4, 5, 6, 8));
    assertThat(answer.list("skipped").toString())
        .contains("a job with this uuid is known")
        .contains("does not begin with a uuid")
        .contains("does not end in PENDING")
        .contains("stands in an earlier line");
  }

  @Test
  void parametersWithBlanksAndWithoutAnyAreOneParameterAndNone() throws Exception {
    takeOver(
        """
        00000000-0000-4000-8000-000000000001 a.py two words COMPLETED
        00000000-0000-4000-8000-000000000002 a.py  COMPLETED
        00000000-0000-4000-8000-000000000003 run.sh x COMPLETED
        """,
        "?dir=/");
    assertThat(fields(server.get("jobs/1")).texts("command"))
        .containsExactly("python3", "a.py", "two words");
    assertThat(fields(server.get("jobs/2")).texts("command")).containsExactly("python3", "a.py");
    assertThat(fields(server.get("jobs/3")).texts("command")).containsExactly("run.sh", "x");
  }

  @Test
  void whatTheOldFileCannotSayIsLeftOutAndCounted() throws Exception {
    server.send(server.json("PATCH", "queues/default", Map.of("paused", true)));
    server.add("sleep", "5");
    server.add("sleep", "5", "6");
    server.add("echo", "a b");
    server.add("echo", "");
    server.add("echo", "a\nb");
    server.add("true");
    server.add("python3", "a.py");
    server.post("jobs", Map.of("shell", "true"));
    HttpResponse<String> export = server.get("export");
    assertThat(export.body()).hasLineCount(1).endsWith(" sleep 5 PENDING\n");
    assertThat(export.headers().firstValue("Bide-Skipped")).contains("7");
  }

  @Test
  void manyLinesAreTakenOverAndBadRequestsAreRefused() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2500; i++) {
      text.append(String.format("%08x-0000-4000-8000-000000000001 a.py %d COMPLETED%n", i, i));
    }
    assertThat(fields(takeOver(text.toString(), "?dir=/")).number("imported")).isEqualTo(2500);
    assertThat(server.get("export").body()).hasLineCount(2500);
    assertThat(takeOver(PENDING, "?dir=relative").statusCode()).isEqualTo(422);
    assertThat(server.get("export?format=csv").statusCode()).isEqualTo(422);
    assertThat(server.post("import", "{}").statusCode()).isEqualTo(415);
  }
}
