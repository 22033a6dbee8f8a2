package dev.bide.server;

import dev.bide.api.JobJson;
import dev.bide.figures.JobFigures;
import dev.bide.figures.Spread;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has happened, in figures: for people, and for Prometheus. */
final class FiguresRoutes {
  private static final Duration USUAL = Duration.ofDays(7);

  /** What the text format is called since version 0.0.4; scrapers go by it. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Parts parts;
  private final Metrics metrics;

  FiguresRoutes(Parts parts) {
    this.parts = parts;
    this.metrics = new Metrics(parts);
  }

  void register(RoutesConfig routes) {
    routes.get(Api.ROOT + "/stats", this::stats);
    routes.get("/metrics", this::metrics);
  }

  private void metrics(Context context) {
    Query.only(context, List.of());
    context.contentType(PROMETHEUS);
    context.header("Cache-Control", "no-store");
    context.result(metrics.text().getBytes(StandardCharsets.UTF_8));
  }

  private void stats(Context context) {
    Query.only(context, List.of("since"));
    Instant since =
        Query.text(context, "since")
            .map(said -> RequestFields.parameter("since", said))
            .orElseGet(() -> Instant.now().minus(USUAL));
    JobFigures.Counter figures = parts.bide().figures(since);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("since", JobJson.time(since));
    answer.put("all", map(figures.all()));
    Map<String, @Nullable Object> queues = new LinkedHashMap<>();
    figures.queues().forEach((name, one) -> queues.put(name, map(one)));
    answer.put("queues", queues);
    Answers.json(context, 200, answer);
  }

  private static Map<String, @Nullable Object> map(JobFigures figures) {
    Map<String, @Nullable Object> ended = new LinkedHashMap<>();
    figures.ended().forEach((state, count) -> ended.put(state.name(), count));
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("ended", ended);
    map.put("waited", map(figures.waited()));
    map.put("ran", map(figures.ran()));
    return map;
  }

  private static Map<String, @Nullable Object> map(Spread spread) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("count", spread.count());
    map.put("medianSeconds", spread.median() / 1000.0);
    map.put("p95Seconds", spread.p95() / 1000.0);
    return map;
  }
}
