package dev.bide.cli;

import dev.bide.api.Fields;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** {@code stats}: how jobs ended, and how long they waited and ran. */
final class StatsVerb implements Verb {
  private static final int[] IN_ORDER = {0, 1, 2, 3, 4, 5};
  private static final int[] ENDED_LAST = {0, 2, 3, 4, 5, 1};

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "stats",
            "Says how jobs ended, and how long they waited and ran.",
            Option.value("since", null, "AGE", "those that ended in this time (else 7d)"))
        .withDetails(
            "Half took no longer than the median, nineteen of twenty no longer than the 95th"
                + " percentile. Waiting is counted for jobs that were started once.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    String age = Objects.requireNonNullElse(call.arguments().value("since"), "7d");
    Instant since = Instant.now().minus(Text.parseDuration("--since", age));
    byte[] answer = call.api().stats(since.toString());
    if (call.inJson()) {
      call.console().line(new String(answer, StandardCharsets.UTF_8).strip());
      return 0;
    }
    Fields stats = call.api().object(answer);
    List<List<String>> lines = new ArrayList<>();
    Map<?, ?> queues = Fields.of(stats.map().get("queues")).map();
    queues.forEach((queue, figures) -> lines.add(line(String.valueOf(queue), Fields.of(figures))));
    if (queues.size() > 1) {
      lines.add(line("all", Fields.of(stats.map().get("all"))));
    }
    if (lines.isEmpty()) {
      call.console().hint("no job ended in the last " + age);
      return 0;
    }
    print(call, lines);
    return 0;
  }

  private static List<String> line(String queue, Fields figures) {
    Fields waited = Fields.of(figures.map().get("waited"));
    Fields ran = Fields.of(figures.map().get("ran"));
    List<String> endings = new ArrayList<>();
    Fields.of(figures.map().get("ended"))
        .map()
        .forEach(
            (state, count) ->
                endings.add(count + " " + String.valueOf(state).toLowerCase(Locale.ROOT)));
    return List.of(
        Text.visible(queue),
        String.join(", ", endings),
        time(waited, "medianSeconds"),
        time(waited, "p95Seconds"),
        time(ran, "medianSeconds"),
        time(ran, "p95Seconds"));
  }

  private static String time(Fields spread, String which) {
    if (spread.number("count") == 0) {
      return "-";
    }
    double seconds = spread.map().get(which) instanceof Number number ? number.doubleValue() : 0;
    return Text.duration(Duration.ofMillis(Math.round(1000 * seconds)));
  }

  private static void print(Call call, List<List<String>> lines) throws Trouble {
    if (!call.forPeople()) {
      lines.forEach(line -> call.console().line(String.join("\t", line)));
      return;
    }
    List<List<String>> all = new ArrayList<>();
    all.add(List.of("QUEUE", "ENDED", "WAITED", "95 %", "RAN", "95 %"));
    all.addAll(lines);
    int[] widths = Text.widths(all, 6);
    // what is long comes last where a terminal would break the figures
    boolean narrow = Arrays.stream(widths).sum() + 2 * 5 > call.console().columns();
    for (List<String> line : all) {
      StringBuilder text = new StringBuilder();
      for (int i : narrow ? ENDED_LAST : IN_ORDER) {
        text.append(text.isEmpty() ? "" : "  ").append(Text.pad(line.get(i), widths[i]));
      }
      call.console().line(text.toString().stripTrailing());
    }
  }
}
