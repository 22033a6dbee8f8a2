package dev.bide.cli;

import dev.bide.job.CommandLine;
import java.io.IOException;
import java.nio.file.Path;

/** {@code serve}: runs the server in the foreground. */
final class ServeVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "serve",
            "Runs the server in the foreground until Ctrl+C; jobs outlive it.",
            Option.value("port", null, "N", "the page's port (else 2433 or the next free one)"),
            Option.flag("service", null, "for systemd and cron: few variables for jobs"),
            Option.flag("background", null, ""),
            Option.flag("print-command", null, ""))
        .withDetails("Other verbs start a server by themselves when there is none.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    if (call.arguments().has("print-command")) {
      return printCommand(call);
    }
    boolean service = call.arguments().has("service");
    // nobody reads along at a service, and a way in has no place in the machine's journal
    boolean background = service || call.arguments().has("background");
    return call.program()
        .serve(
            new ServerProgram.Serving(
                call.settings(), call.caller(), call.console(), service, background));
  }

  /** For the start script, which becomes that command: the server must not run from the build. */
  private static int printCommand(Call call) throws Trouble {
    Path home = call.settings().home();
    try {
      call.console().line(CommandLine.join(call.program().commandLine(home)));
      return 0;
    } catch (IOException e) {
      throw new Trouble("the program cannot be copied to " + home + ": " + e.getMessage(), e);
    }
  }
}
