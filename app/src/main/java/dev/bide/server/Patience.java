package dev.bide.server;

import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/**
 * How long one body is waited for. What waits holds a thread: so only some may wait at a time, and
 * a sender that brings next to nothing is cut off. For one thread.
 */
final class Patience implements AutoCloseable {
  /** Half of the threads, so that the others can always answer. */
  static final int MOST_WAITING = 16;

  private static final long WINDOW_NANOS = 10_000_000_000L;
  private static final int LEAST_IN_WINDOW = 40 << 10;
  private static final int BURST_MILLIS = 250;
  private static final int LOOK_MILLIS = 5;
  private static final int SILENCE_MILLIS = 15_000;

  private final Semaphore waiting;
  private final EndPoint connection;
  private final long usualIdleMillis;
  private long windowBegan = System.nanoTime();
  private long inWindow;
  private boolean waits;

  /** How many bytes are still to come; negative when that was not said. */
  private long left;

  /**
   * @param waiting has {@link #MOST_WAITING} permits for the whole server
   */
  Patience(Semaphore waiting, Context context) {
    this.waiting = waiting;
    connection =
        ServletContextRequest.getServletContextRequest(context.req())
            .getConnectionMetaData()
            .getConnection()
            .getEndPoint();
    usualIdleMillis = connection.getIdleTimeout();
    left = context.req().getContentLengthLong();
  }

  /**
   * Reads what is there, or waits for more; -1 at the end.
   *
   * @throws Problem 408 when too little came for too long, 503 when too many wait already
   */
  int read(ServletInputStream in, byte[] into) throws IOException {
    boolean all = left == 0 || in.isFinished();
    if (!all && in.available() == 0) {
      await(in);
    }
    int read;
    try {
      read = in.read(into);
    } catch (IOException e) {
      if (timedOut(e)) {
        throw tooSlow();
      }
      throw e;
    }
    inWindow += Math.max(0, read);
    left -= Math.max(0, read);
    if (waits && read >= 0 && System.nanoTime() - windowBegan > WINDOW_NANOS) {
      if (inWindow < LEAST_IN_WINDOW) {
        throw tooSlow();
      }
      restart();
    }
    return read;
  }

  private static boolean timedOut(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return true;
      }
    }
    return false;
  }

  /**
   * In a burst of honest requests a body is a moment behind its head, and so is the next permit.
   * What has come meanwhile needs none: slow senders that hold them all are in nobody's way.
   */
  private void await(ServletInputStream in) throws IOException {
    for (int looks = BURST_MILLIS / LOOK_MILLIS; !waits && looks > 1; looks--) {
      if (!mayWait(LOOK_MILLIS) && (in.available() > 0 || in.isFinished())) {
        return;
      }
    }
    begin(LOOK_MILLIS);
  }

  /** From here on a thread is held. */
  void begin() {
    begin(BURST_MILLIS);
  }

  private void begin(int millis) {
    if (!waits && !mayWait(millis)) {
      throw new Problem(
              503, "busy", "The server is busy", "too many slow requests at once: try again")
          .with("Retry-After", "5");
    }
  }

  private boolean mayWait(int millis) {
    try {
      if (waiting.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        waits = true;
        connection.setIdleTimeout(SILENCE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return waits;
  }

  /** After a time in which nothing was read, which is not the sender's fault. */
  void restart() {
    windowBegan = System.nanoTime();
    inWindow = 0;
  }

  private static Problem tooSlow() {
    return new Problem(
        408, "too-slow", "The request takes too long", "the body came too slowly: send it again");
  }

  @Override
  public void close() {
    if (waits) {
      waiting.release();
      connection.setIdleTimeout(usualIdleMillis);
    }
  }
}
