package dev.bide.server;

import static dev.bide.server.RunningServer.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Bide;
import dev.bide.api.Fields;
import dev.bide.store.Snapshot;
import dev.bide.store.Store;
import dev.bide.store.Transaction;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The pages of schedules, as a browser without scripts asks for them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchedulePagesTest {
  private RunningServer server;

  @BeforeAll
  void start() throws Exception {
    server = RunningServer.start();
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  private HttpResponse<String> form(String path, Map<String, String> fields) throws Exception {
    return server.form(path, fields);
  }

  private Map<String, String> plan(String name, String... more) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("name", name);
    fields.put("command", "true");
    fields.put("directory", server.directory().toString());
    fields.put("kind", "every");
    fields.put("every", "2h");
    fields.put("zone", "Europe/Berlin");
    for (int i = 0; i < more.length; i += 2) {
      fields.put(more[i], more[i + 1]);
    }
    return fields;
  }

  private Fields schedule(String name) throws Exception {
    return fields(server.get("schedules/" + name));
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  @Test
  void a_form_makes_what_the_api_shows() throws Exception {
    HttpResponse<String> answer =
        form(
            "/schedules",
            plan(
                "whole",
                "kind",
                "cron",
                "cron",
                "30 2 * * 1-5",
                "start",
                "2999-01-01",
                "end",
                "2999-12-31",
                "missed",
                "all",
                "overlap",
                "cancel-old",
                "jitter",
                "10m",
                "pauseAfter",
                "3"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    assertThat(location(answer)).isEqualTo("/schedules/whole?added=yes");
    Fields made = schedule("whole");
    assertThat(made.text("cron")).isEqualTo("30 2 * * 1-5");
    assertThat(made.text("zone")).isEqualTo("Europe/Berlin");
    assertThat(made.text("start")).isEqualTo("2998-12-31T23:00:00.000Z");
    assertThat(made.text("end")).isEqualTo("2999-12-31T22:59:59.999Z");
    assertThat(made.text("missed")).isEqualTo("all");
    assertThat(made.text("overlap")).isEqualTo("cancel-old");
    assertThat(made.number("jitterSeconds")).isEqualTo(600);
    assertThat(made.number("pauseAfter")).isEqualTo(3);
  }

  @Test
  void an_edit_of_one_field_leaves_all_others_as_they_were() throws Exception {
    Map<String, Object> job =
        Map.of(
            "command",
            List.of("printf", "two\nlines"),
            "directory",
            "/",
            "environment",
            Map.of("ONLY", "this"),
            "inheritEnvironment",
            false,
            "umask",
            "0077",
            "notify",
            List.of("failure=command:true"));
    ScheduleFixture.added(
        server,
        Map.of(
            "name",
            "kept",
            "everySeconds",
            7_200,
            "first",
            "2026-01-01T00:00:00.500Z",
            "zone",
            "UTC",
            "maxLateSeconds",
            60,
            "job",
            job));
    Fields before = schedule("kept");
    Map<String, String> fields = plan("ignored", "command", "printf 'twolines'", "directory", "/");
    fields.put("zone", "UTC");
    fields.put("first", "2026-01-01 00:00:00.500");
    fields.put("pauseAfter", "5");
    HttpResponse<String> answer = form("/schedules/kept/edit", fields);
    assertThat(location(answer)).as(answer.body()).isEqualTo("/schedules/kept?changed=yes");
    Map<Object, Object> wanted = new HashMap<>(before.map());
    wanted.put("pauseAfter", 5);
    assertThat((Object) schedule("kept").map()).isEqualTo(wanted);
    fields.put("command", "env");
    form("/schedules/kept/edit", fields);
    assertThat(Fields.of(schedule("kept").map().get("job")).texts("notify"))
        .containsExactly("failure=command:true");
    long number = fields(server.post("schedules/kept/run", null)).number("number");
    server.end(number);
    assertThat(server.get("jobs/" + number + "/log").body())
        .contains("ONLY=this")
        .doesNotContain("MARK=");
  }

  @Test
  void each_field_that_is_wrong_is_told_in_one_sentence_and_nothing_is_made() throws Exception {
    HttpResponse<String> answer =
        form(
            "/schedules",
            plan(
                "wrong name",
                "every",
                "2",
                "zone",
                "Berlin",
                "start",
                "soon",
                "end",
                "2026-13-01",
                "jitter",
                "2d",
                "pauseAfter",
                "x",
                "missed",
                "never",
                "directory",
                "relative"));
    assertThat(answer.statusCode()).isEqualTo(422);
    for (String field :
        List.of(
            "name",
            "every",
            "zone",
            "start",
            "end",
            "jitter",
            "pauseAfter",
            "missed",
            "directory")) {
      assertThat(answer.body()).containsOnlyOnce("id=\"" + field + "-wrong\"");
    }
    assertThat(answer.body()).contains("value=\"wrong name\"", "did you mean Europe/Berlin?");
    assertThat(server.get("schedules").body()).doesNotContain("wrong name");
  }

  @Test
  void a_command_that_is_missing_is_told_beside_it_alone() throws Exception {
    HttpResponse<String> answer = form("/schedules", plan("right-name", "command", ""));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).containsOnlyOnce("id=\"command-wrong\"").doesNotContain("name-wrong");
  }

  @Test
  void a_name_that_is_taken_and_times_that_are_over_are_told_beside_their_fields()
      throws Exception {
    assertThat(form("/schedules", plan("taken")).statusCode()).isEqualTo(303);
    HttpResponse<String> again = form("/schedules", plan("taken"));
    assertThat(again.statusCode()).isEqualTo(422);
    assertThat(again.body()).contains("id=\"name-wrong\"", "There is a schedule taken already");
    HttpResponse<String> over = form("/schedules", plan("over", "kind", "at", "at", "2020-01-01"));
    assertThat(over.body()).contains("id=\"at-wrong\"", "All of these times are over: it is ");
  }

  @Test
  void a_preview_marks_each_kind_of_time_that_comes_twice() throws Exception {
    HttpResponse<String> cron =
        form(
            "/schedule-preview",
            plan("", "kind", "cron", "cron", "30 2 * * *", "start", "2999-10-27"));
    assertThat(cron.statusCode()).isEqualTo(200);
    assertThat(cron.body()).containsOnlyOnce("this time comes twice: runs once");
    HttpResponse<String> every =
        form("/schedule-preview", plan("", "every", "1h", "first", "2999-10-27"));
    assertThat(every.body())
        .containsOnlyOnce("this time comes twice: the first")
        .containsOnlyOnce("this time comes twice: the second");
    HttpResponse<String> wrong =
        form("/schedule-preview", plan("", "zone", "Berlin", "jitter", "2d", "start", "soon"));
    assertThat(wrong.body())
        .contains("id=\"zone-wrong\"", "id=\"jitter-wrong\"", "id=\"start-wrong\"");
    HttpResponse<String> nothing = form("/schedule-preview", plan("", "every", ""));
    assertThat(nothing.body()).contains("Say when, and its next ten runs").doesNotContain("-wrong");
  }

  @Test
  void a_schedule_that_is_called_new_has_a_page_beside_the_form() throws Exception {
    HttpResponse<String> answer = form("/schedules", plan("new"));
    assertThat(location(answer)).isEqualTo("/schedules/new?schedule&added=yes");
    assertThat(server.get("/schedules/new").body()).contains("Add schedule");
    assertThat(server.get("/schedules/new?schedule").body()).contains("Next runs");
    assertThat(server.get("/schedules").body()).contains("href=\"/schedules/new?schedule\"");
    assertThat(location(form("/schedules/new/pause", Map.of())))
        .isEqualTo("/schedules/new?schedule");
  }

  @Test
  void what_is_not_there_is_said_on_a_page() throws Exception {
    for (String path : List.of("/schedules/nowhere", "/schedules/nowhere/edit")) {
      HttpResponse<String> answer = server.send(server.request(path).header("Accept", "text/html"));
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body()).contains("No schedule nowhere");
    }
  }

  @Test
  void a_backfill_refuses_times_in_the_wrong_order_and_counts_runs() throws Exception {
    form("/schedules", plan("filled", "kind", "cron", "cron", "0 3 * * *"));
    HttpResponse<String> wrong =
        form("/schedules/filled/backfill", Map.of("from", "2026-11-03", "to", "2026-11-02"));
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(wrong.body()).contains("This is after the end.", "value=\"2026-11-03\"");
    HttpResponse<String> right =
        form("/schedules/filled/backfill", Map.of("from", "2026-11-02", "to", "2026-11-03"));
    assertThat(location(right)).isEqualTo("/schedules/filled?planned=2");
  }

  @Test
  void a_page_of_a_thousand_schedules_is_read_at_one_instant() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    try (RunningServer many =
        RunningServer.start(
            config ->
                Bide.open(
                    config, store -> new CountingStore(store, reads), UnaryOperator.identity()))) {
      for (int hundred = 0; hundred < 10; hundred++) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          Map<String, Object> schedule =
              ScheduleFixture.schedule(
                  "s" + (100 * hundred + i), "cron", i % 60 + " 3 * * *", "zone", "Europe/Berlin");
          answers.add(many.sendAsync(many.json("POST", "schedules", schedule)));
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
          assertThat(answer.join().statusCode()).isEqualTo(201);
        }
      }
      long job = fields(many.post("schedules/s7/run", null)).number("number");
      many.end(job);
      int least = Integer.MAX_VALUE;
      for (int i = 0; i < 10; i++) { // others read now and then
        reads.set(0);
        HttpResponse<String> page = many.get("/schedules");
        least = Math.min(least, reads.get());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body().split("<tr data-key=", -1)).hasSize(1_001);
        assertThat(page.body()).contains("asked for by hand");
      }
      // the other is how many notices failed, which stands on every page
      assertThat(least).isEqualTo(2);
    }
  }

  /** Counts how often something is read. */
  private record CountingStore(Store store, AtomicInteger reads) implements Store {
    @Override
    public <T> T write(Function<Transaction, T> work) {
      return store.write(work);
    }

    @Override
    public <T> T read(Function<Snapshot, T> query) {
      reads.incrementAndGet();
      return store.read(query);
    }

    @Override
    public void recover() {
      store.recover();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
