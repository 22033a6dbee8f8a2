package dev.bide.server.page;

import dev.bide.job.CommandLine;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line as a form brings it: words, a line for a shell, or something that cannot be told
 * apart yet.
 *
 * @param line as it was typed, or as it was meant
 * @param shell true when {@code /bin/sh -c} is to run it
 * @param request the field of a job that it becomes; empty when there is a problem
 * @param problem why it is none, or the question that is left; null when neither
 * @param asksForShell true when the person has to say whether the line is for a shell
 */
record TypedCommand(
    String line,
    boolean shell,
    Map<String, Object> request,
    @Nullable String problem,
    boolean asksForShell) {

  /** Of a form with the fields command and shell, and the buttons instead and as. */
  static TypedCommand read(Context context) {
    String instead = context.formParam("instead");
    String as = context.formParam("as");
    String typed = context.formParam("command");
    String line = instead != null ? instead : typed == null ? "" : typed;
    boolean shell =
        instead == null
            && ("shell".equals(as) || (as == null && context.formParam("shell") != null));
    if (line.isBlank()) {
      return problem(line, shell, "Type a command first.", false);
    }
    if (shell) {
      return new TypedCommand(line, true, Map.of("shell", line), null, false);
    }
    try {
      CommandLine.Split split = CommandLine.split(line);
      boolean words = "words".equals(as) || instead != null;
      if (split.shellCharacter() != null && !words) {
        return problem(line, false, question(split.shellCharacter()), true);
      }
      List<String> command = split.words();
      return new TypedCommand(line, false, Map.of("command", command), null, false);
    } catch (CommandLine.Malformed e) {
      return problem(line, false, Sentences.of(String.valueOf(e.getMessage())), false);
    }
  }

  private static TypedCommand problem(String line, boolean shell, String why, boolean asks) {
    return new TypedCommand(line, shell, Map.of(), why, asks);
  }

  private static String question(char special) {
    return "This line has an unquoted "
        + special
        + ", which only a shell understands. Run the line through the shell, or take it as"
        + " plain words?";
  }
}
