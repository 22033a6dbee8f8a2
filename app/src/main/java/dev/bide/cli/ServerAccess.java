package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.HomeFiles;
import dev.bide.api.Json;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server of a home, or starts one and waits until it answers. Never touches the lock: who
 * tries it makes a starting server fail. Whoever loses the race of several starts finds the winner.
 */
final class ServerAccess implements Closeable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  /** A server that lives makes a socket anew that somebody has removed. */
  private static final Duration FOR_A_SOCKET = Duration.ofSeconds(8);

  /** After a stop: as long as a server may take to start. */
  private static final Duration UNTIL_THE_NEXT = START_PATIENCE;

  /** Whoever restarts a server does not want to read of it. */
  private static final Duration BEFORE_A_WORD = Duration.ofSeconds(2);

  private static final long BETWEEN_LOOKS = Duration.ofMillis(20).toNanos();

  private final HomeFiles files;
  private final Caller caller;
  private final Console console;
  private final ServerProgram program;
  private final boolean mayStart;
  private @Nullable Http http;

  ServerAccess(
      HomeFiles files, Caller caller, Console console, ServerProgram program, boolean mayStart) {
    this.files = files;
    this.caller = caller;
    this.console = console;
    this.program = program;
    this.mayStart = mayStart;
  }

  /** How the caller calls this program, for hints. */
  String name() {
    return caller.program();
  }

  HomeFiles files() {
    return files;
  }

  /** The process of the server, in words. */
  String pid() {
    try {
      Fields server = serverJson();
      Long pid = server == null ? null : server.longOrNull("pid");
      return pid == null ? "PID" : pid.toString();
    } catch (Trouble e) {
      return "PID";
    }
  }

  /** The way to the server that runs, or null when none does. */
  @Nullable Http find() throws Trouble {
    Http known = http;
    if (known != null && known.answers()) {
      return known;
    }
    Http found = atSocket(files.sock());
    if (found == null) {
      found = byServerJson();
    }
    http = found;
    return found;
  }

  private static @Nullable Http atSocket(Path socket) {
    try {
      if (!Files.exists(socket)) {
        return null;
      }
      Http candidate = Http.unix(socket);
      return candidate.answers() ? candidate : null;
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return null; // longer than a socket's path can be, or a system without such sockets
    }
  }

  /**
   * A home with a long path has its socket elsewhere, or none: then TCP and the token. So too where
   * somebody has removed the socket of a server that lives.
   */
  private @Nullable Http byServerJson() throws Trouble {
    Announced server = announced();
    if (server == null) {
      return null;
    }
    if (server.socket() != null && !server.socket().equals(files.sock())) {
      Http found = atSocket(server.socket());
      if (found != null) {
        return found;
      }
    }
    if (!server.lives()) {
      return null; // another home's server may have its port by now
    }
    try {
      String token = Files.readString(files.token()).strip();
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
      Http candidate = new Http(address, token);
      return candidate.answers() ? candidate : null;
    } catch (IOException e) {
      if (server.socket() != null) {
        return null; // it makes its socket anew
      }
      throw new Trouble("the token in " + files.token() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The server that was ready last, whether it lives or not; null after a clean stop. */
  @Nullable Announced announced() throws Trouble {
    Fields server = serverJson();
    return server == null ? null : Announced.of(server);
  }

  private @Nullable Fields serverJson() throws Trouble {
    try {
      return Fields.of(Json.read(Files.readAllBytes(files.serverJson())));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | Json.Malformed | IllegalArgumentException e) {
      if (!Files.exists(files.serverJson()) || (mayStart && !(e instanceof IOException))) {
        return null; // the server that is started writes it anew, or finds another to be there
      }
      throw new Trouble(
          files.serverJson()
              + " cannot be read: "
              + e.getMessage()
              + " (when no server runs there, delete it)",
          e);
    }
  }

  /** Gives a connection back when its answer was read to the end. */
  void release(Reply reply) {
    try {
      if (http == null) {
        reply.close();
      } else {
        http.release(reply);
      }
    } catch (IOException e) {
      // it is only a connection
    }
  }

  /**
   * The way to a server; starts one when there is none.
   *
   * @throws Trouble when none may be started, or none answers in time
   */
  Http need() throws Trouble {
    Http found = http == null ? find() : http;
    if (found != null) {
      return found;
    }
    if (!mayStart) {
      throw new Trouble(
          "no server runs for " + files.home() + " (" + caller.program() + " serve starts one)");
    }
    return start();
  }

  /**
   * The way to a server after the connection to one broke: after a crash another is started; after
   * a clean stop, which somebody wanted, there is only a wait for the next one, longer while one
   * that starts is seen.
   */
  Http again(Duration patience) throws Trouble {
    http = null;
    long begin = System.nanoTime();
    boolean told = false;
    while (true) {
      Http found = find();
      if (found != null) {
        return found;
      }
      long waited = System.nanoTime() - begin;
      boolean stopped = !Files.exists(files.serverJson());
      if (mayStart && !stopped) {
        return start();
      }
      if (stopped && !told && waited > BEFORE_A_WORD.toNanos()) {
        told = true;
        console.hint("the server was stopped; jobs that run go on; waiting for the next server");
      }
      if (waited > patience(stopped && !isHeld(), patience).toNanos()) {
        throw new Trouble(
            stopped
                ? "the server was stopped; jobs that run go on ("
                    + caller.program()
                    + " ls starts it)"
                : "the server went away and none came back");
      }
      pause();
    }
  }

  /** How long to wait for the next server, given that none may be started. */
  static Duration patience(boolean stoppedAndNobodyStarts, Duration patience) {
    return stoppedAndNobodyStarts && patience.compareTo(UNTIL_THE_NEXT) > 0
        ? UNTIL_THE_NEXT
        : patience;
  }

  /**
   * True while a process has the home: a server that starts, or that has not stopped yet. Reads
   * what it wrote into the lock, and leaves the lock itself alone.
   */
  private boolean isHeld() {
    String holder = MachineFile.text(files.lock()).strip();
    try {
      return !holder.isEmpty() && ProcessHandle.of(Long.parseLong(holder)).isPresent();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private Http start() throws Trouble {
    StartedServer started = StartedServer.start(files, caller, program);
    long end = System.nanoTime() + START_PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      Http found = find();
      if (found != null) {
        console.hint("started the server; page: " + caller.program() + " open");
        return found;
      }
      if (started.failed() && livesUnreachable()) {
        end = Math.min(end, System.nanoTime() + FOR_A_SOCKET.toNanos());
      } else if (started.failed() && !started.lostTheRace()) {
        // it may have missed a port that the winner of a race has; then that one is about to answer
        end = Math.min(end, System.nanoTime() + AFTER_A_FAILURE.toNanos());
      }
      pause();
    }
    if (started.lostTheRace() || (started.failed() && livesUnreachable())) {
      throw new Trouble(heldByAnother());
    }
    if (started.failed()) {
      throw new Trouble("the server did not start:" + started.said());
    }
    throw new Trouble(
        "the server did not answer within "
            + START_PATIENCE.toSeconds()
            + " s; the end of "
            + files.serverLog()
            + ":"
            + started.said());
  }

  /** True when a server that was ready lives, and answers nowhere. */
  private boolean livesUnreachable() throws Trouble {
    Announced server = announced();
    return server != null && server.lives();
  }

  private String heldByAnother() throws Trouble {
    Announced server = announced();
    if (server != null && server.lives()) {
      return "the server of "
          + files.home()
          + " (process "
          + server.pid()
          + ") lives, but answers "
          + server.ways()
          + ": kill "
          + server.pid()
          + " ends it (jobs go on), and the next command starts another";
    }
    return "another server holds "
        + files.home()
        + ", but does not answer at "
        + files.sock()
        + ": its process is in "
        + files.lock()
        + "; when that is ended (jobs go on), the next command starts another";
  }

  static void pause() {
    LockSupport.parkNanos(BETWEEN_LOOKS);
  }

  @Override
  public void close() throws IOException {
    if (http != null) {
      http.close();
    }
  }
}
