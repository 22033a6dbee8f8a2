package dev.bide.app;

import dev.bide.cli.Caller;
import dev.bide.cli.Cli;
import dev.bide.cli.Console;
import dev.bide.cli.Trouble;
import java.util.List;

/** The program's entry: wires the pieces together. */
public final class Main {
  private Main() {}

  /** Runs one verb and exits with its code. */
  public static void main(String[] arguments) {
    Caller caller = Caller.ofThisProcess();
    Console console = Console.ofThisProcess(caller.variables());
    System.exit(run(arguments, caller, console));
  }

  private static int run(String[] arguments, Caller caller, Console console) {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      console.message("bide: not yet on Windows");
      return 1;
    }
    if (arguments.length > 0 && arguments[0].equals(Installation.REHEARSE)) {
      return Rehearsal.perform(caller, console, arguments.length > 1 ? arguments[1] : null);
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
