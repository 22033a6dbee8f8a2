package dev.bide.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head that does not get complete costs its sender the connection, and nobody else theirs. */
class HeadDeadlineTest {
  private static final Duration MOST = Duration.ofMillis(500);
  private static final Duration LONGER = MOST.multipliedBy(3);
  private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir private Path directory;
  private final org.eclipse.jetty.server.Server jetty = new org.eclipse.jetty.server.Server();
  private final ServerConnector tcp = new ServerConnector(jetty, 1, 1);
  private final UnixDomainServerConnector unix = new UnixDomainServerConnector(jetty, 1, 1);

  @BeforeEach
  void start() throws Exception {
    tcp.setHost("127.0.0.1");
    unix.setUnixDomainPath(directory.resolve("sock"));
    jetty.addConnector(tcp);
    jetty.addConnector(unix);
    jetty.addBean(new HeadDeadline(jetty, MOST, Duration.ofMillis(50)));
    jetty.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            Content.Source.asString(request, UTF_8);
            response.write(true, ByteBuffer.wrap("here\n".getBytes(UTF_8)), callback);
            return true;
          }
        });
    jetty.start();
  }

  @AfterEach
  void stop() throws Exception {
    jetty.stop();
  }

  private List<RawClient> clients() {
    return List.of(new RawClient(tcp.getLocalPort()), new RawClient(directory.resolve("sock")));
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  private static void answered(SocketChannel channel) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(4096);
    while (!new String(in.array(), 0, in.position(), UTF_8).endsWith("here\n")) {
      assertThat(channel.read(in)).as("bytes that were read").isPositive();
    }
  }

  /** Sends this again and again until the other side has closed, or so long. */
  private static boolean isCutOff(SocketChannel channel, String again, Duration within)
      throws Exception {
    channel.configureBlocking(false);
    try {
      Awaitility.await()
          .atMost(within)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                try {
                  write(channel, again);
                  return channel.read(ByteBuffer.allocate(100)) < 0;
                } catch (IOException closed) {
                  return true;
                }
              });
      return true;
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      return false;
    } finally {
      if (channel.isOpen()) {
        channel.configureBlocking(true);
      }
    }
  }

  @Test
  void aHeadThatComesByteByByteIsCutOff() throws Exception {
    for (RawClient client : clients()) {
      try (SocketChannel channel = client.connect()) {
        write(channel, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
        assertThat(isCutOff(channel, "x", Duration.ofSeconds(20))).isTrue();
      }
    }
  }

  @Test
  void emptyLinesInFrontOfARequestAreCutOff() throws Exception {
    for (RawClient client : clients()) {
      try (SocketChannel channel = client.connect()) {
        assertThat(isCutOff(channel, "\r\n", Duration.ofSeconds(20))).isTrue();
      }
    }
  }

  @Test
  void aSlowHeadAfterARightRequestIsCutOff() throws Exception {
    for (RawClient client : clients()) {
      try (SocketChannel channel = client.connect()) {
        write(channel, GET);
        answered(channel);
        write(channel, "GET /");
        assertThat(isCutOff(channel, "x", Duration.ofSeconds(20))).isTrue();
      }
    }
  }

  @Test
  void aConnectionThatIsIdleForLongerIsKept() throws Exception {
    for (RawClient client : clients()) {
      try (SocketChannel channel = client.connect()) {
        assertThat(isCutOff(channel, "", LONGER)).as("before its first request").isFalse();
        write(channel, GET);
        answered(channel);
        assertThat(isCutOff(channel, "", LONGER)).as("between two requests").isFalse();
        write(channel, GET);
        answered(channel);
      }
    }
  }

  @Test
  void aBodyThatTakesLongerIsNotItsMatter() throws Exception {
    for (RawClient client : clients()) {
      try (SocketChannel channel = client.connect()) {
        write(channel, GET.replace("\r\n\r\n", "\r\nContent-Length: 100000\r\n\r\n"));
        assertThat(isCutOff(channel, "x", LONGER)).isFalse();
      }
    }
  }

  @Test
  void theServerOfBideHasIt() throws Exception {
    try (RunningServer server = RunningServer.start()) {
      HeadDeadline deadline =
          Objects.requireNonNull(server.server().web().javalin())
              .jettyServer()
              .server()
              .getBean(HeadDeadline.class);
      assertThat(deadline).isNotNull();
      assertThat(deadline.isRunning()).isTrue();
    }
  }
}
