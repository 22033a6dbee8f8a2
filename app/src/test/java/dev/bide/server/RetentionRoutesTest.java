package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionRoutesTest {
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private Fields part(Fields whole, String name) {
    return Fields.of(whole.map().get(name));
  }

  @Test
  void whatIsKeptIsToldWithItsLimit() throws Exception {
    server.end(server.add("echo", "1234567"));
    Fields retention = fields(server.get("retention"));
    Fields settings = part(retention, "settings");
    assertThat(settings.text("age")).isEqualTo("90d");
    assertThat(settings.text("failed")).isNull();
    assertThat(settings.text("logs")).isEqualTo("10%");
    assertThat(settings.text("longestLog")).isEqualTo("1GB");
    Fields kept = part(retention, "kept");
    assertThat(kept.number("jobs")).isEqualTo(1);
    assertThat(kept.number("logBytes")).isEqualTo(8);
    long tenth = server.directory().toFile().getTotalSpace() / 10;
    assertThat(kept.number("logLimit")).isCloseTo(tenth, org.assertj.core.data.Offset.offset(1L));
    assertThat(part(retention, "removed").number("jobs")).isZero();
    assertThat(part(part(retention, "older"), "1d").number("jobs")).isZero();
    assertThat(retention.text("paused")).isNull();
    Fields brief = part(fields(server.get("server")), "retention");
    assertThat(brief.number("logBytes")).isEqualTo(8);
    assertThat(fields(server.get("server")).text("clock")).isNull();
  }

  @Test
  void aPinnedJobIsShownAsSuchAndStays() throws Exception {
    long job = server.add("echo", "kept");
    server.end(job);
    assertThat(fields(server.get("jobs/" + job)).flag("pinned")).isFalse();
    assertThat(fields(server.post("jobs/" + job + "/pin", null)).flag("pinned")).isTrue();
    assertThat(fields(server.get("jobs/" + job)).flag("pinned")).isTrue();
    String all = "retention/older?before=2126-01-01T00:00:00Z";
    HttpResponse<String> removed = server.send(server.json("DELETE", all, null));
    assertThat(fields(removed).number("jobs")).isZero();
    assertThat(fields(server.post("jobs/" + job + "/unpin", null)).flag("pinned")).isFalse();
    assertThat(fields(server.get(all)).number("logBytes")).isEqualTo(5);
    removed = server.send(server.json("DELETE", all, null));
    assertThat(fields(removed).number("jobs")).isEqualTo(1);
    assertThat(server.get("jobs/" + job).statusCode()).isEqualTo(410);
    assertThat(server.post("jobs/" + job + "/pin", null).statusCode()).isEqualTo(410);
  }

  @Test
  void aJobThatWaitsCanBePinned() throws Exception {
    server.send(server.json("PATCH", "queues/default", Map.of("paused", true)));
    long job = server.add("true");
    assertThat(fields(server.post("jobs/" + job + "/pin", null)).flag("pinned")).isTrue();
  }

  @Test
  void wrongQuestionsAboutOldJobsAreRefused() throws Exception {
    for (String query :
        List.of(
            "",
            "?before=2026-01-01T00:00:00Z&state=FAILED,RUNNING",
            "?before=yesterday",
            "?before=2026-01-01T00:00:00Z&state=DONE",
            "?x=1")) {
      assertThat(server.get("retention/older" + query).statusCode()).as(query).isEqualTo(422);
    }
  }

  @Test
  void prometheusIsToldInItsOwnFormat() throws Exception {
    server.end(server.add("true"));
    server.end(server.add("false"));
    HttpResponse<String> answer = server.get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    String text = answer.body();
    assertThat(text)
        .contains("# TYPE bide_jobs gauge\n")
        .contains("bide_jobs{state=\"completed\"} 1\n")
        .contains("bide_jobs{state=\"failed\"} 1\n")
        .contains("bide_jobs{state=\"pending\"} 0\n")
        .contains("bide_queue_running{queue=\"default\"} 0\n")
        .contains("bide_starts_total 2\n")
        .contains("bide_endings_total{outcome=\"completed\"} 1\n")
        .contains("bide_endings_total{outcome=\"failed\"} 1\n")
        .contains("bide_endings_total{outcome=\"lost\"} 0\n")
        .contains("# TYPE bide_wait_seconds histogram\n")
        .contains("bide_wait_seconds_bucket{le=\"+Inf\"} 2\n")
        .contains("bide_wait_seconds_count 2\n")
        .contains("bide_run_seconds_count 2\n")
        .contains("bide_store_down 0\n")
        .contains("bide_schedules{state=\"paused\"} 0\n")
        .containsPattern("bide_store_commit_seconds_count [1-9]")
        .containsPattern("bide_home_free_bytes [1-9]")
        .containsPattern("process_resident_memory_bytes [1-9]");
    for (String line : text.lines().toList()) {
      assertThat(line)
          .matches(
              "# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? [0-9.E+-]+");
    }
    assertThat(text).endsWith("\n");
  }

  @Test
  void figuresNeedTheToken() throws Exception {
    var bare = java.net.http.HttpRequest.newBuilder(server.uri("/metrics"));
    assertThat(server.send(bare).statusCode()).isEqualTo(401);
  }

  @Test
  void statsSayHowJobsEndedAndHowLongTheyTook() throws Exception {
    server.end(server.add("true"));
    server.end(server.add("false"));
    Fields stats = fields(server.get("stats"));
    Fields all = part(stats, "all");
    assertThat(part(all, "ended").map())
        .isEqualTo(
            Json.read(
                "{\"COMPLETED\":1,\"FAILED\":1}"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(part(all, "waited").number("count")).isEqualTo(2);
    assertThat(part(all, "ran").number("count")).isEqualTo(2);
    assertThat(part(part(stats, "queues"), "default").map()).isEqualTo(all.map());
    Fields none = fields(server.get("stats?since=2126-01-01T00:00:00Z"));
    assertThat(part(part(none, "all"), "ran").number("count")).isZero();
  }
}
