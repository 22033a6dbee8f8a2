package dev.bide.app;

import dev.bide.cli.Caller;
import dev.bide.cli.Cli;
import dev.bide.cli.Console;
import dev.bide.cli.Faults;
import dev.bide.cli.Trouble;
import java.util.List;
import java.util.Map;

/** The program's entry: wires the pieces together. */
public final class Main {
  private static final String LAUNCH_MECHANISM = "jdk.lang.Process.launchMechanism";

  private Main() {}

  /** Runs one verb and exits with its code. */
  public static void main(String[] arguments) {
    int code;
    try {
      startProcessesCleanly();
      LocalZone.set(System.getenv("TZ"));
      Caller caller = Caller.ofThisProcess();
      Console console = Console.ofThisProcess(caller.variables());
      Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> say(thrown, console));
      code = run(arguments, caller, console);
    } catch (RuntimeException | Error e) {
      say(e, Console.ofThisProcess(Map.of()));
      code = Cli.codeOfTrouble(arguments);
    }
    System.exit(code);
  }

  /** Java would write its stack trace for whoever typed the command. */
  private static void say(Throwable thrown, Console console) {
    console.message("bide: " + Faults.inWords(thrown));
  }

  /**
   * Chooses how Java starts processes, before it has started one. Its usual way, posix_spawn, has
   * glibc ignore signals 32 and 33 in every child, and so in the server, its launchers and all
   * jobs; nothing can undo that later. VFORK is the fastest other one, and Java 25 warns of it.
   */
  private static void startProcessesCleanly() {
    if (System.getProperty(LAUNCH_MECHANISM) == null) {
      System.setProperty(LAUNCH_MECHANISM, Runtime.version().feature() < 25 ? "VFORK" : "FORK");
    }
  }

  private static int run(String[] arguments, Caller caller, Console console) {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      console.message("bide: not yet on Windows");
      return 1;
    }
    if (arguments.length > 1 && arguments[0].equals(Installation.REHEARSE)) {
      return Rehearsal.perform(caller, console, arguments[1]);
    }
    try {
      List<String> typed = Caller.arguments(arguments);
      return new Cli(console, caller, new Configuration(), new Program()).run(typed);
    } catch (Trouble e) {
      console.message("bide: " + e.getMessage());
      return e.code();
    }
  }
}
