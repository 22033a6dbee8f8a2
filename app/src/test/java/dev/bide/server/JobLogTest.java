package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobLogTest {
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static HttpResponse<String> range(long job, String range) throws Exception {
    return server.send(server.request("jobs/" + job + "/log").header("Range", range));
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  void aLogIsReadWholeByBytesAndFromItsEnd() throws Exception {
    long job = server.add("sh", "-c", "printf 'one\\ntwo\\nthree\\n'");
    server.end(job);
    HttpResponse<String> whole = server.get("jobs/" + job + "/log");
    assertThat(whole.body()).isEqualTo("one\ntwo\nthree\n");
    assertThat(header(whole, "Content-Type")).startsWith("text/plain");
    assertThat(header(whole, "Content-Disposition")).startsWith("attachment");
    assertThat(header(whole, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(whole, "Bide-State")).isEqualTo("COMPLETED");
    assertThat(header(whole, "Bide-Log-Size")).isEqualTo("14");
    assertThat(header(whole, "Bide-Log-Final")).isEqualTo("true");

    HttpResponse<String> part = range(job, "bytes=4-6");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("two");
    assertThat(header(part, "Content-Range")).isEqualTo("bytes 4-6/14");
    assertThat(range(job, "bytes=8-").body()).isEqualTo("three\n");
    assertThat(range(job, "bytes=-6").body()).isEqualTo("three\n");
    assertThat(range(job, "bytes=-1000").body()).isEqualTo("one\ntwo\nthree\n");
    assertThat(range(job, "bytes=0-0,2-2").statusCode())
        .as("several are passed over")
        .isEqualTo(200);
    assertThat(range(job, "lines=1-2").statusCode()).isEqualTo(200);
    HttpResponse<String> beyond = range(job, "bytes=14-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */14");
    assertThat(header(beyond, "Bide-Log-Final")).isEqualTo("true");
    HttpResponse<String> nothing = range(job, "bytes=-0");
    assertThat(nothing.statusCode()).isEqualTo(416);
    assertThat(header(nothing, "Content-Range")).isEqualTo("bytes */14");

    assertThat(server.get("jobs/" + job + "/log?tail=1").body()).isEqualTo("three\n");
    assertThat(server.get("jobs/" + job + "/log?tail=2").body()).isEqualTo("two\nthree\n");
    assertThat(server.get("jobs/" + job + "/log?tail=99").body()).isEqualTo("one\ntwo\nthree\n");
    assertThat(server.get("jobs/" + job + "/log?tail=0").body()).isEmpty();
    assertThat(header(server.get("jobs/" + job + "/log?tail=1"), "Bide-Log-Offset")).isEqualTo("8");
    assertThat(server.get("jobs/" + job + "/log?attempt=2").statusCode()).isEqualTo(404);
    assertThat(server.get("jobs/" + job + "/log?attempt=0").statusCode()).isEqualTo(422);
    assertThat(server.get("jobs/" + job + "/log?tail=x").statusCode()).isEqualTo(422);
    assertThat(server.get("jobs/" + job + "/log?lines=1").statusCode()).isEqualTo(422);
  }

  @Test
  void followersAreToldAsSoonAsThereIsMoreAndWhenItIsOver() throws Exception {
    Path gate = server.directory().resolve("gate");
    long job =
        server.add(
            "sh", "-c", "echo first; while [ ! -e " + gate + " ]; do sleep 0.05; done; echo last");
    HttpResponse<String> first =
        server.send(server.request("jobs/" + job + "/log?wait=30").header("Range", "bytes=0-"));
    assertThat(first.statusCode()).isEqualTo(206);
    assertThat(first.body()).isEqualTo("first\n");
    assertThat(header(first, "Bide-Log-Final")).isEqualTo("false");
    assertThat(header(first, "Bide-State")).isEqualTo("RUNNING");

    CompletableFuture<HttpResponse<String>> more =
        server.sendAsync(
            server.request("jobs/" + job + "/log?wait=30").header("Range", "bytes=6-"));
    assertThat(more).isNotDone();
    Files.createFile(gate);
    assertThat(more.get(60, TimeUnit.SECONDS).body()).isEqualTo("last\n");
    HttpResponse<String> end =
        server.send(server.request("jobs/" + job + "/log?wait=30").header("Range", "bytes=11-"));
    assertThat(end.statusCode()).isEqualTo(416);
    assertThat(header(end, "Bide-Log-Final")).isEqualTo("true");
  }

  @Test
  void theLogOfAWaitingJobIsEmptyAndItsFollowerSeesTheStart() throws Exception {
    try (RunningServer other = RunningServer.start()) {
      other.send(other.json("PATCH", "queues/default", Map.of("paused", true)));
      long job = other.add("echo", "started");
      HttpResponse<String> waiting = other.get("jobs/" + job + "/log");
      assertThat(waiting.statusCode()).isEqualTo(200);
      assertThat(waiting.body()).isEmpty();
      assertThat(header(waiting, "Bide-State")).isEqualTo("PENDING");
      assertThat(header(waiting, "Bide-Log-Final")).isEqualTo("false");
      CompletableFuture<HttpResponse<String>> follower =
          other.sendAsync(
              other.request("jobs/" + job + "/log?wait=30").header("Range", "bytes=0-"));
      other.send(other.json("PATCH", "queues/default", Map.of("paused", false)));
      assertThat(follower.get(60, TimeUnit.SECONDS).body()).isEqualTo("started\n");
    }
  }

  @Test
  void eachAttemptHasALogOfItsOwn() throws Exception {
    long job = server.add("sh", "-c", "echo attempt $BIDE_JOB_ATTEMPT");
    server.end(job);
    server.post("jobs/" + job + "/retry", null);
    server.end(job);
    assertThat(server.get("jobs/" + job + "/log").body()).isEqualTo("attempt 2\n");
    assertThat(server.get("jobs/" + job + "/log?attempt=1").body()).isEqualTo("attempt 1\n");
  }

  @Test
  void aJobThatSwapsItsLogForALinkShowsNothingOfWhatTheLinkPointsTo() throws Exception {
    Path token = server.files().token();
    for (String trick :
        List.of(
            "rm -f log; ln -s " + token + " log",
            "rm -f log; ln " + token + " log.hard; mkfifo log",
            "rm -f log; mkdir log",
            "cd ..; mv 1 1.away; ln -s " + server.files().home() + " 1; ")) {
      long job =
          fields(
                  server.post(
                      "jobs",
                      Map.of(
                          "shell",
                          "cd $BIDE_HOME/runs/*-$(echo $BIDE_JOB_UUID | cut -c1-8)/1 && " + trick)))
              .number("number");
      await().until(() -> !fields(server.get("jobs/" + job)).needed("state").equals("RUNNING"));
      HttpResponse<String> log = server.get("jobs/" + job + "/log");
      assertThat(log.body()).as(trick).doesNotContain(server.token());
    }
  }

  @Test
  void largeLogsAreStreamed() throws Exception {
    long job = server.add("sh", "-c", "head -c 50000000 /dev/zero | tr '\\0' x");
    server.end(job);
    assertThat(server.get("jobs/" + job + "/log").body()).hasSize(50_000_000);
    assertThat(server.get("jobs/" + job + "/log?tail=1").body()).hasSize(16 << 20);
  }
}
