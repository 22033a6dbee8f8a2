package dev.bide.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * The Unix socket of a running server. Somebody may delete it: a cleaner of old files, or systemd,
 * which removes the whole runtime directory at the log-out. Then it is bound anew, beside the old
 * one, whose connections go on. One thread at a time.
 */
final class UnixSocket {
  private static final Logger LOG = Logger.getLogger(UnixSocket.class.getName());
  private static final String NO_PLACE = "its directory is not there or open to others";

  private final Path path;
  private final Path home;
  private final Server jetty;
  private final HttpConfiguration http;
  private final int idleMillis;
  private final List<UnixDomainServerConnector> old = new ArrayList<>();
  private @Nullable UnixDomainServerConnector connector;
  private @Nullable FileIdentity file;
  private @Nullable String told;

  UnixSocket(Path path, Path home, Server jetty, HttpConfiguration http, int idleMillis) {
    this.path = path;
    this.home = home;
    this.jetty = jetty;
    this.http = http;
    this.idleMillis = idleMillis;
  }

  /** Where it can be reached; empty where it cannot. */
  Optional<Path> reachable() {
    return file == null ? Optional.empty() : Optional.of(path);
  }

  /**
   * Binds it for the first time, unless its directory is not there or open to others.
   *
   * @throws IOException when it cannot be bound
   */
  void open() throws IOException {
    if (isPlaceFit()) {
      // a killed server leaves it; the lock is held, so nobody listens on it
      Files.deleteIfExists(path);
      bind();
    } else {
      told = NO_PLACE;
    }
  }

  /** Looks whether it is there still, and binds it anew where it is not. */
  void look() {
    stopUnused();
    try {
      if (file != null && file.isThere()) {
        return;
      }
    } catch (IOException e) {
      return; // a disk in trouble: it may be there
    }
    file = null;
    try {
      if (!isPlaceFit()) {
        tellOnce(NO_PLACE);
      } else if (somebodyListens()) {
        tellOnce("something else listens there");
      } else {
        bind();
        told = null;
        LOG.warning("the socket " + path + " was not there any more and is made anew");
      }
    } catch (IOException e) {
      tellOnce("it cannot be made anew (" + e + ")");
    }
  }

  private void tellOnce(String what) {
    if (!what.equals(told)) {
      told = what;
      LOG.warning("the socket " + path + " is gone, and until it is back there is TCP: " + what);
    }
  }

  private boolean isPlaceFit() {
    return home.equals(path.getParent()) || SecretFiles.isPrivate(path.getParent());
  }

  /** True also where that cannot be told: what may be in use is not replaced. */
  private boolean somebodyListens() {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false); // its queue may be full
      var unused = channel.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false; // a socket that nobody holds any more, or no socket
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * It is as wide as the umask allows until it is narrowed, and a server that is killed in between
   * would leave a home that the next one refuses. So it gets its name last.
   */
  private void bind() throws IOException {
    Path unfinished = unfinished();
    Files.deleteIfExists(unfinished); // of one that was killed
    UnixDomainServerConnector fresh = connector(unfinished);
    try {
      start(fresh);
      Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
      FileIdentity made = FileIdentity.of(unfinished);
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      file = made.at(path);
    } catch (IOException | RuntimeException e) {
      stop(fresh);
      throw e;
    }
    leave(connector);
    connector = fresh;
  }

  /** No longer than its own name, since the length of a socket's path is limited. */
  private Path unfinished() {
    return path.resolveSibling("." + path.getFileName().toString().substring(1));
  }

  private UnixDomainServerConnector connector(Path where) {
    UnixDomainServerConnector made =
        new UnixDomainServerConnector(
            jetty, null, null, null, 0, 1, new HttpConnectionFactory(http));
    made.setName(Access.UNIX_CONNECTOR);
    made.setUnixDomainPath(where);
    made.setIdleTimeout(idleMillis);
    return made;
  }

  /** Jetty starts by itself only what it has before it starts. */
  private void start(UnixDomainServerConnector fresh) throws IOException {
    jetty.addConnector(fresh);
    try {
      fresh.start();
      jetty.manage(fresh);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Takes no new connections; those that it has go on. */
  private void leave(@Nullable UnixDomainServerConnector left) {
    if (left == null) {
      return;
    }
    try {
      if (left.getTransport() instanceof Channel listening) {
        listening.close();
      }
    } catch (IOException e) {
      LOG.log(Level.FINE, "a socket that was removed cannot be closed", e);
    }
    old.add(left);
  }

  private void stopUnused() {
    old.removeIf(
        left -> {
          boolean unused = left.getConnectedEndPoints().isEmpty();
          if (unused) {
            stop(left);
          }
          return unused;
        });
  }

  private void stop(UnixDomainServerConnector left) {
    try {
      left.stop();
    } catch (Exception e) {
      LOG.log(Level.FINE, "a socket that was removed cannot be given up", e);
    }
    jetty.removeConnector(left);
  }

  /** Removes its name, unless another server has it by now. */
  void delete() {
    try {
      if (file != null && file.isThere()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      LOG.log(Level.FINE, "the socket cannot be removed; the next start does it", e);
    }
    file = null;
  }
}
