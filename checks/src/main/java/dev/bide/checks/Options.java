package dev.bide.checks;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Words of the form {@code --name value}. Whatever is asked for counts as known. */
final class Options {
  private final Map<String, String> given = new TreeMap<>();
  private final Set<String> known = new TreeSet<>();

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException when a word is no option or has no value
   */
  Options(List<String> words) {
    for (int i = 0; i < words.size(); i += 2) {
      String name = words.get(i);
      if (!name.startsWith("--")) {
        throw new IllegalArgumentException(name + " is no option: --name value is wanted");
      }
      if (i + 1 == words.size()) {
        throw new IllegalArgumentException(name + " wants a value");
      }
      given.put(name.substring(2), words.get(i + 1));
    }
  }

  /** A word. */
  String text(String name, String otherwise) {
    known.add(name);
    return given.getOrDefault(name, otherwise);
  }

  /** A whole number. */
  int number(String name, int otherwise) {
    return Math.toIntExact(seed(name, otherwise));
  }

  /** A whole number of any size, such as the seed of everything random. */
  long seed(String name, long otherwise) {
    String text = text(name, Long.toString(otherwise));
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + name + " wants a whole number, not " + text, e);
    }
  }

  /** A number with a fraction. */
  double fraction(String name, double otherwise) {
    String text = text(name, Double.toString(otherwise));
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + name + " wants a number, not " + text, e);
    }
  }

  /**
   * To be called when all that is known was asked for.
   *
   * @throws IllegalArgumentException when something else was given
   */
  void nothingElse() {
    for (String name : given.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("--" + name + " is unknown; there are --" + known);
      }
    }
  }
}
