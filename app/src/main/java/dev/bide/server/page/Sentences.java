package dev.bide.server.page;

import java.util.Locale;

/** Makes sentences of what the program says in one line. */
final class Sentences {
  private Sentences() {}

  /** With a capital at its beginning and a full stop at its end. */
  static String of(String line) {
    if (line.isEmpty()) {
      return line;
    }
    int first = line.codePointAt(0);
    int width = Character.charCount(first);
    // a file's name keeps its letters
    boolean word = line.indexOf(' ') < 0 || line.substring(0, line.indexOf(' ')).matches("\\p{L}+");
    String start =
        word ? line.substring(0, width).toUpperCase(Locale.ROOT) : line.substring(0, width);
    String end = ".?!".indexOf(line.charAt(line.length() - 1)) >= 0 ? "" : ".";
    return start + line.substring(width) + end;
  }

  /** What is wrong with a field: a message that continues the field's name, or stands alone. */
  static String of(String field, String message) {
    boolean continues = message.startsWith("is ") || message.startsWith("holds ");
    return of(continues ? "the " + field + " " + message : message);
  }
}
