package dev.bide.api;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the program's own files lie in a home. Only names: nothing here touches the disk.
 *
 * @param home an absolute path
 */
public record HomeFiles(Path home) {
  /** The longest path, in bytes, that every system can bind a Unix socket to is one less. */
  static final int SOCKET_PATH_LIMIT = 104;

  public HomeFiles {
    home = home.toAbsolutePath().normalize();
  }

  /** The Unix socket, where its path is short enough; {@link #socket} says where it really is. */
  public Path sock() {
    return home.resolve("sock");
  }

  /** Held by the server, whose process it names; only servers may try to lock it. */
  public Path lock() {
    return home.resolve("lock");
  }

  /** What a ready server says of itself. */
  public Path serverJson() {
    return home.resolve("server.json");
  }

  /** All jobs; beside it, with {@code -wal} behind its name, what was written last. */
  public Path database() {
    return home.resolve("bide.db");
  }

  /** The secret that opens the API over TCP. */
  public Path token() {
    return home.resolve("token");
  }

  /** The base environment of jobs that bring none of their own: NAME=VALUE, each ended by a NUL. */
  public Path environment() {
    return home.resolve("environment");
  }

  /** What the server writes for people who look for a fault. */
  public Path serverLog() {
    return home.resolve("server.log");
  }

  /** The jar and the launcher that a running server uses, named by their hash. */
  public Path lib() {
    return home.resolve("lib");
  }

  /** The port of the last server, which the next one asks for first. */
  public Path port() {
    return home.resolve("port");
  }

  /** Eight hexadecimal digits that tell this home from others. */
  public String hash() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(home.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Where the server's Unix socket is: in the home, or in the runtime directory when that path is
   * too long to be bound, or nowhere.
   *
   * @param runtimeDirectory the value of {@code XDG_RUNTIME_DIR}, or null
   */
  public Optional<Path> socket(@Nullable String runtimeDirectory) {
    if (fits(sock())) {
      return Optional.of(sock());
    }
    if (runtimeDirectory == null || !runtimeDirectory.startsWith("/")) {
      return Optional.empty();
    }
    return Optional.of(Path.of(runtimeDirectory, "bide-" + hash() + ".sock"))
        .filter(HomeFiles::fits);
  }

  private static boolean fits(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length < SOCKET_PATH_LIMIT;
  }
}
