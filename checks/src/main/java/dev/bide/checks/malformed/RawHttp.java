package dev.bide.checks.malformed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One connection over which any bytes can be sent, which no library would send. Reads while it
 * writes, since a server may refuse before it has read everything. For one thread.
 */
final class RawHttp implements AutoCloseable {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer in = ByteBuffer.allocate(64 << 10);
  private byte[] read = new byte[0];
  private boolean ended;

  RawHttp(SocketAddress address) throws IOException {
    channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    channel.connect(address);
    channel.configureBlocking(false);
    selector = Selector.open();
    key = channel.register(selector, SelectionKey.OP_READ);
  }

  /** An answer: the status line and all headers, then the body, one byte a character. */
  record Answer(int status, String head, String text) {
    /** A header's value; null when it is not there. */
    @Nullable String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return null;
    }

    byte[] body() {
      return text.getBytes(ISO_8859_1);
    }
  }

  /** The other side neither answered nor closed in time. */
  static final class Hangs extends IOException {
    private static final long serialVersionUID = 1L;

    Hangs(Duration after) {
      super("no answer and no end after " + after.toSeconds() + " s");
    }
  }

  /**
   * Writes these bytes, or as many as the other side takes before it answers or closes.
   *
   * @return how many were written
   */
  int write(byte[] bytes, Duration atMost) throws IOException {
    long deadline = System.nanoTime() + atMost.toNanos();
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining() && !ended) {
      try {
        if (channel.write(out) == 0) {
          if (read.length > 0) {
            break;
          }
          await(SelectionKey.OP_READ | SelectionKey.OP_WRITE, deadline, atMost);
          take();
        }
      } catch (Hangs e) {
        throw e;
      } catch (IOException closed) {
        take();
        ended = true;
      }
    }
    return out.position();
  }

  /** Writes as many of these bytes as the other side takes at once. */
  void writeSome(byte[] bytes) {
    try {
      ByteBuffer out = ByteBuffer.wrap(bytes);
      while (out.hasRemaining() && channel.write(out) > 0) {
        // until nothing more is taken
      }
    } catch (IOException closed) {
      take();
      ended = true;
    }
  }

  /** Says that nothing more will come. */
  void endOutput() {
    try {
      channel.shutdownOutput();
    } catch (IOException closed) {
      // then it knows
    }
  }

  /** Whether anything came that was not asked for yet, or the end. */
  boolean hasNews() {
    take();
    return ended || read.length > 0;
  }

  /** True when the other side has closed. */
  boolean ended() {
    return ended;
  }

  /**
   * The next final answer; null when the connection ended before there was a whole one.
   *
   * @param toHead whether it answers HEAD and has no body
   */
  @Nullable Answer next(boolean toHead, Duration atMost) throws IOException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Answer answer = parse(toHead);
      if (answer != null && (answer.status() >= 200 || answer.status() == 0)) {
        return answer;
      } else if (answer == null) {
        if (ended) {
          return null;
        }
        await(SelectionKey.OP_READ, deadline, atMost);
        take();
      }
    }
  }

  private void await(int operations, long deadline, Duration atMost) throws IOException {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new Hangs(atMost);
    }
    key.interestOps(operations);
    selector.select(left);
    selector.selectedKeys().clear();
  }

  /** Takes what is there. What came before a reset counts: the answer may be in it. */
  private void take() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(read);
    try {
      int count;
      in.clear();
      while (!ended && (count = channel.read(in)) != 0) {
        ended = count < 0;
        all.write(in.array(), 0, in.position());
        in.clear();
      }
    } catch (IOException reset) {
      ended = true;
    }
    read = all.toByteArray();
  }

  /** Takes one answer, also one that is not final, off what was read; null when it is not whole. */
  private @Nullable Answer parse(boolean toHead) {
    String text = new String(read, ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return null;
    }
    String head = text.substring(0, end);
    if (!head.matches("(?s)HTTP/1\\.[01] [1-5][0-9][0-9] .*")) {
      read = new byte[0];
      return new Answer(0, head, "");
    }
    int from = end + 4;
    Answer without = new Answer(Integer.parseInt(head.substring(9, 12)), head, "");
    String length = without.header("Content-Length");
    String type = without.header("Content-Type");
    boolean none = toHead || without.status() < 200 || without.status() == 204;
    // a stream has no end, and what comes first says enough
    none = none || without.status() == 304 || (type != null && type.contains("event-stream"));
    if (none) {
      return cut(without, from, from, new byte[0]);
    } else if (length != null) {
      int to = from + Integer.parseInt(length);
      return to > read.length ? null : cut(without, from, to, null);
    } else if ("chunked".equalsIgnoreCase(without.header("Transfer-Encoding"))) {
      return chunks(without, text, from);
    }
    return ended ? cut(without, from, read.length, null) : null;
  }

  private @Nullable Answer chunks(Answer head, String text, int from) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int at = from;
    while (true) {
      int line = text.indexOf("\r\n", at);
      if (line < 0) {
        return null;
      }
      int size = Integer.parseInt(text.substring(at, line), 16);
      int to = line + 2 + size + 2;
      if (to > read.length) {
        return null;
      }
      body.write(read, line + 2, size);
      if (size == 0) {
        return cut(head, from, to, body.toByteArray());
      }
      at = to;
    }
  }

  private Answer cut(Answer head, int from, int to, byte @Nullable [] body) {
    byte[] all = read;
    read = Arrays.copyOfRange(all, to, all.length);
    return new Answer(
        head.status(),
        head.head(),
        new String(body == null ? Arrays.copyOfRange(all, from, to) : body, ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
