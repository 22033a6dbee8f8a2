package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client against a peer that says exactly what it is told to, byte by byte. */
class HttpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private @Nullable ServerSocket peer;

  @AfterEach
  void hangUp() throws IOException {
    if (peer != null) {
      peer.close();
    }
  }

  @Test
  void a_body_of_a_told_length() throws IOException {
    Http http = talkTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nBide-State: RUNNING\r\n\r\nhello");
    try (Reply reply = get(http)) {
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("bide-state")).isEqualTo("RUNNING");
      assertThat(text(reply)).isEqualTo("hello");
    }
    assertThat(heard.get(0))
        .startsWith("GET /x HTTP/1.1\r\nHost: localhost\r\n")
        .contains("Authorization: Bearer secret\r\n");
  }

  @Test
  void a_body_in_chunks_with_extensions_and_trailers() throws IOException {
    Http http =
        talkTo(
            """
            HTTP/1.1 200 OK
            Transfer-Encoding: chunked

            5;a=b
            hello
            1
            \s
            A
            0123456789
            0
            Trailer: x

            """
                .replace("\n", "\r\n"));
    try (Reply reply = get(http)) {
      assertThat(text(reply)).isEqualTo("hello 0123456789");
      assertThat(reply.isReusable()).isTrue();
    }
  }

  @Test
  void a_body_that_closing_ends() throws IOException {
    try (Reply reply = get(talkTo("HTTP/1.1 200 OK\r\n\r\nall of it"))) {
      assertThat(text(reply)).isEqualTo("all of it");
      assertThat(reply.isReusable()).isFalse();
    }
  }

  @Test
  void interim_answers_are_passed_over() throws IOException {
    try (Reply reply =
        get(talkTo("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"))) {
      assertThat(reply.status()).isEqualTo(204);
      assertThat(reply.all()).isEmpty();
    }
  }

  @Test
  void a_body_that_breaks_off_is_no_whole_body() throws IOException {
    try (Reply reply = get(talkTo("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"))) {
      assertThatThrownBy(reply::all).isInstanceOf(EOFException.class);
    }
    try (Reply reply =
        get(talkTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"))) {
      assertThatThrownBy(reply::all).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void what_is_no_http_is_said() throws IOException {
    assertThatThrownBy(() -> get(talkTo("SSH-2.0-OpenSSH_9.2\r\n")))
        .hasMessage("what answers there is no HTTP server");
    assertThatThrownBy(() -> get(talkTo(""))).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> get(talkTo("HTTP/1.1 200 OK\r\nbroken\r\n\r\n")))
        .hasMessageContaining("broken header");
  }

  @Test
  void silence_has_a_limit() throws IOException {
    Http http = talkTo(null);
    assertThatThrownBy(() -> http.send("GET", "/x", Map.of(), null, Duration.ofMillis(200)))
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void an_answer_that_comes_before_the_body_was_read_is_heard() throws IOException {
    Http http =
        talkTo("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    try (Reply reply = http.send("POST", "/x", Map.of(), new byte[8 << 20], PATIENCE)) {
      assertThat(reply.status()).isEqualTo(413);
    } catch (IOException e) {
      // the peer's reset may be quicker than its answer; that is an error, and never a hang
      assertThat(e).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  private static Reply get(Http http) throws IOException {
    return http.send("GET", "/x", Map.of(), null, PATIENCE);
  }

  private static String text(Reply reply) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] some = new byte[3];
    for (int count = reply.read(some); count >= 0; count = reply.read(some)) {
      out.write(some, 0, count);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Answers the first request so and closes; null never answers. */
  private Http talkTo(@Nullable String answer) throws IOException {
    ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    peer = socket;
    Thread thread = new Thread(() -> answer(socket, answer), "scripted-peer");
    thread.setDaemon(true);
    thread.start();
    return new Http(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort()), "secret");
  }

  private void answer(ServerSocket socket, @Nullable String answer) {
    try (Socket connection = socket.accept()) {
      InputStream in = connection.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int read = in.read();
        if (read < 0) {
          return;
        }
        head.append((char) read);
      }
      heard.add(head.toString());
      if (answer == null) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
        return;
      }
      for (byte one : answer.getBytes(StandardCharsets.UTF_8)) {
        connection.getOutputStream().write(one);
        connection.getOutputStream().flush();
      }
    } catch (IOException e) {
      heard.add(e.toString());
    }
  }
}
