package dev.bide.server.notice;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bide.notice.NoticeTarget;
import dev.bide.notice.WebhookShape;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Posts to webhooks. The address is looked up once, looked at, and connected to; no redirect is
 * followed. Its client is made when the first one is sent. Safe from any thread.
 */
final class Webhooks implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long MOST_BYTES = 64 << 10;
  private static final int MOST_HEAD = 16 << 10;
  private static final long DESTINATIONS_ARE_KEPT_MILLIS = 60_000;
  private static final int MOST_THREADS = 10;

  private final Addresses addresses;
  private final @Nullable String secret;
  private final String agent;
  private final Clock clock;
  private final @Nullable SSLContext trust;
  private final Lookup lookup;
  private final long patienceMillis;
  private @Nullable HttpClient client; // guarded by this

  /**
   * Connects to nothing yet.
   *
   * @param secret signs what is posted in Bide's own shape; null: nothing is signed
   * @param trust whose certificates are accepted; null: those that this Java accepts
   * @param patience how long one may take, from looking up the host to the end of its answer
   */
  Webhooks(
      Addresses addresses,
      @Nullable String secret,
      String agent,
      Clock clock,
      @Nullable SSLContext trust,
      Lookup lookup,
      Duration patience) {
    this.addresses = addresses;
    this.secret = secret;
    this.agent = agent;
    this.clock = clock;
    this.trust = trust;
    this.lookup = lookup;
    this.patienceMillis = patience.toMillis();
  }

  void send(NoticeTarget.Webhook target, Message message) throws NotSent, InterruptedException {
    WebhookBody body = WebhookBody.of(target, message);
    byte[] bytes = body.json().getBytes(UTF_8);
    Request request =
        client()
            .newRequest(body.address())
            .method(HttpMethod.POST)
            .timeout(patienceMillis, TimeUnit.MILLISECONDS)
            .body(new BytesRequestContent("application/json", bytes));
    if (target.shape() == WebhookShape.BIDE) {
      Map<String, String> headers =
          secret == null
              ? Map.of("webhook-id", message.id())
              : Signature.headers(secret, message.id(), clock.instant(), bytes);
      request.headers(all -> headers.forEach(all::put));
    }
    Result result = exchange(request, body.address());
    int status = result.getResponse() == null ? 0 : result.getResponse().getStatus();
    Throwable failure = result.getFailure();
    if (status == 0 || (failure != null && !(failure instanceof TooMuch))) {
      throw failed(body.address(), failure == null ? new IllegalStateException() : failure);
    }
    judge(body.address(), status);
  }

  private static void judge(URI address, int status) throws NotSent {
    if (status >= 200 && status < 300) {
      return;
    }
    if (status >= 300 && status < 400) {
      throw NotSent.forGood(
          where(address) + " sent on to another address (" + status + "), which is not followed");
    }
    String answered = where(address) + " answered with " + status;
    switch (status) {
      case 400, 410, 413, 422 -> throw NotSent.forGood(answered);
      default -> throw NotSent.forNow(answered);
    }
  }

  private Result exchange(Request request, URI address) throws NotSent, InterruptedException {
    CompletableFuture<Result> end = new CompletableFuture<>();
    AtomicLong read = new AtomicLong();
    request.onResponseContent(
        (response, content) -> {
          if (read.addAndGet(content.remaining()) > MOST_BYTES) {
            var unused = response.abort(new TooMuch());
          }
        });
    request.send(end::complete);
    try {
      return end.get(2 * patienceMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw failed(address, e);
    } catch (ExecutionException e) {
      throw failed(address, e.getCause() == null ? e : e.getCause());
    }
  }

  /** In words that hold no part of the address but its host. */
  private NotSent failed(URI address, Throwable failure) {
    String where = where(address);
    String encryption = Certificates.trouble(where, failure);
    if (encryption != null) {
      return NotSent.forNow(encryption);
    }
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof NotPermitted refused) {
        return NotSent.forGood(String.valueOf(refused.getMessage()));
      } else if (one instanceof UnknownHostException) {
        return NotSent.forNow("no address is known of the host " + address.getHost());
      } else if (one instanceof TimeoutException) {
        return NotSent.forNow(where + " did not answer in time");
      } else if (one instanceof java.net.ConnectException) {
        return NotSent.forNow("no connection to " + where);
      }
    }
    return NotSent.forNow(
        "the connection to " + where + " broke: " + failure.getClass().getSimpleName());
  }

  private static String where(URI address) {
    return address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
  }

  private synchronized HttpClient client() throws NotSent {
    if (client == null) {
      ClientConnector connector = new ClientConnector();
      connector.setSelectors(1);
      SslContextFactory.Client encryption = new SslContextFactory.Client(); // looks at names too
      encryption.setSslContext(trust);
      connector.setSslContextFactory(encryption);
      HttpClient made = new HttpClient(new HttpClientTransportOverHTTP(connector));
      QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
      threads.setName("bide-webhooks");
      threads.setDaemon(true);
      made.setExecutor(threads);
      made.setFollowRedirects(false);
      made.setConnectTimeout(patienceMillis);
      made.setIdleTimeout(2 * patienceMillis);
      made.setMaxResponseHeadersSize(MOST_HEAD);
      made.setDestinationIdleTimeout(DESTINATIONS_ARE_KEPT_MILLIS);
      made.setHttpCookieStore(new HttpCookieStore.Empty());
      made.setUserAgentField(new HttpField(HttpHeader.USER_AGENT, agent));
      made.setSocketAddressResolver(
          (host, port, context, promise) ->
              made.getExecutor().execute(() -> choose(host, port, promise)));
      try {
        made.start();
      } catch (Exception e) {
        throw NotSent.forNow("no client for webhooks could be started: " + e.getMessage());
      }
      made.getContentDecoderFactories().clear(); // nothing of an answer is unpacked
      client = made;
    }
    return client;
  }

  /**
   * Of a host that has permitted addresses and others, only the former are connected to: many a
   * host of an office has both, and a name that was made to point inside gains nothing.
   */
  private void choose(String host, int port, Promise<List<InetSocketAddress>> promise) {
    try {
      List<InetAddress> found = lookup.addresses(host);
      List<InetSocketAddress> permitted = new ArrayList<>();
      for (InetAddress one : found) {
        if (addresses.permits(host, one)) {
          // under this name it is encrypted, whatever the one who looked it up calls it
          InetAddress named = InetAddress.getByAddress(host, one.getAddress());
          permitted.add(new InetSocketAddress(named, port));
        }
      }
      if (permitted.isEmpty()) {
        promise.failed(new NotPermitted(host, found));
      } else {
        promise.succeeded(permitted);
      }
    } catch (UnknownHostException | RuntimeException e) {
      promise.failed(e);
    }
  }

  /** Why nothing will ever be sent there, where that can be said without looking a name up. */
  Optional<String> refusal(NoticeTarget.Webhook target) {
    String host = target.address().getHost();
    return Addresses.written(host)
        .filter(address -> !addresses.permits(host, address))
        .map(address -> NotPermitted.words(host, List.of(address)));
  }

  private static final class NotPermitted extends Exception {
    private static final long serialVersionUID = 1L;

    NotPermitted(String host, List<InetAddress> found) {
      super(words(host, found));
    }

    static String words(String host, List<InetAddress> found) {
      return "the host "
          + host
          + " is not of the open Internet ("
          + (found.isEmpty() ? "no address" : found.get(0).getHostAddress())
          + "): notify-allow in bide.toml can allow it";
    }
  }

  private static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      try {
        client.stop();
      } catch (Exception e) {
        java.util.logging.Logger.getLogger(Webhooks.class.getName())
            .log(java.util.logging.Level.FINE, "the client of webhooks did not stop", e);
      }
    }
  }
}
