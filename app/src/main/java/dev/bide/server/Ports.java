package dev.bide.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loopback ports of one server: the same number on 127.0.0.1 and, where there is one, on ::1. A
 * port that somebody else has on either is not taken: a browser might reach the other one.
 */
final class Ports implements AutoCloseable {
  private static final int TRIES = 200;
  private static final int BACKLOG = 128;
  private static final byte[] IPV4 = {127, 0, 0, 1};
  private static final byte[] IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private final List<ServerSocketChannel> channels;
  private final int port;

  private Ports(List<ServerSocketChannel> channels, int port) {
    this.channels = List.copyOf(channels);
    this.port = port;
  }

  /**
   * Takes a port.
   *
   * @param asked the one it must be (0: any), or null for the remembered, the usual or the next
   * @param memory the file that remembers it
   */
  static Ports take(@Nullable Integer asked, Path memory) throws ServerTrouble {
    if (asked != null) {
      if (asked < 0 || asked > 65_535) {
        throw new ServerTrouble("no port " + asked + ": ports are 1 to 65535");
      }
      return tryPort(asked)
          .orElseThrow(
              () ->
                  new ServerTrouble(
                      "port "
                          + asked
                          + " is taken by another program: choose another (--port, BIDE_PORT or port in bide.toml),"
                          + " or none"));
    }
    int first = remembered(memory);
    Optional<Ports> ports = tryPort(first);
    for (int next = ServerSettings.DEFAULT_PORT;
        ports.isEmpty() && next < ServerSettings.DEFAULT_PORT + TRIES;
        next++) {
      ports = tryPort(next);
    }
    return ports.orElseThrow(
        () ->
            new ServerTrouble(
                "no free port from "
                    + ServerSettings.DEFAULT_PORT
                    + " on: choose one with --port"));
  }

  private static int remembered(Path memory) {
    try {
      int port = Integer.parseInt(Files.readString(memory, StandardCharsets.US_ASCII).strip());
      return port > 0 && port <= 65_535 ? port : ServerSettings.DEFAULT_PORT;
    } catch (IOException | NumberFormatException e) {
      return ServerSettings.DEFAULT_PORT;
    }
  }

  private static Optional<Ports> tryPort(int port) throws ServerTrouble {
    List<ServerSocketChannel> channels = new ArrayList<>();
    try {
      ServerSocketChannel first = bind(IPV4, port);
      channels.add(first);
      int bound = ((InetSocketAddress) first.getLocalAddress()).getPort();
      if (hasLoopback6()) {
        channels.add(bind(IPV6, bound));
      }
      return Optional.of(new Ports(channels, bound));
    } catch (BindException e) {
      channels.forEach(Ports::closeQuietly);
      if (String.valueOf(e.getMessage()).contains("ermission")) {
        throw new ServerTrouble("port " + port + " may not be used: choose one above 1023", e);
      }
      return Optional.empty();
    } catch (IOException e) {
      channels.forEach(Ports::closeQuietly);
      throw new ServerTrouble("port " + port + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static boolean hasLoopback6() {
    try (ServerSocketChannel probe = bind(IPV6, 0)) {
      return probe.isOpen();
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static ServerSocketChannel bind(byte[] address, int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(InetAddress.getByAddress(address), port), BACKLOG);
      return channel;
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  int port() {
    return port;
  }

  /** Where it will answer, without a slash at the end. */
  String url() {
    return "http://127.0.0.1:" + port;
  }

  List<ServerSocketChannel> channels() {
    return channels;
  }

  /** The next server asks for this port first. */
  void remember(Path memory) throws IOException {
    if (remembered(memory) != port || !Files.exists(memory)) {
      SecretFiles.replace(memory, (port + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Override
  public void close() {
    channels.forEach(Ports::closeQuietly);
  }

  private static void closeQuietly(ServerSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // nothing is lost: the process lets go of it at its end
    }
  }
}
