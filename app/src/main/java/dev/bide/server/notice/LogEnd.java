package dev.bide.server.notice;

import dev.bide.Bide;
import dev.bide.engine.Refused;
import dev.bide.job.Job;
import dev.bide.log.LogFile;
import dev.bide.notice.Notice;
import dev.bide.store.StoreDown;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The last lines that an attempt wrote, as text that nothing acts on. */
final class LogEnd {
  static final int LINES = 20;
  private static final int MOST_BYTES = 8 << 10;

  /** Colours and the like, as terminals take them. */
  private static final Pattern SEQUENCE =
      Pattern.compile("\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)|.)");

  private final Bide bide;

  LogEnd(Bide bide) {
    this.bide = bide;
  }

  /** Of the attempt that a notice is about; nothing where it is gone or cannot be read. */
  List<String> of(Notice notice) {
    Long number = notice.job();
    String attempt = notice.fact(Notice.Fact.ATTEMPT);
    if (number == null || attempt == null || attempt.equals("0")) {
      return List.of();
    }
    try {
      Job job = bide.find(number);
      try (LogFile log = LogFile.open(bide.logFile(job, Integer.parseInt(attempt)))) {
        long start = Math.max(log.startOfTail(LINES), log.size() - MOST_BYTES);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        log.copy(start, log.size() - start, bytes);
        return lines(bytes.toString(StandardCharsets.UTF_8));
      }
    } catch (Refused | StoreDown | IOException gone) {
      return List.of();
    }
  }

  static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.stripTrailing().split("\n", -1)) {
      String plain = SEQUENCE.matcher(line).replaceAll("").stripTrailing();
      // of a bar of progress, what it showed last
      String last = plain.substring(plain.lastIndexOf('\r') + 1).replace('\t', ' ');
      StringBuilder out = new StringBuilder();
      last.codePoints()
          .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
          .forEach(out::appendCodePoint);
      lines.add(out.toString());
    }
    return lines.size() == 1 && lines.get(0).isEmpty() ? List.of() : lines;
  }
}
