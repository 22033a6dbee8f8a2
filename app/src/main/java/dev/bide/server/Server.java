package dev.bide.server;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.api.HomeFiles;
import dev.bide.api.Json;
import dev.bide.engine.Recovered;
import dev.bide.notice.NoticeSettings.MailServer;
import dev.bide.server.notice.NoticeSenders;
import dev.bide.server.notice.Notices;
import dev.bide.server.page.Pages;
import dev.bide.store.HomeRefused;
import dev.bide.store.StoreDown;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A running server: the queue of one home, opened, and the ways to reach it by HTTP. Stopping it
 * leaves jobs running unless asked otherwise. Safe from any thread.
 */
public final class Server implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Server.class.getName());

  private final Parts parts;
  private final WebServer web;
  private final int port;
  private final String url;
  private final Events events;
  private final HomeWatch watch;
  private final Instant startedAt = Instant.now();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** What server.json holds, as far as this server knows. */
  private byte[] announced = new byte[0];

  private volatile boolean homeless;

  private Server(Parts parts, WebServer web, Ports ports) throws IOException {
    this.parts = parts;
    this.web = web;
    this.port = ports.port();
    this.url = ports.url();
    this.events = new Events(parts);
    this.watch = new HomeWatch(parts.files().lock(), this::lookAfterWays, this::endWithoutHome);
  }

  /**
   * Opens the home, finds again what ran, and answers requests from the moment it returns.
   *
   * @throws ServerTrouble when it cannot, with one line for people
   */
  public static Server start(ServerSettings settings) throws ServerTrouble {
    return start(settings, Bide::open);
  }

  /**
   * The same with a queue that is opened in another way.
   *
   * @param opening opens the queue that it is told the settings of
   */
  public static Server start(ServerSettings settings, Function<BideConfig, Bide> opening)
      throws ServerTrouble {
    HomeFiles files = new HomeFiles(settings.home());
    Ports ports = Ports.take(settings.port(), files.port());
    try {
      return start(settings, files, ports, opening);
    } catch (ServerTrouble | RuntimeException e) {
      ports.close();
      throw e;
    }
  }

  private static Server start(
      ServerSettings settings, HomeFiles files, Ports ports, Function<BideConfig, Bide> opening)
      throws ServerTrouble {
    NoticeSenders senders = senders(settings, files);
    Bide bide;
    try {
      bide =
          opening.apply(
              BideConfig.of(files.home())
                  .withUrl(ports.url())
                  .withGrace(settings.grace())
                  .withNotices(settings.notices().rules())
                  .withKeep(settings.keep()));
    } catch (HomeRefused | StoreDown e) {
      throw new ServerTrouble(firstLine(e), e);
    }
    try {
      return serve(settings, files, ports, bide, senders);
    } catch (ServerTrouble e) {
      bide.close();
      throw e;
    } catch (IOException | RuntimeException e) {
      bide.close();
      throw new ServerTrouble("the server cannot start: " + firstLine(e), e);
    }
  }

  private static Server serve(
      ServerSettings settings, HomeFiles files, Ports ports, Bide bide, NoticeSenders senders)
      throws ServerTrouble, IOException {
    String token = SecretFiles.token(files.token());
    BaseEnvironment environment =
        BaseEnvironment.of(settings.callerEnvironment(), settings.service());
    environment.save(files.environment());
    Optional<Path> socket = files.socket(settings.callerEnvironment().get("XDG_RUNTIME_DIR"));
    WebServer web = new WebServer(ports, socket, files.home());
    Notices notices = new Notices(bide, senders, ports.url());
    Parts parts =
        new Parts(
            bide,
            new Access(token, files.hash(), settings.hostNames(), Clock.systemUTC()),
            new JobView(bide),
            new JobRequests(
                bide, environment, settings.startDirectory(), new NoticeRequests(notices::refusal)),
            new RequestBody(),
            environment,
            new LogGrowth(),
            notices,
            new Problems(),
            files,
            settings,
            web.threads());
    Server server = new Server(parts, web, ports);
    try {
      server.begin();
      ports.remember(files.port());
      server.announce();
      server.watch.start();
      return server;
    } catch (IOException | RuntimeException e) {
      server.endHttp();
      throw e;
    }
  }

  /** Before the queue is opened: it would start jobs for a server that then cannot be. */
  private static NoticeSenders senders(ServerSettings settings, HomeFiles files)
      throws ServerTrouble {
    MailServer mail = settings.notices().mail();
    Path file = mail == null ? null : mail.passwordFile();
    String password = file == null ? null : SecretFiles.password(file);
    return NoticeSenders.of(settings.notices(), password, files.home(), settings.version());
  }

  private void begin() throws IOException {
    parts.growth().start();
    parts.notices().start();
    web.start(
        parts,
        routes -> {
          Api.register(routes, parts, this, events);
          new Pages(parts, url(), startedAt).register(routes);
        });
  }

  /** For the tests that compare what is registered with what is documented. */
  WebServer web() {
    return web;
  }

  private static String firstLine(Throwable thrown) {
    return String.valueOf(thrown.getMessage()).lines().findFirst().orElse(thrown.toString());
  }

  private synchronized void announce() throws IOException {
    Path socket = web.socket().orElse(null);
    Map<String, @Nullable Object> self =
        ServerIdentity.describe(url(), port, socket, parts.settings().version(), startedAt);
    byte[] content = (Json.write(self) + "\n").getBytes(StandardCharsets.UTF_8);
    Path file = parts.files().serverJson();
    if (!stopping.get() && !(Arrays.equals(content, announced) && Files.exists(file))) {
      SecretFiles.replace(file, content);
      announced = content;
    }
  }

  /** Somebody may have removed what it is reached by. */
  private void lookAfterWays() {
    if (stopping.get()) {
      return;
    }
    try {
      web.lookAfterSocket();
      announce();
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.FINE, "what this server is reached by cannot be looked after now", e);
    }
  }

  /** Nobody can reach it any more, and another server may have a new home of the same name. */
  private void endWithoutHome() {
    homeless = true;
    stopSoon(false);
  }

  /** True when it ended because its home was removed or replaced. */
  public boolean homeless() {
    return homeless;
  }

  /** Where it answers, without a slash at the end. */
  public String url() {
    return url;
  }

  public int port() {
    return port;
  }

  /** A link that opens the page once, within five minutes, without asking for the token. */
  public URI loginUrl() {
    return loginUrl(parts.access().newCode());
  }

  URI loginUrl(Sessions.Code code) {
    return URI.create(url() + "/login#code=" + code.text());
  }

  /** How many jobs run now. */
  public int running() {
    return parts.bide().queues().stream().mapToInt(queue -> queue.running()).sum();
  }

  /** What a restart found. */
  public Recovered recovered() {
    return parts.bide().recovered();
  }

  /**
   * Stops answering and closes the home. Returns when that is done; a second caller waits for the
   * first.
   *
   * @param killJobs true: ends what runs before
   */
  public void stop(boolean killJobs) {
    if (!stopping.compareAndSet(false, true)) {
      awaitStopUninterrupted();
      return;
    }
    try {
      if (killJobs) {
        parts.bide().killRunning(parts.settings().grace());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeAll();
    }
  }

  private void closeAll() {
    watch.close();
    unannounce();
    try {
      endHttp();
      parts.bide().close();
    } finally {
      stopped.countDown();
    }
  }

  /** In a home that was replaced another server may have announced itself. */
  private synchronized void unannounce() {
    Path file = parts.files().serverJson();
    try {
      if (Arrays.equals(announced, Files.readAllBytes(file))) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return; // somebody was faster
    } catch (IOException e) {
      LOG.log(Level.WARNING, "server.json could not be removed", e);
    }
  }

  private void endHttp() {
    parts.problems().serverEnds();
    web.stopAccepting();
    events.close();
    parts.notices().close();
    parts.growth().close();
    web.close();
  }

  /** Stops it from another thread: for a request that must be answered first. */
  void stopSoon(boolean killJobs) {
    new Thread(() -> stop(killJobs), "stop").start();
  }

  /** How many listen to events. */
  int listeners() {
    return events.listeners();
  }

  Instant startedAt() {
    return startedAt;
  }

  /** Waits until somebody has stopped it. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  private void awaitStopUninterrupted() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops it; what runs goes on. */
  @Override
  public void close() {
    stop(false);
  }
}
