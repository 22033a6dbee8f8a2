package dev.bide.checks.malformed;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Clients that send a byte now and then, or none. More of each than the server has threads. */
final class SlowClients implements AutoCloseable {
  private static final int OF_EACH = 40;
  private static final Duration BETWEEN_BYTES = Duration.ofMillis(400);

  private final Map<RawHttp, String> open = new LinkedHashMap<>();
  private final Thread thread = new Thread(this::trickle, "slow clients");
  private volatile boolean closed;
  private volatile int left;

  SlowClients(SocketAddress address, String token) throws IOException {
    String head = "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token;
    String body = head + "\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{";
    String large = body.replace("4000000", "16000000") + "\"x\":\"" + "x".repeat(1_100_000);
    for (int i = 0; i < OF_EACH; i++) {
      begin(address, "a slow body", body);
      begin(address, "slow headers", head);
      begin(address, "silence", "");
      if (i < 4) {
        begin(address, "a slow large body", large);
      }
    }
    left = open.size();
    thread.setDaemon(true);
    thread.start();
  }

  private void begin(SocketAddress address, String what, String bytes) throws IOException {
    RawHttp connection = new RawHttp(address);
    open.put(connection, what);
    connection.writeSome(bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  private void trickle() {
    while (!closed && left > 0) {
      List<RawHttp> gone = new ArrayList<>();
      open.forEach(
          (connection, what) -> {
            try {
              if (!what.equals("silence")) {
                connection.writeSome(new byte[] {'x'});
              }
              if (connection.hasNews()) {
                connection.close();
                gone.add(connection);
              }
            } catch (IOException e) {
              gone.add(connection);
            }
          });
      gone.forEach(open::remove);
      left = open.size();
      LockSupport.parkNanos(BETWEEN_BYTES.toNanos());
    }
  }

  /** Waits until all were cut off; answers those that were not. */
  List<String> awaitCutOff(Duration atMost) throws InterruptedException {
    thread.join(atMost.toMillis());
    close();
    return open.values().stream().distinct().toList();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (RawHttp connection : open.keySet()) {
      try {
        connection.close();
      } catch (IOException e) {
        // then it is closed
      }
    }
  }
}
