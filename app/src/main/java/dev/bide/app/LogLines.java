package dev.bide.app;

import dev.bide.api.JobJson;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

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
    LogWriter writer = new LogWriter(stream, new LogLines(forPeople));
    writer.setLevel(forPeople ? Level.WARNING : Level.INFO);
    root.addHandler(writer);
    return writer;
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
