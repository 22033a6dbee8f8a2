package dev.bide.browser;

import dev.bide.Bide;
import dev.bide.BideConfig;
import dev.bide.checks.ProcessTable;
import dev.bide.server.Server;
import dev.bide.server.ServerSettings;
import dev.bide.server.ServerTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A server in this process that wants more room on its disk than any has. */
final class FullServer implements AutoCloseable {
  private static final long MORE_THAN_ANY = 1L << 50;

  private final Path root;
  private final Server server;

  private FullServer(Path root, Server server) {
    this.root = root;
    this.server = server;
  }

  static FullServer start() {
    try {
      Path root = Files.createTempDirectory("bide-browser-");
      return new FullServer(
          root,
          Server.start(
              new ServerSettings(
                  root.resolve("home"),
                  0,
                  List.of(),
                  Duration.ofSeconds(5),
                  false,
                  Map.of("PATH", System.getenv("PATH")),
                  root.toString(),
                  "1.2.3"),
              config -> Bide.open(wantingMore(config))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ServerTrouble e) {
      throw new IllegalStateException(e);
    }
  }

  private static BideConfig wantingMore(BideConfig config) {
    return new BideConfig(
        config.home(),
        config.grace(),
        config.url(),
        MORE_THAN_ANY,
        config.clock(),
        config.notices(),
        config.launcherEnvironment(),
        config.keep());
  }

  String url(String path) {
    return server.url() + path;
  }

  String loginLink() {
    return server.loginUrl().toString();
  }

  @Override
  public void close() {
    server.close();
    ProcessTable.endAll(root.resolve("home"));
    try (Stream<Path> all = Files.walk(root)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
