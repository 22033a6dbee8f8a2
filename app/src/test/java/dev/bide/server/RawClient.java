package dev.bide.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Sends bytes as they are: what a library would refuse to send must be tried too. */
final class RawClient {
  private final SocketAddress address;

  RawClient(int port) {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  RawClient(Path socket) {
    this.address = UnixDomainSocketAddress.of(socket);
  }

  /** What came back. */
  record Answer(int status, String head, String body) {
    /** A header's value; empty when it is not there. */
    String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return "";
    }
  }

  SocketChannel connect() throws IOException {
    SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    channel.connect(address);
    return channel;
  }

  Answer get(String path) throws IOException {
    return request("GET", path, "Host: localhost");
  }

  /** A request without a body. */
  Answer request(String method, String path, String... headers) throws IOException {
    return bytes(
        method
            + " "
            + path
            + " HTTP/1.1\r\n"
            + String.join("\r\n", headers)
            + "\r\nConnection: close\r\n\r\n");
  }

  /** A request with a body. */
  Answer send(String method, String path, String body, String... headers) throws IOException {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return bytes(
        method
            + " "
            + path
            + " HTTP/1.1\r\n"
            + String.join("\r\n", List.of(headers))
            + "\r\nContent-Length: "
            + length
            + "\r\nConnection: close\r\n\r\n"
            + body);
  }

  /** Sends these bytes and reads until the other side closes. */
  Answer bytes(String text) throws IOException {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  Answer bytes(byte[] bytes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (SocketChannel channel = connect()) {
      ByteBuffer out = ByteBuffer.wrap(bytes);
      ByteBuffer in = ByteBuffer.allocate(16 << 10);
      try {
        while (out.hasRemaining()) {
          channel.write(out);
        }
        while (channel.read(in) >= 0) {
          all.write(in.array(), 0, in.position());
          in.clear();
        }
      } catch (IOException e) {
        // the other side closed early: what it said until then counts
      }
    }
    String text = all.toString(StandardCharsets.UTF_8);
    if (text.startsWith("HTTP/1.1 100 ")) {
      text = text.substring(text.indexOf("\r\n\r\n") + 4);
    }
    int end = text.indexOf("\r\n\r\n");
    String head = end < 0 ? text : text.substring(0, end);
    boolean http = head.startsWith("HTTP/1.1 ") && head.length() >= 12;
    return new Answer(
        http ? Integer.parseInt(head.substring(9, 12)) : 0,
        head,
        end < 0 ? "" : text.substring(end + 4));
  }
}
