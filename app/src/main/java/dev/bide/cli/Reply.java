package dev.bide.cli;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 answer (RFC 9112): status and headers at once, the body as it comes, whether its
 * length is told, chunked, or ended by closing. One thread at a time.
 */
final class Reply implements Closeable {
  private static final int MAX_HEAD = 64 << 10;

  private final Connection connection;
  private final Duration patience;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10).flip();
  private final Map<String, String> headers = new HashMap<>();
  private int status;
  private Framing framing = Framing.NONE;
  private long left;
  private boolean ended;
  private boolean reusable;

  private enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private Reply(Connection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  /**
   * Reads status and headers.
   *
   * @throws EOFException when the server went away before it said anything
   * @throws IOException when what came is no HTTP or took too long
   */
  static Reply read(Connection connection, Duration patience) throws IOException {
    Reply reply = new Reply(connection, patience);
    do {
      reply.readHead();
    } while (reply.status >= 100 && reply.status < 200);
    reply.decideFraming();
    return reply;
  }

  private void readHead() throws IOException {
    headers.clear();
    String start = lineOrEnd();
    if (start == null) {
      throw new EOFException("the server closed the connection");
    }
    if (!start.startsWith("HTTP/1.") || start.length() < 12) {
      throw new IOException("what answers there is no HTTP server");
    }
    try {
      status = Integer.parseInt(start.substring(9, 12));
    } catch (NumberFormatException e) {
      throw new IOException("what answers there is no HTTP server", e);
    }
    reusable = start.startsWith("HTTP/1.1");
    int size = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      size += line.length();
      int colon = line.indexOf(':');
      if (colon <= 0 || size > MAX_HEAD) {
        throw new IOException("the server's answer has a broken header");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  private void decideFraming() throws IOException {
    String length = headers.get("content-length");
    if ("close".equalsIgnoreCase(headers.get("connection"))) {
      reusable = false;
    }
    if (status == 204 || status == 304) {
      framing = Framing.NONE;
      ended = true;
    } else if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      framing = Framing.CHUNKED;
    } else if (length != null) {
      framing = Framing.LENGTH;
      try {
        left = Long.parseLong(length);
      } catch (NumberFormatException e) {
        throw new IOException("the server's answer has a broken length", e);
      }
      ended = left == 0;
    } else {
      framing = Framing.UNTIL_CLOSE;
      reusable = false;
    }
  }

  Connection connection() {
    return connection;
  }

  int status() {
    return status;
  }

  /** A header by its name in lower case, or null. */
  @Nullable String header(String name) {
    return headers.get(name);
  }

  /** A header that is a whole number, or the other value. */
  long number(String name, long otherwise) {
    String text = headers.get(name);
    try {
      return text == null ? otherwise : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /** True when all was read and the connection can carry another request. */
  boolean isReusable() {
    return ended && reusable && !buffer.hasRemaining();
  }

  /** Takes what has come of the body, at least one byte; -1 at its end. */
  int read(byte[] into) throws IOException {
    if (ended) {
      return -1;
    }
    if (framing == Framing.CHUNKED && left == 0 && !nextChunk()) {
      return -1;
    }
    if (!buffer.hasRemaining() && !fill()) {
      if (framing == Framing.UNTIL_CLOSE) {
        ended = true;
        return -1;
      }
      throw new EOFException("the server went away in the middle of its answer");
    }
    int count = Math.min(into.length, buffer.remaining());
    if (framing != Framing.UNTIL_CLOSE) {
      count = (int) Math.min(count, left);
      left -= count;
    }
    buffer.get(into, 0, count);
    if (framing == Framing.LENGTH && left == 0) {
      ended = true;
    } else if (framing == Framing.CHUNKED && left == 0) {
      line(); // the end of the chunk's own line
    }
    return count;
  }

  private boolean nextChunk() throws IOException {
    String size = line();
    int semicolon = size.indexOf(';');
    try {
      left = Long.parseLong((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("the server's answer has a broken chunk", e);
    }
    if (left == 0) {
      while (!line().isEmpty()) {
        // trailers mean nothing here
      }
      ended = true;
    }
    return left > 0;
  }

  /** The whole body. */
  byte[] all() throws IOException {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    byte[] some = new byte[16 << 10];
    for (int count = read(some); count >= 0; count = read(some)) {
      all.write(some, 0, count);
    }
    return all.toByteArray();
  }

  private boolean fill() throws IOException {
    buffer.clear();
    int count = connection.read(buffer, patience);
    buffer.flip();
    return count > 0;
  }

  private String line() throws IOException {
    String line = lineOrEnd();
    if (line == null) {
      throw new EOFException("the server went away in the middle of its answer");
    }
    return line;
  }

  private @Nullable String lineOrEnd() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (!buffer.hasRemaining() && !fill()) {
        return line.length() == 0 ? null : line.toString();
      }
      byte b = buffer.get();
      if (b == '\n') {
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r'
            ? line.substring(0, end - 1)
            : line.toString();
      }
      if (line.length() > MAX_HEAD) {
        throw new IOException("the server's answer has a line without end");
      }
      line.append((char) (b & 0xff));
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
