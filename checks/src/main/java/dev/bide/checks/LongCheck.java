package dev.bide.checks;

import java.util.function.Consumer;

/** One check in the form that a person runs for as long as they like; see {@code ./bide-checks}. */
interface LongCheck {
  /** What it is called on the command line. */
  String name();

  /** What it does, in one line, with its options and their defaults. */
  String what();

  /**
   * Runs it. The last line told is the one for the table in RELIABILITY.md.
   *
   * @return whether every promise was kept
   * @throws IllegalArgumentException when an option makes no sense, with words for a person
   */
  boolean run(Options options, Consumer<String> tell);
}
