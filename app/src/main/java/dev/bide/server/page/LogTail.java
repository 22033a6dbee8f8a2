package dev.bide.server.page;

import dev.bide.log.LogFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The end of a log as plain text lines, for browsers without JavaScript. The module {@code log.js}
 * shows the same with colours.
 *
 * @param lines without their line breaks, what a terminal would not print left out
 * @param cut true when the log is longer than that
 * @param size bytes of the whole log
 */
record LogTail(List<String> lines, boolean cut, long size) {
  /** Nothing. */
  static final LogTail EMPTY = new LogTail(List.of(), false, 0);

  private static final int MOST_BYTES = 64 * 1024;
  private static final int MOST_LINES = 200;
  private static final int LONGEST_LINE = 10_000;

  /** Colours, cursor moves, titles: whatever begins with an escape, unfinished ones too. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\u001b(?:\\[[0-?]*[ -/]*[@-~]?|[\\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|[ -/]*[0-~]?)");

  /** Reads the end of a regular file; what is no such file is an empty log. */
  static LogTail read(Path file) {
    try (LogFile log = LogFile.open(file)) {
      long start = Math.max(0, log.size() - MOST_BYTES);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(MOST_BYTES);
      log.copy(start, log.size() - start, bytes);
      return of(bytes.toString(StandardCharsets.UTF_8), start > 0, log.size());
    } catch (IOException e) {
      return EMPTY;
    }
  }

  /**
   * The lines of a text.
   *
   * @param fromTheMiddle true when the text begins inside a longer one: its first line is dropped
   */
  private static LogTail of(String text, boolean fromTheMiddle, long size) {
    List<String> lines = new ArrayList<>(split(text));
    if (fromTheMiddle && lines.size() > 1) {
      lines.remove(0);
    }
    boolean cut = fromTheMiddle || lines.size() > MOST_LINES;
    List<String> last = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
    return new LogTail(last.stream().map(LogTail::shown).toList(), cut, size);
  }

  private static List<String> split(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    String whole = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return List.of(whole.split("\n", -1));
  }

  private static String shown(String line) {
    String plain = ESCAPES.matcher(lastSegment(line)).replaceAll("");
    String visible = VisibleText.block(plain);
    return visible.length() <= LONGEST_LINE
        ? visible
        : visible.substring(0, LONGEST_LINE)
            + " … "
            + Wording.count(visible.length() - LONGEST_LINE, "more character");
  }

  /** What stands behind the last carriage return that anything follows: progress bars rewrite. */
  private static String lastSegment(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\r') {
      end--;
    }
    return line.substring(line.lastIndexOf('\r', end - 1) + 1, end);
  }
}
