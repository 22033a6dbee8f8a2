package dev.bide.server;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.javalin.router.ParsedEndpoint;
import io.javalin.security.Roles;
import io.javalin.util.JavalinLogger;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** The HTTP side: connectors, threads, limits, and what every answer carries. */
final class WebServer implements AutoCloseable {
  private static final int MOST_THREADS = 32;
  private static final int LEAST_THREADS = 4;
  private static final int IDLE_MILLIS = 90_000;
  private static final int HEADER_BYTES = 16 * 1024;

  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger JETTY_LOG = Logger.getLogger("org.eclipse.jetty");

  private final Ports ports;
  private final Optional<Path> socketPath;
  private final Path home;
  private final QueuedThreadPool threads =
      new QueuedThreadPool(MOST_THREADS, LEAST_THREADS, 30_000);
  private volatile @Nullable Javalin javalin;
  private @Nullable HttpConfiguration configuration;
  private @Nullable UnixSocket socket;
  private boolean closing;

  /**
   * Is not reached yet.
   *
   * @param socketPath where the Unix socket belongs, or nowhere
   */
  WebServer(Ports ports, Optional<Path> socketPath, Path home) {
    this.ports = ports;
    this.socketPath = socketPath;
    this.home = home;
    threads.setName("http");
    threads.setReservedThreads(0);
  }

  Executor threads() {
    return threads;
  }

  void start(Parts parts, Consumer<RoutesConfig> register) throws IOException {
    JavalinLogger.enabled = false;
    JETTY_LOG.setLevel(Level.WARNING);
    Javalin created =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.startup.startupWatcherEnabled = false;
              config.http.prefer405over404 = true;
              config.http.maxRequestSize = 5L << 20;
              config.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
              config.router.javaLangErrorHandler(parts.problems()::fatal);
              config.jetty.threadPool = threads;
              config.jetty.modifyHttpConfiguration(WebServer::configure);
              config.jetty.modifyServer(
                  server -> {
                    server.setStopTimeout(0);
                    server.setErrorHandler(new JettyErrors(parts.problems()));
                    server.setHandler(new LingeringClose());
                    server.addBean(new HeadDeadline(server));
                  });
              for (ServerSocketChannel channel : ports.channels()) {
                config.jetty.addConnector((server, http) -> tcp(server, http, channel));
              }
              config.routes.before(RequestBody::requireUtf8);
              config.routes.before(context -> parts.access().guard(context, isOpen(context)));
              parts.problems().register(config.routes);
              register.accept(config.routes);
            });
    answerHead(created);
    javalin = created;
    created.start();
    HttpConfiguration http = configuration;
    if (socketPath.isPresent() && http != null) {
      Server jetty = created.jettyServer().server();
      synchronized (this) {
        socket = new UnixSocket(socketPath.get(), home, jetty, http, IDLE_MILLIS);
        socket.open();
      }
    }
  }

  /** Where the Unix socket can be reached; empty where it cannot. */
  synchronized Optional<Path> socket() {
    return socket == null ? Optional.empty() : socket.reachable();
  }

  /** Looks whether the Unix socket is there still, and makes it anew where it is not. */
  synchronized void lookAfterSocket() {
    if (socket != null && !closing) {
      socket.look();
    }
  }

  /**
   * HEAD is GET without the body, which Jetty leaves out. Javalin by itself says 200 to every one
   * that has a GET, also where GET finds nothing.
   */
  private static void answerHead(Javalin created) {
    var router = created.unsafe.internalRouter;
    for (ParsedEndpoint route : List.copyOf(router.allHttpHandlers())) {
      if (route.endpoint.method.equals(HandlerType.GET)) {
        Roles roles = route.endpoint.metadata(Roles.class);
        router.addHttpEndpoint(
            new Endpoint(
                HandlerType.HEAD,
                route.endpoint.path,
                route.endpoint.handler,
                roles == null ? Set.of() : Set.of(roles)));
      }
    }
  }

  /** Javalin itself knows the role of a route only when it is about to call it. */
  private boolean isOpen(Context context) {
    Javalin running = javalin;
    if (running == null) {
      return false;
    }
    ParsedEndpoint found =
        running.unsafe.internalRouter.findFirstHttpHandlerEntry(context.method(), context.path());
    Roles roles = found == null ? null : found.endpoint.metadata(Roles.class);
    return roles != null && roles.getRoles().contains(Access.Open.OPEN);
  }

  private static void configure(HttpConfiguration http) {
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.addCustomizer(new SecurityHeaders());
  }

  private Connector tcp(Server server, HttpConfiguration http, ServerSocketChannel channel) {
    configuration = http;
    ServerConnector connector =
        new ServerConnector(server, null, null, null, 0, 1, new HttpConnectionFactory(http));
    connector.setIdleTimeout(IDLE_MILLIS);
    try {
      connector.open(channel);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return connector;
  }

  /** For the tests that compare what is registered with what is documented. */
  @Nullable Javalin javalin() {
    return javalin;
  }

  /** No new connections from here on. */
  synchronized void stopAccepting() {
    closing = true;
    ports.close();
  }

  @Override
  public void close() {
    Javalin running = javalin;
    if (running != null) {
      running.stop();
    }
    ports.close();
    synchronized (this) {
      if (socket != null) {
        socket.delete();
        socket = null;
      }
    }
  }
}
