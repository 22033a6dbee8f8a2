package dev.bide.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verb understands. Parsing is by hand: the library for it would cost each call of the
 * command line more time than all the rest together (its classes cannot be shared in an archive).
 *
 * @param usage the line after the program's name, such as {@code cancel SEL…}
 * @param summary one sentence for help
 * @param details further lines for help, or empty
 * @param options its own options, without the global ones
 * @param ownWords options end behind so many words of its own: the next word that is no option
 *     begins somebody else's command line; {@link #ALL_OWN} where there is none
 */
record Grammar(String usage, String summary, String details, List<Option> options, int ownWords) {

  /** Every word is its own. */
  static final int ALL_OWN = Integer.MAX_VALUE;

  private static final int WIDTH = 79;

  /** Options of every verb. */
  static final List<Option> GLOBAL =
      List.of(
          Option.value("home", null, "DIR", "where the queue lives (else BIDE_HOME)"),
          Option.flag("no-start", null, "do not start a server when there is none"),
          Option.value("color", null, "WHEN", "auto, always or never"),
          Option.value("output", 'o', "FORMAT", "table, json or jsonl"),
          Option.flag("quiet", 'q', "the short form, as in a pipe"),
          Option.flag("debug", null, "show stack traces"),
          Option.flag("help", 'h', "show this help"));

  Grammar {
    options = List.copyOf(options);
  }

  static Grammar of(String usage, String summary, Option... options) {
    return new Grammar(usage, summary, "", List.of(options), ALL_OWN);
  }

  Grammar withDetails(String more) {
    return new Grammar(usage, summary, more, options, ownWords);
  }

  /** Options end at the first word that is none. */
  Grammar beforeACommand() {
    return new Grammar(usage, summary, details, options, 0);
  }

  /**
   * Takes a command line apart.
   *
   * @param program how the caller calls this program, for hints
   * @throws Trouble with exit code 2 and, where one is near, the option that was probably meant
   */
  Arguments parse(List<String> arguments, String program) throws Trouble {
    Arguments parsed = new Arguments();
    int i = 0;
    while (i < arguments.size()) {
      String argument = arguments.get(i++);
      if (argument.equals("--")) {
        parsed.dashes(arguments.subList(i, arguments.size()));
        break;
      }
      if (argument.length() < 2 || argument.charAt(0) != '-') {
        if (parsed.words().size() == ownWords) {
          parsed.addWords(arguments.subList(i - 1, arguments.size()));
          break;
        }
        parsed.addWords(List.of(argument));
      } else if (argument.startsWith("--")) {
        i = longOption(arguments, i, argument, parsed, program);
      } else {
        i = letters(arguments, i, argument, parsed, program);
      }
    }
    return parsed;
  }

  private int longOption(
      List<String> arguments, int next, String argument, Arguments parsed, String program)
      throws Trouble {
    int equals = argument.indexOf('=');
    String name = argument.substring(2, equals < 0 ? argument.length() : equals);
    Option option = find(name);
    if (option == null) {
      throw unknown("--" + name, program);
    }
    if (!option.takesValue()) {
      if (equals >= 0) {
        throw Trouble.usage("--" + name + " takes no value");
      }
      parsed.put(option.name(), "");
      return next;
    }
    if (equals >= 0) {
      parsed.put(option.name(), argument.substring(equals + 1));
      return next;
    }
    return valueFrom(arguments, next, "--" + name, option, parsed);
  }

  private int letters(
      List<String> arguments, int next, String argument, Arguments parsed, String program)
      throws Trouble {
    for (int k = 1; k < argument.length(); k++) {
      Option option = find(argument.charAt(k));
      if (option == null) {
        throw unknown("-" + Text.firstCharacter(argument.substring(k)), program);
      }
      if (option.takesValue()) {
        if (k + 1 < argument.length()) {
          parsed.put(option.name(), argument.substring(k + 1));
          return next;
        }
        return valueFrom(arguments, next, "-" + argument.charAt(k), option, parsed);
      }
      parsed.put(option.name(), "");
    }
    return next;
  }

  private static int valueFrom(
      List<String> arguments, int next, String shown, Option option, Arguments parsed)
      throws Trouble {
    if (next == arguments.size()) {
      throw Trouble.usage(shown + " needs a value: " + shown + " " + option.value());
    }
    parsed.put(option.name(), arguments.get(next));
    return next + 1;
  }

  private Trouble unknown(String option, String program) {
    List<String> known = new ArrayList<>();
    all().stream()
        .filter(one -> !one.text().isEmpty())
        .forEach(one -> known.add("--" + one.name()));
    String verb = usage.contains(" ") ? usage.substring(0, usage.indexOf(' ')) : usage;
    return Trouble.usage(
        "unknown option "
            + Text.visible(option)
            + Suggestion.hint(
                option,
                known,
                " (" + program + " " + (verb.isEmpty() ? "" : verb + " ") + "--help)"));
  }

  private @Nullable Option find(String name) {
    return all().stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  private @Nullable Option find(char letter) {
    return all().stream()
        .filter(one -> one.letter() != null && one.letter() == letter)
        .findFirst()
        .orElse(null);
  }

  private List<Option> all() {
    List<Option> all = new ArrayList<>(options);
    all.addAll(GLOBAL);
    return all;
  }

  /** The help of this verb, ready to print. */
  String help(String program) {
    StringBuilder out = new StringBuilder();
    out.append("Usage: ").append(program).append(' ').append(usage).append("\n\n");
    out.append(Text.wrap(summary, WIDTH)).append('\n');
    if (!details.isEmpty()) {
      out.append('\n').append(Text.wrap(details, WIDTH)).append('\n');
    }
    append(out, "\nOptions:\n", options);
    List<String> own = options.stream().map(Option::name).toList();
    append(
        out,
        "\nOptions of every verb:\n",
        GLOBAL.stream().filter(one -> !own.contains(one.name())).toList());
    return out.toString();
  }

  private static void append(StringBuilder out, String title, List<Option> options) {
    List<Option> shown = options.stream().filter(one -> !one.text().isEmpty()).toList();
    if (shown.isEmpty()) {
      return;
    }
    out.append(title);
    for (Option option : shown) {
      String names =
          (option.letter() == null ? "    " : "-" + option.letter() + ", ")
              + "--"
              + option.name()
              + (option.value() == null ? "" : " " + option.value());
      out.append("  ").append(Text.pad(names, 26)).append(' ').append(option.text()).append('\n');
    }
  }
}
