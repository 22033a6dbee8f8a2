package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bide.Unhurried;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeTarget;
import dev.bide.notice.WebhookShape;
import dev.bide.server.HttpReceiver;
import dev.bide.server.ServerTrouble;
import dev.bide.server.TlsIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is posted reaches the host that was meant, by an address that is permitted, or nobody. */
class WebhooksTest {
  private static final String NAME = "hook.example";
  private static final List<String> HERE = List.of("127.0.0.1");
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(700);

  @SuppressWarnings("NullAway.Init")
  private static TlsIdentity identity;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final AtomicInteger lookups = new AtomicInteger();

  @BeforeAll
  static void identity(@TempDir Path directory) throws Exception {
    identity = TlsIdentity.make(directory, "dns:" + NAME);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T closing(T made) {
    open.add(made);
    return made;
  }

  /** Every host has these addresses. */
  private Webhooks webhooks(
      List<String> allowed, @Nullable SSLContext trust, Duration patience, String... addresses) {
    Lookup lookup =
        host -> {
          lookups.incrementAndGet();
          List<InetAddress> found = new ArrayList<>();
          for (String address : addresses.length == 0 ? new String[] {host} : addresses) {
            found.addAll(Lookup.USUAL.addresses(address));
          }
          return found;
        };
    return closing(
        new Webhooks(
            new Addresses(allowed), null, "Bide/test", new HandClock(), trust, lookup, patience));
  }

  private static HttpReceiver receiver(String address, int port, @Nullable SSLContext tls)
      throws IOException {
    return new HttpReceiver(
        new InetSocketAddress(Lookup.USUAL.addresses(address).get(0), port), tls);
  }

  private static void send(Webhooks webhooks, String address) throws NotSent, InterruptedException {
    webhooks.send(
        new NoticeTarget.Webhook(WebhookShape.BIDE, URI.create(address)),
        new Message(
            "7", PaceTest.NOON, NoticeEvent.END, false, "it", "", List.of(), null, Map.of()));
  }

  private static NotSent refusal(Webhooks webhooks, String address) {
    return catchThrowableOfType(NotSent.class, () -> send(webhooks, address));
  }

  @Test
  void theCertificateIsAskedForTheNameThoughTheAddressIsGiven() throws Exception {
    HttpReceiver server = closing(receiver("127.0.0.1", 0, identity.context()));
    SSLContext trust = Certificates.trust(identity.certificate());
    send(webhooks(HERE, trust, Webhooks.PATIENCE, "127.0.0.1"), server.url(NAME, "/x"));

    assertThat(server.posted()).hasSize(1);
    assertThat(server.posted().get(0).headers()).containsEntry("host", NAME + ":" + server.port());
    assertThat(server.names()).hasSize(1).allMatch(name -> name.contains(NAME));
    assertThat(lookups).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.example", "127.0.0.1", "localhost"})
  void aCertificateForAnotherNameIsRefused(String host) throws Exception {
    HttpReceiver server = closing(receiver("127.0.0.1", 0, identity.context()));
    SSLContext trust = Certificates.trust(identity.certificate());
    NotSent refusal =
        refusal(webhooks(HERE, trust, Webhooks.PATIENCE, "127.0.0.1"), server.url(host, "/x"));

    assertThat(refusal.why())
        .isEqualTo(
            "no encrypted connection to "
                + host
                + ":"
                + server.port()
                + ": its certificate is for another name");
    assertThat(server.posted()).isEmpty();
  }

  @Test
  void aCertificateThatNobodyTrustedHasSignedIsRefused() throws Exception {
    HttpReceiver server = closing(receiver("127.0.0.1", 0, identity.context()));
    NotSent refusal =
        refusal(webhooks(HERE, null, Webhooks.PATIENCE, "127.0.0.1"), server.url(NAME, "/x"));

    assertThat(refusal.why())
        .contains("its certificate is signed by nobody who is trusted", "notify-certificates");
    assertThat(refusal.isForGood()).isFalse();
    assertThat(server.posted()).isEmpty();
  }

  @Test
  void aCertificateThatHasExpiredIsRefused(@TempDir Path directory) throws Exception {
    TlsIdentity old = TlsIdentity.expired(directory, "dns:" + NAME);
    HttpReceiver server = closing(receiver("127.0.0.1", 0, old.context()));
    SSLContext trust = Certificates.trust(old.certificate());
    NotSent refusal =
        refusal(webhooks(HERE, trust, Webhooks.PATIENCE, "127.0.0.1"), server.url(NAME, "/x"));

    assertThat(refusal.why()).endsWith(": its certificate is not valid at this time");
    assertThat(server.posted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no certificate", "-----BEGIN CERTIFICATE-----\nx\n"})
  void aFileWithoutACertificateIsNamed(String content, @TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("own.pem"), content);

    assertThatThrownBy(() -> Certificates.trust(file))
        .isInstanceOf(ServerTrouble.class)
        .hasMessage("notify-certificates in bide.toml: " + file + " holds no certificate in PEM");
    assertThatThrownBy(() -> Certificates.trust(directory.resolve("none")))
        .hasMessageContaining("there is no file " + directory.resolve("none"));
  }

  @Test
  void whoDoesNotEncryptIsNotTalkedToInTheClear() throws Exception {
    HttpReceiver plain = closing(receiver("127.0.0.1", 0, null));
    NotSent refusal =
        refusal(
            webhooks(HERE, null, SHORT, "127.0.0.1"),
            "https://" + NAME + ":" + plain.port() + "/secret");

    assertThat(refusal.isForGood()).isFalse();
    assertThat(plain.posted()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "fd00::1",
        "fe80::1",
        "ff02::1"
      })
  void aNameThatPointsInsideIsRefusedForGood(String inside) {
    NotSent refusal =
        refusal(webhooks(List.of(), null, Webhooks.PATIENCE, inside), "http://" + NAME + "/x");

    assertThat(refusal.why()).contains("the host " + NAME + " is not of the open Internet");
    assertThat(refusal.isForGood()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[::1]", "[::ffff:127.0.0.1]", "[::]", "127.0.0.1", "0"})
  void anAddressInsideIsRefusedHoweverItIsWritten(String host) throws Exception {
    HttpReceiver server = closing(receiver("127.0.0.1", 0, null));
    NotSent refusal =
        refusal(
            webhooks(List.of(), null, Webhooks.PATIENCE),
            "http://" + host + ":" + server.port() + "/x");

    assertThat(refusal.why()).contains("is not of the open Internet");
    assertThat(server.posted()).isEmpty();
  }

  @Test
  void ofAHostWithSeveralAddressesOnlyThePermittedAreConnectedTo() throws Exception {
    HttpReceiver permitted = closing(receiver("127.0.0.1", 0, null));
    HttpReceiver inside = closing(receiver("127.0.0.2", permitted.port(), null));
    Webhooks webhooks = webhooks(HERE, null, Webhooks.PATIENCE, "127.0.0.2", "127.0.0.1");
    send(webhooks, permitted.url(NAME, "/x"));
    assertThat(permitted.posted()).hasSize(1);

    permitted.close();
    assertThat(refusal(webhooks, permitted.url(NAME, "/x")).why())
        .doesNotContain("127.0.0.2")
        .contains(NAME);
    assertThat(inside.posted()).isEmpty();
  }

  @Test
  void aHostThatIsNotKnownMayBeLater() {
    Webhooks webhooks =
        closing(
            new Webhooks(
                new Addresses(List.of()),
                null,
                "Bide/test",
                new HandClock(),
                null,
                host -> {
                  throw new UnknownHostException(host);
                },
                Webhooks.PATIENCE));
    NotSent refusal = refusal(webhooks, "https://" + NAME + "/x");

    assertThat(refusal.why()).isEqualTo("no address is known of the host " + NAME);
    assertThat(refusal.isForGood()).isFalse();
  }

  @Test
  void anEndlessAnswerIsCutOffAndItsStatusCounts() throws Exception {
    RawServer good =
        closing(
            new RawServer(
                out -> {
                  write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  while (true) {
                    write(out, "1000\r\n" + "x".repeat(0x1000) + "\r\n");
                  }
                }));
    send(webhooks(HERE, null, Webhooks.PATIENCE, "127.0.0.1"), good.url());
    good.awaitLeft();
  }

  @Test
  void anEndlessHeadIsRefused() throws Exception {
    RawServer server =
        closing(
            new RawServer(
                out -> {
                  write(out, "HTTP/1.1 200 OK\r\n");
                  while (true) {
                    write(out, "x-more: " + "x".repeat(1000) + "\r\n");
                  }
                }));
    NotSent refusal = refusal(webhooks(HERE, null, LONG, "127.0.0.1"), server.url());

    assertThat(refusal.isForGood()).isFalse();
    server.awaitLeft();
  }

  @Test
  void whoAnswersByteByByteIsLeft() throws Exception {
    RawServer server =
        closing(
            new RawServer(
                out -> {
                  write(out, "HTTP/1.1 200 OK\r\nx-slow: ");
                  while (true) {
                    write(out, "x");
                    TimeUnit.MILLISECONDS.sleep(50);
                  }
                }));
    NotSent refusal = refusal(webhooks(HERE, null, SHORT, "127.0.0.1"), server.url());

    assertThat(refusal.why()).isEqualTo(NAME + ":" + server.port() + " did not answer in time");
    server.awaitLeft();
  }

  @Test
  void whoNeverAnswersIsLeft() throws Exception {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    RawServer server = closing(new RawServer(out -> end.get()));
    NotSent refusal = refusal(webhooks(HERE, null, SHORT, "127.0.0.1"), server.url());
    end.complete(true);

    assertThat(refusal.why()).isEqualTo(NAME + ":" + server.port() + " did not answer in time");
    assertThat(refusal.isForGood()).isFalse();
  }

  @Test
  void whatIsNoHttpIsNotTaken() throws Exception {
    RawServer server = closing(new RawServer(out -> write(out, "220 smtp here\r\n")));
    NotSent refusal = refusal(webhooks(HERE, null, SHORT, "127.0.0.1"), server.url());

    assertThat(refusal.why()).contains(NAME);
    assertThat(refusal.isForGood()).isFalse();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(US_ASCII));
    out.flush();
  }

  /** Reads the head of a request, and answers as a test says until the client has gone. */
  private static final class RawServer implements AutoCloseable {
    interface Answer {
      void to(OutputStream out) throws Exception;
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final CompletableFuture<Boolean> left = new CompletableFuture<>();

    RawServer(Answer answer) throws IOException {
      Thread thread = new Thread(() -> serve(answer), "raw-server");
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return server.getLocalPort();
    }

    String url() {
      return "http://" + NAME + ":" + port() + "/x";
    }

    private void serve(Answer answer) {
      try (Socket socket = server.accept()) {
        int some = socket.getInputStream().read(new byte[8192]);
        assertThat(some).isPositive();
        answer.to(socket.getOutputStream());
      } catch (IOException e) {
        left.complete(true);
      } catch (Exception e) {
        left.completeExceptionally(e);
      }
    }

    /** Waits until the client has closed the connection on it. */
    void awaitLeft() {
      assertThat(left).succeedsWithin(Unhurried.LONG);
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
