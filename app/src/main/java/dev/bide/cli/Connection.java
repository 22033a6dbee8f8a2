package dev.bide.cli;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * One connection to the server, with a limit to every wait: a blocking channel of a Unix domain
 * socket knows none. One thread at a time.
 */
final class Connection implements Closeable {
  private static final Duration TO_CONNECT = Duration.ofSeconds(5);

  private final SocketChannel channel;
  private final Selector selector;

  private Connection(SocketChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
  }

  /** Connects, or says by an exception that nobody listens there. */
  static Connection to(SocketAddress address) throws IOException {
    SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    try {
      Selector selector = Selector.open();
      Connection connection = new Connection(channel, selector);
      channel.configureBlocking(false);
      if (!channel.connect(address)) {
        connection.await(SelectionKey.OP_CONNECT, TO_CONNECT);
        channel.finishConnect();
      }
      return connection;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void await(int operation, Duration patience) throws IOException {
    SelectionKey key = channel.register(selector, operation);
    long end = System.nanoTime() + patience.toNanos();
    do {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new SocketTimeoutException("no answer within " + patience.toSeconds() + " s");
      }
      selector.select(left);
      selector.selectedKeys().clear();
    } while ((key.readyOps() & operation) == 0);
  }

  /** Writes all of it; each wait for room has the limit. */
  void write(ByteBuffer bytes, Duration patience) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(SelectionKey.OP_WRITE, patience);
      }
    }
  }

  /** Reads what there is, at least one byte; -1 at the end. */
  int read(ByteBuffer into, Duration patience) throws IOException {
    while (true) {
      int count = channel.read(into);
      if (count != 0) {
        return count;
      }
      await(SelectionKey.OP_READ, patience);
    }
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      channel.close();
    }
  }
}
