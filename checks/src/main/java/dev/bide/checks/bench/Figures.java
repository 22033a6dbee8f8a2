package dev.bide.checks.bench;

import java.util.Collection;
import java.util.List;

/** Numbers of several rounds in one. */
final class Figures {
  private Figures() {}

  static double median(Collection<Double> values) {
    return quantile(values, 0.5);
  }

  /** The smallest value that at least this part of the values does not exceed. */
  static double quantile(Collection<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    int index = (int) Math.ceil(part * sorted.size()) - 1;
    return sorted.get(Math.max(0, index));
  }
}
