package dev.bide.server;

import dev.bide.figures.Histogram;
import java.time.Duration;

/**
 * The text format of Prometheus, version 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats). One that is written by hand, since it is a
 * dozen rules and a library would be more to keep than these.
 */
final class MetricsText {
  private final StringBuilder text = new StringBuilder(8_192);
  private String name = "";

  /** Begins a metric; its samples follow. */
  MetricsText metric(String newName, String type, String help) {
    name = newName;
    text.append("# HELP ").append(name).append(' ').append(escaped(help, false)).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /** A sample, with labels or without: name, value, name, value. */
  MetricsText sample(long value, String... labels) {
    return line(name, labels(labels), Long.toString(value));
  }

  /** A sample that is a time that passes, in seconds. */
  MetricsText sample(Duration value) {
    return line(name, "", number(value.toMillis() / 1000.0));
  }

  /** All samples of a histogram. */
  void histogram(Histogram histogram) {
    long[] counts = histogram.cumulative();
    double[] bounds = histogram.bounds();
    for (int i = 0; i < counts.length; i++) {
      String bound = i < bounds.length ? number(bounds[i]) : "+Inf";
      line(name + "_bucket", labels("le", bound), Long.toString(counts[i]));
    }
    line(name + "_sum", "", number(histogram.sum()));
    line(name + "_count", "", Long.toString(counts[counts.length - 1]));
  }

  private MetricsText line(String sample, String labels, String value) {
    text.append(sample).append(labels).append(' ').append(value).append('\n');
    return this;
  }

  private static String labels(String... labels) {
    if (labels.length == 0) {
      return "";
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < labels.length; i += 2) {
      all.append(all.isEmpty() ? '{' : ',')
          .append(labels[i])
          .append("=\"")
          .append(escaped(labels[i + 1], true))
          .append('"');
    }
    return all.append('}').toString();
  }

  private static String escaped(String value, boolean quoted) {
    String escaped = value.replace("\\", "\\\\").replace("\n", "\\n");
    return quoted ? escaped.replace("\"", "\\\"") : escaped;
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
