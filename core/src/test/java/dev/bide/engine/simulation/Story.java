package dev.bide.engine.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened, for people; written only when somebody will read it. */
final class Story {
  private final boolean read;
  private final List<String> lines = new ArrayList<>();

  Story(boolean read) {
    this.read = read;
  }

  void tell(String words, Object... values) {
    if (!read) {
      return;
    }
    String line = String.format(Locale.ROOT, words, values);
    if (lines.isEmpty() || !lines.get(lines.size() - 1).equals(line)) {
      lines.add(line); // one turn after the other in which nothing happens is one line
    }
  }

  List<String> lines() {
    return lines;
  }
}
