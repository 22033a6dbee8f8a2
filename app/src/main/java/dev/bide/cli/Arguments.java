package dev.bide.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command line taken apart: options by their long names, and the words that are none. */
final class Arguments {
  private final Map<String, List<String>> options = new HashMap<>();
  private final List<String> words = new ArrayList<>();
  private boolean dashes;
  private int beforeDashes;

  void put(String option, String value) {
    options.computeIfAbsent(option, name -> new ArrayList<>()).add(value);
  }

  void addWords(List<String> more) {
    words.addAll(more);
  }

  /** What stands behind {@code --}. */
  void dashes(List<String> more) {
    dashes = true;
    beforeDashes = words.size();
    words.addAll(more);
  }

  /** Everything that is no option, in its order. */
  List<String> words() {
    return words;
  }

  /** True when {@code --} was there, so that a lone {@code -} is a word like any other. */
  boolean hadDashes() {
    return dashes;
  }

  /** How many words stood before {@code --}, or how many there are where it was not there. */
  int wordsBeforeDashes() {
    return dashes ? beforeDashes : words.size();
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  /** The last value that was given, or null. */
  @Nullable String value(String option) {
    List<String> values = options.get(option);
    return values == null ? null : values.get(values.size() - 1);
  }

  /** Every value that was given. */
  List<String> values(String option) {
    return options.getOrDefault(option, List.of());
  }

  /** A whole number in its limits, or null when it was not given. */
  @Nullable Integer number(String option, int least, int most) throws Trouble {
    String text = value(option);
    if (text == null) {
      return null;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw Trouble.usage(
        "--"
            + option
            + " wants a whole number from "
            + least
            + " to "
            + most
            + ", not "
            + Text.quoted(text));
  }
}
