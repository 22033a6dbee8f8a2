package dev.bide;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for tests that let one go and want it again. */
public final class Ports {
  /** Below all that a system gives to who names none: by chance nobody else gets one of these. */
  private static final int FIRST = 12_000;

  private static final int COUNT = 18_000;

  private Ports() {}

  /** One on which nobody listens, and nobody will who does not ask for it by its number. */
  public static int free() {
    while (true) {
      int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
      try (ServerSocket found = new ServerSocket()) {
        found.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException taken) {
        // the next one then
      }
    }
  }
}
