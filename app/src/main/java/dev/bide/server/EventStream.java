package dev.bide.server;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * One client that listens. It takes what it has not had yet from the ring, up to 64 KB at a time
 * and only when its connection is ready, so it never delays another. Owned by the fan-out thread;
 * only {@link #onWritePossible} and {@link #onError} come from elsewhere.
 */
final class EventStream implements WriteListener {
  static final int MOST_PENDING = 64 << 10;
  private static final long HEARTBEAT_NANOS = 15_000_000_000L;
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final EventRing ring;
  private final EventTopics topics;
  private final ServletOutputStream out;
  private final EndPoint connection;
  private final CompletableFuture<Boolean> end;
  private final Runnable wake;
  private long next;
  private byte @Nullable [] first;
  private boolean unflushed;
  private long lastSent = System.nanoTime();
  private long blockedSince;
  private boolean blocked;
  private volatile boolean failed;

  /**
   * A client.
   *
   * @param first what it is told before anything else
   * @param next the first event it wants
   * @param end completed when it is over
   * @param wake makes the fan-out thread look again
   */
  EventStream(
      EventRing ring,
      EventTopics topics,
      byte[] first,
      long next,
      ServletOutputStream out,
      EndPoint connection,
      CompletableFuture<Boolean> end,
      Runnable wake) {
    this.ring = ring;
    this.topics = topics;
    this.first = first;
    this.next = next;
    this.out = out;
    this.connection = connection;
    this.end = end;
    this.wake = wake;
  }

  EventTopics topics() {
    return topics;
  }

  /** True while it has to be looked at again before long. */
  boolean isBlocked() {
    return blocked;
  }

  @Override
  public void onWritePossible() {
    wake.run();
  }

  @Override
  public void onError(Throwable thrown) {
    failed = true;
    wake.run();
  }

  /**
   * Sends what there is, as far as the connection takes it.
   *
   * @return false when it is over and must be forgotten
   */
  boolean pump(long now) {
    try {
      return !failed && send(now);
    } catch (IOException | IllegalStateException e) {
      return false;
    }
  }

  private boolean send(long now) throws IOException {
    while (out.isReady()) {
      blocked = false;
      byte[] bytes = take(now);
      if (bytes == null) {
        return false;
      }
      if (bytes.length > 0) {
        out.write(bytes);
        unflushed = true;
        lastSent = now;
      } else if (unflushed) {
        unflushed = false;
        out.flush();
      } else {
        return true;
      }
    }
    if (!blocked) {
      blocked = true;
      blockedSince = now;
    }
    // its own share and the system's buffers are full: if nothing moves for a while, it is closed
    return now - blockedSince < PATIENCE_NANOS && ring.reaches(next);
  }

  /** What to send now; empty for nothing, null when it has fallen too far behind. */
  private byte @Nullable [] take(long now) {
    byte[] greeting = first;
    if (greeting != null) {
      first = null;
      return greeting;
    }
    EventRing.Chunk chunk;
    do {
      chunk = ring.from(next, topics, MOST_PENDING);
      if (chunk == null) {
        return null;
      }
      boolean moved = chunk.next() > next;
      next = chunk.next();
      if (!moved) {
        break;
      }
    } while (chunk.events().isEmpty());
    if (chunk.events().isEmpty()) {
      return now - lastSent >= HEARTBEAT_NANOS ? HEARTBEAT : new byte[0];
    }
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    chunk.events().forEach(event -> all.write(event, 0, event.length));
    return all.toByteArray();
  }

  /** Ends it: politely when it is listening, else by closing its connection. */
  void close() {
    try {
      if (failed || !out.isReady()) {
        connection.close();
      }
    } catch (IllegalStateException e) {
      connection.close();
    }
    end.complete(true);
  }
}
