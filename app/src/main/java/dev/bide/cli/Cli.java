package dev.bide.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The command line: finds the verb, runs it, and turns trouble into one line and an exit code. */
public final class Cli {
  /** What a shell reports of a program that a broken pipe ended. */
  static final int BROKEN_PIPE = 141;

  private static final Set<String> WITH_VALUE = Set.of("--home", "--color", "--output", "-o");

  private final Console console;
  private final Caller caller;
  private final Settings.Source settings;
  private final ServerProgram program;

  public Cli(Console console, Caller caller, Settings.Source settings, ServerProgram program) {
    this.console = console;
    this.caller = caller;
    this.settings = settings;
    this.program = program;
  }

  /** Runs one command line; answers the exit code. */
  public int run(List<String> typed) {
    List<String> before = new ArrayList<>();
    int i = 0;
    while (i < typed.size() && typed.get(i).startsWith("-") && typed.get(i).length() > 1) {
      String option = typed.get(i++);
      if (option.equals("--")) {
        break;
      }
      before.add(option);
      if (WITH_VALUE.contains(option) && i < typed.size()) {
        before.add(typed.get(i++));
      }
    }
    String wrong = wrongBeforeVerb(before);
    if (wrong != null) {
      console.message("bide: " + wrong);
      return Trouble.USAGE;
    }
    if (i == typed.size()) {
      return withoutVerb(before);
    }
    String name = typed.get(i);
    Verb verb = Verbs.find(name);
    if (verb == null) {
      return unknownVerb(typed.subList(i, typed.size()));
    }
    List<String> rest = new ArrayList<>(before);
    rest.addAll(typed.subList(i + 1, typed.size()));
    return run(verb, rest);
  }

  private int run(Verb verb, List<String> rest) {
    boolean debug = rest.contains("--debug");
    Arguments arguments = new Arguments();
    Call begun = null;
    try {
      arguments = verb.grammar().parse(rest, caller.program());
      debug = arguments.has("debug");
      console.looks(color(arguments), arguments.has("quiet"));
      if (arguments.has("help")) {
        console.text(verb.grammar().help(caller.program()));
        return 0;
      }
      try (Call call = new Call(arguments, console, caller, settings, program)) {
        begun = call;
        return verb.run(call);
      }
    } catch (Trouble e) {
      console.message("bide: " + e.line());
      if (debug) {
        console.message(stackTrace(e));
      }
      return e.code() == Trouble.VERB_DECIDES ? verb.codeOfTrouble(arguments) : e.code();
    } catch (Console.Closed e) {
      String why = String.valueOf(e.getMessage());
      if (why.contains("Broken pipe")) {
        return BROKEN_PIPE;
      }
      console.message("bide: standard output cannot be written to: " + why);
      return verb.codeOfTrouble(arguments);
    } catch (RuntimeException | Error e) {
      String next = begun == null ? "" : begun.afterFault();
      String report = Faults.isOfTheMachine(e) ? "" : " (--debug shows where; please report it)";
      console.message(
          "bide: " + Faults.inWords(e) + next + (debug ? "\n" + stackTrace(e) : report));
      return verb.codeOfTrouble(arguments);
    }
  }

  /** The exit code of a command line that could not even be looked at. */
  public static int codeOfTrouble(String[] typed) {
    for (int i = 0; i < typed.length; i++) {
      if (WITH_VALUE.contains(typed[i])) {
        i++;
      } else if (!typed[i].startsWith("-")) {
        Verb verb = Verbs.find(typed[i]);
        return verb == null ? 1 : verb.codeOfTrouble(new Arguments());
      }
    }
    return 1;
  }

  private static String color(Arguments arguments) throws Trouble {
    String color = arguments.value("color");
    if (color == null) {
      return "auto";
    }
    if (!List.of("auto", "always", "never").contains(color.toLowerCase(Locale.ROOT))) {
      throw Trouble.usage("--color knows auto, always and never, not " + Text.quoted(color));
    }
    return color.toLowerCase(Locale.ROOT);
  }

  private @Nullable String wrongBeforeVerb(List<String> options) {
    if (options.contains("--version")) {
      return null;
    }
    try {
      Grammar.of("", "").parse(options, caller.program());
      return null;
    } catch (Trouble e) {
      return e.line();
    }
  }

  private int withoutVerb(List<String> options) {
    if (options.contains("--version")) {
      return run(new VersionVerb(), List.of());
    }
    if (options.contains("--help") || options.contains("-h")) {
      return run(new HelpVerb(), List.of());
    }
    console.text(HelpVerb.nextSteps(caller.program()));
    return 0;
  }

  private int unknownVerb(List<String> words) {
    String name = words.get(0);
    List<String> known = new ArrayList<>(Verbs.ALL);
    known.addAll(Verbs.ALIASES.keySet());
    List<String> file = Programs.forFile(name, caller.physicalDirectory());
    String near = file.isEmpty() ? Suggestion.nearest(name, known) : null;
    StringBuilder line = new StringBuilder("bide: no verb " + Text.quoted(name));
    if (near != null) {
      line.append(": did you mean ").append(near).append('?');
    } else if (!file.isEmpty()
        || name.contains("/")
        || Programs.find(name, caller.variables().getOrDefault("PATH", "")) != null) {
      List<String> meant = new ArrayList<>(file.isEmpty() ? List.of(name) : file);
      meant.addAll(words.subList(1, words.size()));
      line.append(": did you mean: ")
          .append(caller.program())
          .append(" run ")
          .append(Text.visible(dev.bide.job.CommandLine.join(meant)));
    } else {
      line.append(" (").append(caller.program()).append(" --help)");
    }
    console.message(line.toString());
    return Trouble.USAGE;
  }

  private static String stackTrace(Throwable thrown) {
    java.io.StringWriter out = new java.io.StringWriter();
    thrown.printStackTrace(new java.io.PrintWriter(out, true));
    return out.toString().stripTrailing();
  }
}
