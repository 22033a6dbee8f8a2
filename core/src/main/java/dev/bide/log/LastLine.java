package dev.bide.log;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The last line of a text that is not blank, made fit to be shown: without escape sequences and
 * control characters, the state of a progress bar that was drawn last, at most {@value #MOST}
 * characters. Pure.
 */
public final class LastLine {
  static final int MOST = 500;

  /**
   * ECMA-48: control sequences, operating system commands and other strings up to their end or that
   * of the line, two-character escapes; also the one-character forms. No part can match in two
   * ways, so it never goes back.
   */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "(?:\u001b\\[|\u009b)[0-?]*+[ -/]*+[@-~]?+"
              + "|(?:\u001b[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])"
              + "[^\u0007\u001b\u009c]*+(?:\u0007|\u009c|\u001b\\\\)?+"
              + "|\u001b[ -/]*+[0-~]?+");

  /** Controls, halves of characters, and what turns the direction of the text around it. */
  private static final Pattern CONTROLS =
      Pattern.compile("[\\p{Cc}\\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]");

  private LastLine() {}

  /** Empty when every line is blank. */
  public static Optional<String> of(String text) {
    int end = text.length();
    while (end > 0) {
      // Both end a line here: what follows a carriage return overwrote what stood before it.
      int start = Math.max(text.lastIndexOf('\n', end - 1), text.lastIndexOf('\r', end - 1)) + 1;
      String line = plain(text.substring(start, end)).strip();
      if (!line.isEmpty()) {
        return Optional.of(cut(line));
      }
      end = start - 1;
    }
    return Optional.empty();
  }

  /**
   * A line as text that nothing acts on: without escape sequences, control characters, lone
   * surrogates and what turns the direction of the text around it; a tab is a blank.
   */
  public static String plain(String line) {
    String unescaped = ESCAPES.matcher(line).replaceAll("");
    return CONTROLS.matcher(unescaped.replace('\t', ' ')).replaceAll("");
  }

  private static String cut(String line) {
    if (line.length() <= MOST) {
      return line;
    }
    int end = MOST - 1;
    return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
