package dev.bide.browser;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A webhook on this machine that has gone, so that a notice is given up at the first try. */
final class Receiver implements AutoCloseable {
  /** What {@code bide.toml} needs for a notice to be sent here. */
  static final String ALLOWED = "notify-allow = [\"127.0.0.1\"]\n";

  private final HttpServer server;
  private volatile int status = 410;

  private Receiver(HttpServer server) {
    this.server = server;
  }

  static Receiver gone() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      Receiver receiver = new Receiver(server);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(receiver.status, -1);
            exchange.close();
          });
      server.start();
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes what comes from now on. */
  void takes() {
    status = 204;
  }

  /** Its address, without a path. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
