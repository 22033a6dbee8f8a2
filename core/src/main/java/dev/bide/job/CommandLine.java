package dev.bide.job;

import java.util.ArrayList;
import java.util.List;

/**
 * Command lines as text: split into words and joined again by the quoting rules of the POSIX shell
 * (XCU 2.2), without any expansion. Pure.
 */
public final class CommandLine {
  /** Characters that mean something to a shell when they stand unquoted. */
  private static final String SHELL_CHARACTERS = "|&;<>$*`()";

  private static final String PLAIN = "@%+=:,./_-";

  private CommandLine() {}

  /** Thrown when a line cannot be split, with a sentence for the person who typed it. */
  public static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /** The words of a line, and the first unquoted character that only a shell would understand. */
  public record Split(
      List<String> words, @org.jspecify.annotations.Nullable Character shellCharacter) {
    public Split {
      words = List.copyOf(words);
    }
  }

  /**
   * Splits a line into words: blanks separate, quotes and backslashes work as in the shell, nothing
   * is expanded.
   *
   * @throws Malformed when a quote is not closed or the line ends in a backslash
   */
  public static Split split(String line) throws Malformed {
    List<String> words = new ArrayList<>();
    Character special = null;
    StringBuilder word = null;
    int i = 0;
    while (i < line.length()) {
      char c = line.charAt(i++);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        if (word != null) {
          words.add(word.toString());
          word = null;
        }
        continue;
      }
      if (word == null) {
        word = new StringBuilder();
      }
      switch (c) {
        case '\'' -> {
          int end = line.indexOf('\'', i);
          if (end < 0) {
            throw new Malformed("a single quote (') is not closed");
          }
          word.append(line, i, end);
          i = end + 1;
        }
        case '"' -> i = doubleQuoted(line, i, word);
        case '\\' -> {
          if (i == line.length()) {
            throw new Malformed("the line ends in a backslash");
          }
          char next = line.charAt(i++);
          if (next != '\n') {
            word.append(next);
          }
        }
        default -> {
          if (special == null && SHELL_CHARACTERS.indexOf(c) >= 0) {
            special = c;
          }
          word.append(c);
        }
      }
    }
    if (word != null) {
      words.add(word.toString());
    }
    return new Split(words, special);
  }

  private static int doubleQuoted(String line, int start, StringBuilder word) throws Malformed {
    int i = start;
    while (i < line.length()) {
      char c = line.charAt(i++);
      if (c == '"') {
        return i;
      }
      if (c == '\\' && i < line.length() && "$`\"\\\n".indexOf(line.charAt(i)) >= 0) {
        char next = line.charAt(i++);
        if (next != '\n') {
          word.append(next);
        }
      } else {
        word.append(c);
      }
    }
    throw new Malformed("a double quote (\") is not closed");
  }

  /** The line that {@link #split} and every POSIX shell take apart into exactly these words. */
  public static String join(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      if (line.length() > 0) {
        line.append(' ');
      }
      line.append(quote(word));
    }
    return line.toString();
  }

  /** One word, in single quotes where a shell would need them. */
  public static String quote(String word) {
    boolean plain = !word.isEmpty();
    for (int i = 0; plain && i < word.length(); i++) {
      char c = word.charAt(i);
      plain = Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0;
    }
    return plain ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
