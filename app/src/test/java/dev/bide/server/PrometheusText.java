package dev.bide.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text format of Prometheus, version 0.0.4, read more strictly than Prometheus does: each
 * metric has a HELP and a TYPE, its samples stand together below them, no sample comes twice,
 * histograms add up, and names are those that the conventions ask for.
 */
final class PrometheusText {
  /** A sample: its name, its labels and its value. */
  record Sample(String name, Map<String, String> labels, double value) {}

  /** A metric. */
  record Metric(String type, String help, List<Sample> samples) {}

  private static final Pattern HEAD =
      Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (\\S.*)");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.+)})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\"(,|$)");
  private static final Pattern HELP = Pattern.compile("(?:[^\\\\]|\\\\[\\\\n])*");

  private final Map<String, Metric> metrics = new LinkedHashMap<>();
  private @Nullable String current;
  private @Nullable String help;

  private PrometheusText() {}

  /**
   * Reads it.
   *
   * @throws AssertionError naming the line that is not of the format
   */
  static PrometheusText read(String text) {
    PrometheusText read = new PrometheusText();
    if (!text.endsWith("\n") || text.contains("\r")) {
      throw new AssertionError("lines end by a line feed, the last one too");
    }
    for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
      try {
        read.line(line);
      } catch (IllegalArgumentException e) {
        throw new AssertionError(e.getMessage() + " in: " + line, e);
      }
    }
    read.metrics.forEach(PrometheusText::check);
    return read;
  }

  /** All metrics, by name, in the order of the text. */
  Map<String, Metric> metrics() {
    return metrics;
  }

  /** The value of a sample: name, value, name, value of its labels. */
  double value(String name, String... labels) {
    Map<String, String> wanted = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    return metrics.values().stream()
        .flatMap(metric -> metric.samples().stream())
        .filter(sample -> sample.name().equals(name) && sample.labels().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + wanted))
        .value();
  }

  private void line(String line) {
    if (line.startsWith("#")) {
      Matcher head = matched(HEAD, line, "no comment is written");
      if (head.group(1).equals("HELP")) {
        require(help == null, "a HELP without a TYPE");
        require(HELP.matcher(head.group(3)).matches(), "a wrong escape");
        help = head.group(3);
      } else {
        String text = help;
        require(text != null, "a TYPE without a HELP before it");
        require(Set.of("counter", "gauge", "histogram").contains(head.group(3)), "no type");
        require(!metrics.containsKey(head.group(2)), "the metric was there before");
        metrics.put(head.group(2), new Metric(head.group(3), text, new ArrayList<>()));
        help = null;
      }
      current = head.group(2);
      return;
    }
    Matcher sample = matched(SAMPLE, line, "no sample");
    String name = sample.group(1);
    Metric metric = current == null ? null : metrics.get(current);
    if (metric == null || help != null) {
      throw new IllegalArgumentException("a sample without a TYPE");
    }
    require(
        metric.type().equals("histogram")
            ? name.matches(current + "_(bucket|sum|count)")
            : name.equals(current),
        "a sample of another metric");
    Sample read =
        new Sample(
            name,
            sample.group(2) == null ? Map.of() : labels(sample.group(2)),
            Double.parseDouble(sample.group(3)));
    require(
        metric.samples().stream()
            .noneMatch(other -> other.name().equals(name) && other.labels().equals(read.labels())),
        "a sample that was there before");
    metric.samples().add(read);
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    int at = 0;
    while (at < text.length()) {
      Matcher label = LABEL.matcher(text).region(at, text.length());
      require(label.lookingAt(), "no label");
      String value =
          Pattern.compile("\\\\(.)")
              .matcher(label.group(2))
              .replaceAll(
                  one -> one.group(1).equals("n") ? "\n" : Matcher.quoteReplacement(one.group(1)));
      require(labels.put(label.group(1), value) == null, "a label twice");
      require(!label.group(3).equals(",") || label.end() < text.length(), "a comma at the end");
      at = label.end();
    }
    return labels;
  }

  private static Matcher matched(Pattern pattern, String line, String otherwise) {
    Matcher matcher = pattern.matcher(line);
    require(matcher.matches(), otherwise);
    return matcher;
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static void check(String name, Metric metric) {
    boolean counter = metric.type().equals("counter");
    if (metric.samples().isEmpty()
        || counter != name.endsWith("_total")
        || !name.matches("(bide|process)_[a-z_]+")
        || name.matches(".*_(milliseconds|kilobytes|megabytes|minutes|hours)(_.*)?")
        || (counter && metric.samples().stream().anyMatch(sample -> sample.value() < 0))) {
      throw new AssertionError("not as the conventions ask: " + name + " " + metric);
    }
    if (metric.type().equals("histogram")) {
      histogram(name, metric.samples());
    }
  }

  private static void histogram(String name, List<Sample> samples) {
    double last = Double.NEGATIVE_INFINITY;
    double count = 0;
    double all = -1;
    for (Sample sample : samples) {
      if (sample.name().endsWith("_bucket")) {
        String bound = String.valueOf(sample.labels().get("le"));
        double le = bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
        if (le <= last || sample.value() < count) {
          throw new AssertionError(name + " does not rise at " + bound);
        }
        last = le;
        count = sample.value();
      } else if (sample.name().endsWith("_count")) {
        all = sample.value();
      }
    }
    if (last != Double.POSITIVE_INFINITY || count != all) {
      throw new AssertionError(name + " does not add up");
    }
  }
}
