package dev.bide.cli;

import org.jspecify.annotations.Nullable;

/**
 * One option of a verb.
 *
 * @param name the long form without its dashes
 * @param letter the short form, or null
 * @param value what help calls its value ({@code NAME}), or null when it takes none
 * @param text what help says about it; empty keeps it out of the help
 */
record Option(String name, @Nullable Character letter, @Nullable String value, String text) {

  static Option flag(String name, @Nullable Character letter, String text) {
    return new Option(name, letter, null, text);
  }

  static Option value(String name, @Nullable Character letter, String value, String text) {
    return new Option(name, letter, value, text);
  }

  boolean takesValue() {
    return value != null;
  }
}
