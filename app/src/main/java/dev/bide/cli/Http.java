package dev.bide.cli;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP/1.1 client over a Unix domain socket or TCP. The one of the Java platform knows no
 * such socket and would more than double the time a verb takes to start. One thread at a time.
 */
final class Http implements Closeable {
  private final SocketAddress address;
  private final @Nullable String token;
  private @Nullable Connection idle;
  private boolean idleWasUsed;

  /** A client of the server behind a Unix domain socket, which is its own authentication. */
  static Http unix(Path socket) {
    return new Http(UnixDomainSocketAddress.of(socket), null);
  }

  Http(SocketAddress address, @Nullable String token) {
    this.address = address;
    this.token = token;
  }

  /** True when something listens there now. */
  boolean answers() {
    try {
      if (idle == null) {
        idle = Connection.to(address);
        idleWasUsed = false;
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Sends one request and waits for the beginning of its answer. What changes nothing may travel on
   * a connection that was used before, and is sent again when that one has died meanwhile.
   *
   * @param patience how long the server may be silent
   */
  Reply send(
      String method,
      String path,
      Map<String, String> headers,
      byte @Nullable [] body,
      Duration patience)
      throws IOException {
    Connection used = idle;
    idle = null;
    if (used != null && !idleWasUsed) {
      return exchange(used, method, path, headers, body, patience);
    } else if (used != null && method.equals("GET")) {
      try {
        return exchange(used, method, path, headers, body, patience);
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        // it was closed while it was idle
      }
    } else if (used != null) {
      used.close();
    }
    return exchange(Connection.to(address), method, path, headers, body, patience);
  }

  private Reply exchange(
      Connection connection,
      String method,
      String path,
      Map<String, String> headers,
      byte @Nullable [] body,
      Duration patience)
      throws IOException {
    try {
      IOException broken = write(connection, head(method, path, headers, body), patience);
      if (broken == null && body != null) {
        broken = write(connection, ByteBuffer.wrap(body), patience);
      }
      try {
        // a server that refuses a body answers before it has read it
        return Reply.read(connection, patience);
      } catch (IOException e) {
        throw broken == null ? e : broken;
      }
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static @Nullable IOException write(
      Connection connection, ByteBuffer bytes, Duration patience) {
    try {
      connection.write(bytes, patience);
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  private ByteBuffer head(
      String method, String path, Map<String, String> headers, byte @Nullable [] body) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
    if (token != null) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body != null || !method.equals("GET")) {
      head.append("Content-Length: ").append(body == null ? 0 : body.length).append("\r\n");
    }
    head.append("\r\n");
    return ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Takes the connection of an answer that was read to its end for the next question. */
  void release(Reply reply) throws IOException {
    if (reply.isReusable() && idle == null) {
      idle = reply.connection();
      idleWasUsed = true;
    } else {
      reply.close();
    }
  }

  @Override
  public void close() throws IOException {
    if (idle != null) {
      idle.close();
      idle = null;
    }
  }
}
