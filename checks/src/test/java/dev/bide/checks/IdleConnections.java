package dev.bide.checks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Connections over which nothing is said. */
final class IdleConnections implements AutoCloseable {
  private final List<SocketChannel> channels = new ArrayList<>();

  /** Begins so many, and waits for none of them: a server may take some and leave the others. */
  IdleConnections(int port, int count) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      for (int index = 0; index < count; index++) {
        SocketChannel channel = SocketChannel.open();
        channels.add(channel);
        channel.configureBlocking(false);
        channel.connect(address);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** How many were begun. */
  int begun() {
    return channels.size();
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
