package dev.bide.app;

import dev.bide.api.JobJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the server's log reads: a line each, with time, gravity and message. Where faults came from
 * is written to {@code server.log}, for those who look for them, and not to a person's terminal.
 */
final class LogLines extends Formatter {
  private final boolean forPeople;

  private LogLines(boolean forPeople) {
    this.forPeople = forPeople;
  }

  /** Everything that is logged from now on reads so, and goes to this stream. */
  static LogWriter use(boolean forPeople, OutputStream stream) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
      handler.close();
    }
    loadAhead();
    LogWriter writer = new LogWriter(stream, new LogLines(forPeople));
    writer.setLevel(forPeople ? Level.WARNING : Level.INFO);
    root.addHandler(writer);
    return writer;
  }

  /**
   * Tells nobody of a fault, so that all classes for telling are there: the first fault may be that
   * the disk is gone which holds the program.
   */
  private static void loadAhead() {
    Logger nobody = Logger.getLogger(LogLines.class.getName() + ".nobody");
    nobody.setUseParentHandlers(false);
    Handler formatting =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            String unused = new LogLines(false).format(entry) + new LogLines(true).format(entry);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    nobody.addHandler(formatting);
    org.slf4j.Logger told = LoggerFactory.getLogger(nobody.getName());
    IOException fault = new IOException("", new UncheckedIOException(new IOException()));
    told.info("{}", 1);
    told.warn("{} {}", 1, 2);
    told.error("{} {} {}", 1, 2, 3, fault);
    nobody.removeHandler(formatting);
  }

  @Override
  public String format(LogRecord entry) {
    StringBuilder line = new StringBuilder();
    line.append(JobJson.time(entry.getInstant())).append(' ').append(entry.getLevel().getName());
    line.append(' ').append(formatMessage(entry));
    Throwable thrown = entry.getThrown();
    if (thrown != null && forPeople) {
      line.append(": ").append(thrown);
    }
    line.append(System.lineSeparator());
    if (thrown != null && !forPeople) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace, true));
      line.append(trace);
    }
    return line.toString();
  }
}
