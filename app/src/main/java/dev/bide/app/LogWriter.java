package dev.bide.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is logged on a thread of its own, so that nothing waits for whoever reads it: behind
 * the stream may be a pager, a terminal stopped by Ctrl+S or a disk that hangs. What finds no room
 * is counted, and the count is told. Thread-safe.
 */
final class LogWriter extends Handler implements AutoCloseable {
  private static final int ROOM = 1_000;
  private static final int CLOSING_SECONDS = 1;

  private final OutputStream stream;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(ROOM);
  private final AtomicLong leftOut = new AtomicLong();
  private final CountDownLatch written = new CountDownLatch(1);
  private volatile boolean closed;

  /**
   * Starts writing.
   *
   * @param stream is not closed
   */
  LogWriter(OutputStream stream, Formatter formatter) {
    this.stream = stream;
    setFormatter(formatter);
    Thread thread = new Thread(this::write, "bide-log");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void publish(LogRecord entry) {
    if (isLoggable(entry)) {
      say(getFormatter().format(entry));
    }
  }

  /** Writes this text, line end included, behind what is already on its way. */
  void say(String text) {
    if (!lines.offer(text)) {
      leftOut.incrementAndGet();
    }
  }

  private void write() {
    try {
      String line;
      while ((line = next()) != null) {
        put(line);
        long count = leftOut.getAndSet(0);
        if (count > 0) {
          put("(" + count + " lines of the log found no room: nobody read it for a while)\n");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      written.countDown();
    }
  }

  /** The next line, waiting for it; null when it is closed and all was written. */
  private @Nullable String next() throws InterruptedException {
    while (true) {
      String line = closed ? lines.poll() : lines.poll(1, TimeUnit.HOURS);
      if (line != null || closed) {
        return line;
      }
    }
  }

  private void put(String line) {
    try {
      stream.write(line.getBytes(StandardCharsets.UTF_8));
      stream.flush();
    } catch (IOException e) {
      // there is nowhere left to say it
    }
  }

  @Override
  public void flush() {
    // each line is flushed when it is written
  }

  /** Without room for this it is awake. */
  private void wake() {
    var unused = lines.offer("");
  }

  /** Waits a second at most for what is on its way. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      var unused = written.await(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
