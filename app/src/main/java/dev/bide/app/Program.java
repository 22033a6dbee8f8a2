package dev.bide.app;

import dev.bide.cli.Caller;
import dev.bide.cli.Console;
import dev.bide.cli.Display;
import dev.bide.cli.Interrupts;
import dev.bide.cli.LoadedAhead;
import dev.bide.cli.Maintenance;
import dev.bide.cli.ServerProgram;
import dev.bide.cli.Settings;
import dev.bide.cli.Trouble;
import dev.bide.server.RestartSummary;
import dev.bide.server.Server;
import dev.bide.server.ServerSettings;
import dev.bide.server.ServerTrouble;
import dev.bide.store.HomeRefused;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server, as the command line starts and runs it. */
final class Program implements ServerProgram {
  /** Whoever started the server wants something of it first. */
  private static final int QUIET_SECONDS = 10;

  @Override
  public List<String> commandLine(Path home) throws IOException {
    return new Installation(home).commandLine();
  }

  @Override
  public Path unusedFile(Path home) throws IOException {
    return new Installation(home).unusedFile();
  }

  @Override
  public List<String> asStarted() {
    return Installation.asStarted();
  }

  @Override
  public Maintenance maintenance() {
    return new HomeMaintenance();
  }

  @Override
  public String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0-SNAPSHOT" : version;
  }

  @Override
  public int serve(Serving serving) throws Trouble {
    Settings settings = serving.settings();
    warnFirstProcess(serving, ProcessHandle.current().pid());
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) ->
            System.getLogger(Program.class.getName())
                .log(System.Logger.Level.WARNING, "thread " + thread.getName() + " ended", thrown));
    LoadedAhead.forAServer();
    Ending ending = new Ending();
    Interrupts.onInterrupt(ending::ask);
    Interrupts.onTermination(ending::ask);
    Server server;
    LogWriter log = LogLines.use(!serving.background(), new FileOutputStream(FileDescriptor.err));
    try {
      server = Server.start(serverSettings(serving));
    } catch (ServerTrouble e) {
      log.close(); // what was logged on the way is part of the explanation
      if (e.getCause() instanceof HomeRefused refused && refused.isHeld()) {
        if (serving.service()) {
          serving.console().message("bide: " + e.getMessage());
        }
        if (serving.background()) {
          return HOME_IS_TAKEN;
        }
        throw new Trouble(
            1, e.getMessage() + " (" + serving.caller().program() + " stop ends it; jobs go on)");
      }
      throw new Trouble(1, String.valueOf(e.getMessage()));
    }
    try (log;
        server) {
      Thread archive = archive(settings.home());
      ending.of(server);
      announce(serving, server);
      server.awaitStop();
      archive.interrupt();
      if (server.homeless()) {
        throw new Trouble(
            1,
            "the home "
                + settings.home()
                + " was removed or replaced while its server ran, so that nobody could reach it:"
                + " the server ends; jobs that run go on, and the next command starts a server for"
                + " what is there now");
      }
      if (!serving.background()) {
        log.say(farewell(ending.goOn()) + "\n");
      }
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /**
   * Ctrl+C and the request to end, which may come at any moment: one that comes while the server
   * starts ends it as soon as it has, and a second one at once.
   */
  private static final class Ending {
    private static final int INTERRUPTED = 130;

    private @Nullable Server server;
    private boolean asked;
    private int goOn = -1;

    void ask() {
      Server started;
      synchronized (this) {
        if (asked && server == null) {
          Runtime.getRuntime().halt(INTERRUPTED);
        }
        asked = true;
        started = server;
      }
      if (started != null) {
        end(started);
      }
    }

    void of(Server started) {
      boolean now;
      synchronized (this) {
        server = started;
        now = asked;
      }
      if (now) {
        end(started);
      }
    }

    private void end(Server started) {
      int running = started.running();
      synchronized (this) {
        goOn = goOn < 0 ? running : goOn;
      }
      started.close();
    }

    /** How many jobs ran when it was first asked; negative: nobody asked. */
    synchronized int goOn() {
      return goOn;
    }
  }

  /** Who has no parent is given the children that others leave behind, and Java collects none. */
  static void warnFirstProcess(Serving serving, long pid) {
    if (pid == 1) {
      serving
          .console()
          .message(
              "bide: this server is the first process here, so what jobs leave running stays as a"
                  + " zombie when it ends: start it by the script ./bide, or below an init (docker"
                  + " run --init)");
    }
  }

  private static String farewell(int running) {
    return switch (running) {
      case -1, 0 -> "stopped";
      case 1 -> "stopped; 1 job goes on, and the next server finds it";
      default -> "stopped; " + running + " jobs go on, and the next server finds them";
    };
  }

  private ServerSettings serverSettings(Serving serving) {
    Settings settings = serving.settings();
    Caller caller = serving.caller();
    return new ServerSettings(
        settings.home(),
        settings.port(),
        settings.hostNames(),
        settings.grace(),
        serving.service(),
        caller.variables(),
        serving.startedByVerb() ? caller.directoryOfStart() : caller.physicalDirectory(),
        settings.notices(),
        version(),
        settings.keep());
  }

  /** Made when the server has nothing better to do; the next start is the quicker for it. */
  private static Thread archive(Path home) {
    Thread thread =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(QUIET_SECONDS);
                Installation installation = new Installation(home);
                installation.deleteOthers();
                installation.makeArchive();
              } catch (IOException e) {
                System.Logger log = System.getLogger(Program.class.getName());
                log.log(System.Logger.Level.INFO, "no archive for quicker starts: " + e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "bide-archive");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void announce(Serving serving, Server server) {
    Console console = serving.console();
    Settings settings = serving.settings();
    if (serving.background()) {
      console.line("bide " + version() + " serves " + settings.home() + " at " + server.url());
      RestartSummary.of(server.recovered()).ifPresent(console::line);
      return;
    }
    console.line("bide " + version());
    console.line("home  " + settings.home());
    console.line("page  " + server.loginUrl() + "  (works once, for 5 minutes)");
    if (Display.isHeadless(serving.caller())) {
      console.line("from your own machine, first:  " + Display.tunnel(server.url()));
    }
    RestartSummary.of(server.recovered()).ifPresent(console::line);
    console.hint("Ctrl+C stops the server; jobs go on.");
  }
}
