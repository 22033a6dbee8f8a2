package dev.bide.cli;

import java.util.List;

/** {@code help}: the verbs, or one of them. */
final class HelpVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of(
        "help [VERB]", "Shows how a verb is used.", Option.flag("all", 'a', "list all verbs"));
  }

  @Override
  public int run(Call call) throws Trouble {
    List<String> words = call.arguments().words();
    if (words.isEmpty()) {
      call.console().text(overview(call.name(), call.arguments().has("all")));
      return 0;
    }
    Verb verb = Verbs.find(words.get(0));
    if (verb == null) {
      throw Trouble.usage(
          "no verb "
              + Text.quoted(words.get(0))
              + Suggestion.hint(words.get(0), Verbs.ALL, " (" + call.name() + " help -a)"));
    }
    call.console().text(verb.grammar().help(call.name()));
    return 0;
  }

  static String overview(String program, boolean all) {
    StringBuilder out = new StringBuilder();
    out.append("Usage: ").append(program).append(" VERB [OPTIONS] [ARGUMENTS]\n\n");
    out.append("A job queue for commands that take minutes to days.\n\n");
    List<String> names = all ? Verbs.ALL : Verbs.FIRST_TEN;
    int width = Math.max(8, 1 + names.stream().mapToInt(Text::columns).max().orElse(0));
    for (String name : names) {
      Verb verb = Verbs.find(name);
      if (verb != null) {
        out.append("  ")
            .append(Text.pad(name, width))
            .append(verb.grammar().summary())
            .append('\n');
      }
    }
    out.append('\n').append(program).append(" VERB --help shows a verb's options");
    out.append(all ? ".\n" : "; " + program + " help -a all verbs.\n");
    return out.toString();
  }

  static String nextSteps(String program) {
    return """
        Bide: a job queue for commands that take minutes to days.

          %1$s run -- sleep 3    run a command in the queue and see its output
          %1$s add -- sleep 60   queue one and come back later (%1$s ls)
          %1$s open              watch them in a browser

        %1$s --help shows the verbs.
        """
        .formatted(program);
  }
}
