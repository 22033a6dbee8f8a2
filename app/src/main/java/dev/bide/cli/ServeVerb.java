package dev.bide.cli;

/** {@code serve}: runs the server in the foreground. */
final class ServeVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
            "serve",
            "Runs the server in the foreground until Ctrl+C; jobs go on without it.",
            Option.value("port", null, "N", "the page's port (else 2433 or the next free one)"),
            Option.flag("service", null, "jobs get an allow-list of variables, not this shell's"),
            Option.flag("background", null, ""))
        .withDetails("Other verbs start a server by themselves when there is none.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    boolean background = call.arguments().has("background");
    return call.program()
        .serve(
            new ServerProgram.Serving(
                call.settings(),
                call.caller(),
                call.console(),
                call.arguments().has("service"),
                background));
  }
}
