package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bide.notice.NoticeSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus is told, as a strict reader of its format finds it. */
class MetricsTest {
  /** There from the first sweep on, half a minute after the start. */
  private static final String AFTER_A_SWEEP = "bide_retention_last_sweep_timestamp_seconds";

  @SuppressWarnings("NullAway.Init")
  private RunningServer server;

  @SuppressWarnings("NullAway.Init")
  private HttpReceiver web;

  @BeforeEach
  void start() throws Exception {
    web = new HttpReceiver();
    server =
        RunningServer.start(
            new NoticeSettings(List.of(), List.of("127.0.0.0/8"), null, null, null));
  }

  @AfterEach
  void stop() throws Exception {
    try {
      server.close();
    } finally {
      web.close();
    }
  }

  private PrometheusText scrape() throws Exception {
    return PrometheusText.read(server.get("/metrics").body());
  }

  @Test
  void everyMetricIsDocumentedAndEveryDocumentedOneIsThere() throws Exception {
    server.end(server.add("true"));
    Set<String> documented = new TreeSet<>();
    Matcher names =
        Pattern.compile("(?m)^\\| `((?:bide|process)_[a-z_]+)")
            .matcher(Files.readString(Path.of("../docs/retention.md")));
    while (names.find()) {
      documented.add(names.group(1));
    }
    Set<String> told = new TreeSet<>(scrape().metrics().keySet());
    told.add(AFTER_A_SWEEP);

    assertThat(told).isEqualTo(documented);
  }

  @Test
  void twoScrapesTellTheSameInTheSameOrder() throws Exception {
    server.end(server.add("true"));
    assertThat(shape(scrape())).isEqualTo(shape(scrape()));
    assertThat(labels(scrape(), "bide_endings_total", "outcome")).startsWith("completed", "failed");
    assertThat(labels(scrape(), "bide_notices_sent_total", "kind"))
        .containsExactly("command", "webhook", "mail", "other");
    assertThat(labels(scrape(), "bide_retention_removed_total", "why"))
        .containsExactly("age", "count", "logs", "hand");
  }

  private static List<String> shape(PrometheusText text) {
    List<String> shape = new ArrayList<>();
    text.metrics()
        .forEach(
            (name, metric) ->
                metric.samples().forEach(one -> shape.add(one.name() + one.labels())));
    shape.removeIf(one -> one.startsWith(AFTER_A_SWEEP));
    return shape;
  }

  private static List<String> labels(PrometheusText text, String name, String label) {
    PrometheusText.Metric metric = text.metrics().get(name);
    assertThat(metric).as(name).isNotNull();
    return metric.samples().stream().map(one -> String.valueOf(one.labels().get(label))).toList();
  }

  @Test
  void noticesAreCountedByTheirKindAndByWhatCameOfThem() throws Exception {
    web.answer("/down", 500);
    web.answer("/gone", 410);
    server.end(
        server.addTelling("command:true", web.url("/taken"), web.url("/down"), web.url("/gone")));
    await()
        .untilAsserted(
            () -> assertThat(server.notices("")).allMatch(one -> one.number("tries") > 0));

    PrometheusText text = scrape();
    assertThat(text.value("bide_notices_sent_total", "kind", "command")).isEqualTo(1);
    assertThat(text.value("bide_notices_sent_total", "kind", "webhook")).isEqualTo(1);
    assertThat(text.value("bide_notices_sent_total", "kind", "mail")).isZero();
    assertThat(text.value("bide_notice_failures_total", "kind", "webhook")).isEqualTo(2);
    assertThat(text.value("bide_notices_given_up_total", "kind", "webhook")).isEqualTo(1);
    assertThat(text.value("bide_notices_given_up_total", "kind", "mail")).isZero();
    assertThat(text.value("bide_notices_waiting", "kind", "webhook")).isEqualTo(1);
    assertThat(text.value("bide_notices_waiting", "kind", "command")).isZero();
  }

  @Test
  void theStoreAndTheSchedulesAreTold() throws Exception {
    server.post(
        "schedules",
        Map.of("name", "often", "everySeconds", 3600, "job", Map.of("command", List.of("true"))));
    PrometheusText text = scrape();

    assertThat(text.value("bide_store_database_bytes")).isGreaterThan(4096);
    assertThat(text.value("bide_store_wal_bytes")).isPositive();
    assertThat(text.value("bide_store_commit_failures_total")).isZero();
    assertThat(text.value("bide_home_free_bytes")).isPositive();
    assertThat(text.value("bide_planning_behind_seconds")).isZero();
    assertThat(text.value("bide_retention_freed_bytes_total")).isZero();
  }

  @Test
  void labelsAndHelpAreEscaped() {
    String evil = "a\\b\"c\nd{e}=,\"";
    String text =
        new MetricsText().metric("bide_x", "gauge", "of \\ and\nmore").sample(1, "queue", evil)
            + "";

    assertThat(text).hasLineCount(3);
    assertThat(PrometheusText.read(text).value("bide_x", "queue", evil)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bide_x 1\n",
        "# TYPE bide_x gauge\nbide_x 1\n",
        "# HELP bide_x x\n# TYPE bide_x gauge\nbide_x 1",
        "# HELP bide_x x\n# TYPE bide_x gauge\nbide_y 1\n",
        "# HELP bide_x x\n# TYPE bide_x gauge\nbide_x one\n",
        "# HELP bide_x x\n# TYPE bide_x gauge\nbide_x 1\nbide_x 2\n",
        "# HELP bide_x x\n# TYPE bide_x gauge\nbide_x{a=\"b\"c\"} 1\n",
        "# HELP bide_x x\n# TYPE bide_x gauge\nbide_x{a=\"\\d\"} 1\n",
        "# HELP bide_x x\n# TYPE bide_x counter\nbide_x 1\n"
      })
  void theReaderIsStrict(String text) {
    assertThatThrownBy(() -> PrometheusText.read(text)).isInstanceOf(AssertionError.class);
  }
}
