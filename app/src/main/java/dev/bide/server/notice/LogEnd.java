package dev.bide.server.notice;

import dev.bide.Bide;
import dev.bide.engine.Refused;
import dev.bide.job.Job;
import dev.bide.log.LastLine;
import dev.bide.log.LogFile;
import dev.bide.notice.Notice;
import dev.bide.store.StoreDown;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The last lines that an attempt wrote, as text that nothing acts on. */
final class LogEnd {
  static final int LINES = 20;
  private static final int MOST_BYTES = 8 << 10;

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
      lines.add(lastShown(line));
    }
    return lines.size() == 1 && lines.get(0).isEmpty() ? List.of() : lines;
  }

  /** Of a bar of progress, what it showed last. */
  private static String lastShown(String line) {
    int end = line.length();
    while (end > 0) {
      int start = line.lastIndexOf('\r', end - 1) + 1;
      String shown = LastLine.plain(line.substring(start, end)).stripTrailing();
      if (!shown.isEmpty()) {
        return shown;
      }
      end = start - 1;
    }
    return "";
  }
}
