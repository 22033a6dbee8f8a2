package dev.bide.cli;

import dev.bide.api.HomeFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call of the program: what was typed, who typed it, and what it needs to do it. Settings and
 * server are looked up when first asked for.
 */
final class Call implements Closeable {
  private final Arguments arguments;
  private final Console console;
  private final Caller caller;
  private final Settings.Source source;
  private final ServerProgram program;
  private @Nullable Settings settings;
  private @Nullable ServerAccess server;
  private String afterFault = "";

  Call(
      Arguments arguments,
      Console console,
      Caller caller,
      Settings.Source source,
      ServerProgram program) {
    this.arguments = arguments;
    this.console = console;
    this.caller = caller;
    this.source = source;
    this.program = program;
  }

  Arguments arguments() {
    return arguments;
  }

  Console console() {
    return console;
  }

  Caller caller() {
    return caller;
  }

  ServerProgram program() {
    return program;
  }

  /** How the caller calls this program, for hints. */
  String name() {
    return caller.program();
  }

  Settings settings() throws Trouble {
    if (settings == null) {
      settings = source.read(caller, arguments.value("home"), arguments.number("port", 1, 65535));
    }
    return settings;
  }

  /** What somebody should know when the verb breaks off from now on. */
  void afterFault(String next) {
    afterFault = "; " + next;
  }

  String afterFault() {
    return afterFault;
  }

  /** The home of a program that the machine starts: no variable says where, a file may. */
  Path homeOfABareCaller() throws Trouble {
    Map<String, String> few = new LinkedHashMap<>();
    for (String name : List.of("HOME", "XDG_CONFIG_HOME")) {
      String value = caller.variable(name);
      if (value != null) {
        few.put(name, value);
      }
    }
    return few.containsKey("HOME")
        ? source.read(new Caller(few, List.of(), "/", caller.umask()), null, null).home()
        : Path.of("/");
  }

  ServerAccess server() throws Trouble {
    if (server == null) {
      server =
          new ServerAccess(
              new HomeFiles(settings().home()),
              caller,
              console,
              program,
              !arguments.has("no-start"));
    }
    return server;
  }

  Api api() throws Trouble {
    return new Api(server());
  }

  /** What {@code -o} asked for. */
  Format format() throws Trouble {
    return Format.of(arguments.value("output"));
  }

  /** True when JSON is to be written, in one line or in several. */
  boolean inJson() throws Trouble {
    return format() == Format.JSON || format() == Format.JSONL;
  }

  /** True when a table or sentences for a person are to be shown. */
  boolean forPeople() throws Trouble {
    return switch (format()) {
      case TABLE -> true;
      case UNSAID -> console.talks();
      default -> false;
    };
  }

  /**
   * The words behind the verb.
   *
   * @throws Trouble when there are none: nothing never means everything
   */
  List<String> neededWords(String what) throws Trouble {
    if (arguments.words().isEmpty()) {
      throw Trouble.usage(what);
    }
    return arguments.words();
  }

  /** Refuses words where a verb takes none. */
  void noWords() throws Trouble {
    if (!arguments.words().isEmpty()) {
      throw Trouble.usage("unexpected " + Text.quoted(arguments.words().get(0)));
    }
  }

  @Override
  public void close() {
    if (server != null) {
      try {
        server.close();
      } catch (IOException e) {
        // the process ends anyway
      }
    }
  }

  /** Forms of output. */
  enum Format {
    UNSAID,
    TABLE,
    JSON,
    JSONL;

    static Format of(@Nullable String text) throws Trouble {
      if (text == null) {
        return UNSAID;
      }
      return switch (text) {
        case "table" -> TABLE;
        case "json" -> JSON;
        case "jsonl" -> JSONL;
        default -> {
          throw Trouble.usage(
              "--output knows table, json and jsonl, not "
                  + Text.quoted(text)
                  + Suggestion.hint(text, List.of("table", "json", "jsonl")));
        }
      };
    }
  }
}
