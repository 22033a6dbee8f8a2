package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeSettings;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The pages below Settings, and what the others say of notices, room and pins. */
class SettingsPagesTest {
  private static final List<String> PAGES =
      List.of(
          "/jobs",
          "/schedules",
          "/schedules/new",
          "/settings/server",
          "/settings/retention",
          "/settings/notifications");

  private static String page(RunningServer server, String path) throws Exception {
    HttpResponse<String> answer = server.send(server.request(path).header("Accept", "text/html"));
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String text(String page) {
    return page.replaceAll("(?s)<svg.*?</svg>", "")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("[\\s\u00a0]+", " ");
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse(answer.body());
  }

  private static NoticeSettings telling(String... rules) throws Exception {
    NoticeRule[] read = new NoticeRule[rules.length];
    for (int i = 0; i < rules.length; i++) {
      read[i] = NoticeRule.parse(rules[i]);
    }
    return new NoticeSettings(List.of(read), List.of("127.0.0.1"), null, null, null);
  }

  private static void awaitFailed(RunningServer server, int count) {
    Awaitility.await().until(() -> server.notices("?state=FAILED").size() == count);
  }

  @Test
  void the_page_of_the_server_says_how_it_is_and_what_ended() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      server.end(server.add("true"));
      server.end(server.add("false"));
      String page = text(page(server, "/settings/server"));
      assertThat(page)
          .contains(
              "Version 1.2.3",
              "http://127.0.0.1:" + server.server().port(),
              "Store written and read",
              "Clock as expected",
              "1 Completed",
              "1 Failed",
              "0 of 3 busy");
      HttpResponse<String> root = server.get("/settings");
      assertThat(location(root)).isEqualTo("/settings/server");
    }
  }

  @Test
  void a_notice_that_was_given_up_is_seen_everywhere_until_it_is_sent_again() throws Exception {
    try (HttpReceiver receiver = new HttpReceiver();
        RunningServer server =
            RunningServer.start(telling("failure=" + receiver.url("/secret?token=42")))) {
      receiver.answer("/secret?token=42", 410);
      long job = server.add("false");
      server.end(job);
      awaitFailed(server, 1);
      String page = page(server, "/settings/notifications");
      String shown = receiver.url("/…");
      assertThat(page).contains("data-failed=\"1\"").doesNotContain("token=42");
      assertThat(text(page))
          .contains(
              "Could not be sent",
              "Job " + job + " failed with exit code 1.",
              shown,
              "1 try",
              "410")
          .contains("everything failure " + shown);
      for (String other : PAGES) {
        assertThat(page(server, other)).as(other).contains("data-failed=\"1\"");
      }
      assertThat(text(page(server, "/jobs/" + job)))
          .contains("A notice could not be sent to " + shown + ": ");

      receiver.answer("/secret?token=42", 204);
      String id = server.notices("?state=FAILED").get(0).needed("id");
      HttpResponse<String> again =
          server.form("/settings/notifications/" + id + "/again", Map.of());
      assertThat(location(again)).isEqualTo("/settings/notifications?again=1");
      Awaitility.await().until(() -> server.notices("?state=SENT").size() == 1);
      assertThat(text(page(server, "/settings/notifications"))).contains("No notice was given up.");
      assertThat(page(server, "/jobs/" + job)).contains("data-failed=\"0\"").doesNotContain(shown);
    }
  }

  @Test
  void all_that_was_given_up_is_sent_again_or_forgotten_at_once() throws Exception {
    try (HttpReceiver receiver = new HttpReceiver();
        RunningServer server = RunningServer.start(telling("end=" + receiver.url("/a")))) {
      receiver.answer("/a", 410);
      server.end(server.add("true"));
      awaitFailed(server, 1);
      server.end(server.add("true"));
      awaitFailed(server, 2);
      HttpResponse<String> again = server.form("/settings/notifications/again", Map.of());
      assertThat(location(again)).isEqualTo("/settings/notifications?again=2");
      receiver.await(3);
      awaitFailed(server, 2);
      assertThat(text(page(server, "/settings/notifications/forget"))).contains("2 notices");
      HttpResponse<String> forgotten =
          server.form("/settings/notifications/forget?before=" + Instant.now(), Map.of());
      assertThat(location(forgotten)).isEqualTo("/settings/notifications?forgotten=2");
      assertThat(text(page(server, "/settings/notifications?forgotten=2")))
          .contains("2 notices forgotten.", "No notice was given up.");
      HttpResponse<String> nobody =
          server.form(
              "/settings/notifications/00000000-0000-0000-0000-000000000001/again", Map.of());
      assertThat(nobody.statusCode()).isEqualTo(404);
      assertThat(server.form("/settings/notifications/x/again", Map.of()).statusCode())
          .isEqualTo(404);
    }
  }

  @Test
  void hostile_names_targets_and_answers_stay_text() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      HttpResponse<String> added =
          server.post(
              "jobs",
              Map.of(
                  "command",
                  List.of("false"),
                  "name",
                  "<img src=x onerror=alert(1)>\u202e",
                  "notify",
                  List.of("end=command:echo '<script>alert(2)</script>'; exit 3")));
      long job = RunningServer.fields(added).number("number");
      Awaitility.await()
          .until(() -> page(server, "/settings/notifications").contains("after 1 try"));
      assertThat(page(server, "/settings/notifications"))
          .contains("(&lt;img src=x onerror=alert(1)&gt;", "&lt;script&gt;alert(2)")
          .doesNotContain("<img", "<script>", "\u202e");
      assertThat(page(server, "/jobs/" + job)).doesNotContain("<img", "<script>");
    }
  }

  @Test
  void a_target_is_tried_out_and_what_is_wrong_is_told_beside_the_field() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      String path = "/settings/notifications";
      assertThat(text(page(server, path))).contains("Nobody is told of everything.");
      HttpResponse<String> sent = server.form(path, Map.of("rule", "command:true"));
      assertThat(sent.statusCode()).isEqualTo(200);
      assertThat(text(sent.body())).contains("A test was sent to command:true.");
      HttpResponse<String> wrong = server.form(path, Map.of("rule", "nowhere"));
      assertThat(wrong.statusCode()).isEqualTo(422);
      assertThat(wrong.body()).contains("id=\"rule-wrong\"", "value=\"nowhere\"");
      HttpResponse<String> failed =
          server.form(path, Map.of("rule", "command:echo '<no>'; exit 4"));
      assertThat(failed.statusCode()).isEqualTo(422);
      assertThat(failed.body()).contains("exit code 4: &lt;no&gt;");
      HttpResponse<String> inside = server.form(path, Map.of("rule", "http://127.0.0.1:1/x"));
      assertThat(inside.statusCode()).isEqualTo(422);
      assertThat(server.form(path, Map.of()).statusCode()).isEqualTo(422);
    }
  }

  private static final Pattern REMOVE =
      Pattern.compile("action=\"(/settings/retention/remove[^\"]*)\"");

  @Test
  void old_jobs_are_removed_after_a_question_with_their_count_and_pinned_ones_stay()
      throws Exception {
    RunningServer before = RunningServer.start();
    long pinned = before.add("echo", "pinned");
    before.end(pinned);
    long gone = before.add("echo", "old");
    before.end(gone);
    try (RunningServer server =
        before.again(config -> Bide.open(config.withClock(ahead(config, 2))))) {
      HttpResponse<String> pin = server.form("/jobs/" + pinned + "/pin?from=jobs", Map.of());
      assertThat(location(pin)).isEqualTo("/jobs");
      assertThat(page(server, "/jobs")).contains("pinned: it stays");
      assertThat(text(page(server, "/jobs/" + pinned))).contains("Pinned stays, whatever its age");
      String page = text(page(server, "/settings/retention"));
      assertThat(page)
          .contains("Jobs that have ended 2", "Pinned of them 1 7 bytes of logs")
          .contains("1 day 1 4 bytes Remove…", "7 days 0 0 bytes nothing")
          .contains("age removed after 90 days default", "longest-log cut to 1.0 GB default");
      String question = page(server, "/settings/retention/remove?days=1");
      assertThat(text(question)).contains("1 job with 4 bytes of logs", "Remove 1 job");
      Matcher action = REMOVE.matcher(question);
      assertThat(action.find()).isTrue();
      HttpResponse<String> removed = server.form(action.group(1), Map.of());
      String back = "/settings/retention?removed=1&bytes=4&left=0";
      assertThat(location(removed)).isEqualTo(back);
      assertThat(text(page(server, back)))
          .contains("Removed 1 job with 4 bytes of logs.", "Jobs that have ended 1")
          .contains("by hand 1 4 bytes");
      assertThat(server.get("jobs/" + pinned).statusCode()).isEqualTo(200);
      assertThat(server.get("jobs/" + gone).statusCode()).isEqualTo(410);
      server.form("/jobs/" + pinned + "/unpin", Map.of());
      assertThat(page(server, "/jobs")).doesNotContain("pinned: it stays");
      assertThat(server.form("/settings/retention/remove?before=x", Map.of()).statusCode())
          .isEqualTo(422);
      assertThat(server.get("/settings/retention/remove?days=2").statusCode()).isEqualTo(422);
    }
  }

  /** So many days later. */
  private static java.time.Clock ahead(BideConfig config, int days) {
    return java.time.Clock.offset(config.clock(), Duration.ofDays(days));
  }

  @Test
  void the_settings_in_force_are_told_with_those_of_queues() throws Exception {
    Keep keep =
        new Keep(
            new Limits(
                Limits.FOREVER,
                Map.of(dev.bide.job.State.FAILED, Duration.ofHours(36)),
                100L,
                dev.bide.retention.LogLimit.of("none")),
            Map.of(
                "nightly",
                new Limits(
                    Duration.ofDays(14), Map.of(), null, dev.bide.retention.LogLimit.of("2GB"))),
            2_000_000);
    try (RunningServer server = RunningServer.start(config -> Bide.open(config.withKeep(keep)))) {
      assertThat(text(page(server, "/settings/retention")))
          .contains("age kept for ever failed removed after 1 d 12 h count at most 100 jobs")
          .contains("logs without a limit longest-log cut to 2.0 MB")
          .contains("queue.nightly.age removed after 14 days")
          .contains("queue.nightly.logs at most 2.0 GB together")
          .doesNotContain("default");
    }
  }

  @Test
  void every_page_says_that_the_disk_is_nearly_full_and_what_can_go_comes_first() throws Exception {
    try (RunningServer server =
        RunningServer.start(config -> Bide.open(withLeastFree(config, 1_000_000_000_000_000L)))) {
      for (String path : PAGES) {
        assertThat(text(page(server, path)))
            .as(path)
            .contains("The disk of Bide's home is nearly full", "at least 1000.0 TB are wanted");
      }
      assertThat(page(server, "/jobs")).contains("<a href=\"/settings/retention\">What can go</a>");
      assertThat(page(server, "/settings/retention")).contains("class=\"sheets low\"");
      HttpResponse<String> stranger =
          java.net.http.HttpClient.newHttpClient()
              .send(
                  java.net.http.HttpRequest.newBuilder(server.uri("/login")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(stranger.body()).contains("Log in").doesNotContain("nearly full");
    }
  }

  private static BideConfig withLeastFree(BideConfig config, long bytes) {
    return new BideConfig(
        config.home(),
        config.grace(),
        config.url(),
        bytes,
        config.clock(),
        config.notices(),
        config.launcherEnvironment(),
        config.keep());
  }

  @Test
  void a_log_that_was_cut_or_is_gone_is_told_on_the_page_of_its_job() throws Exception {
    Keep keep = new Keep(Limits.NONE, Map.of(), Keep.LEAST_LONGEST_LOG);
    try (RunningServer server = RunningServer.start(config -> Bide.open(config.withKeep(keep)))) {
      long job = server.add("head", "-c", "3000000", "/dev/zero");
      server.end(job);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(text(page(server, "/jobs/" + job)))
                      .contains("cut to its beginning and its end, without 2.0 MB between"));
      String directory =
          String.valueOf(
              dev.bide.api.Fields.of(server.end(job).list("attempts").get(0)).needed("directory"));
      Files.delete(Path.of(directory, "log"));
      assertThat(text(page(server, "/jobs/" + job)))
          .contains("Its log, 1.0 MB, is gone from its run directory.");
    }
  }
}
