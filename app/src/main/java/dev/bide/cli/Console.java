package dev.bide.cli;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where words go: data to standard output, messages and hints to standard error, hints only when a
 * person looks. Writing to a pipe that nobody reads any more throws {@link Closed}.
 */
public final class Console {
  /** Standard output takes no more, mostly since its reader has gone away. */
  static final class Closed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Closed(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /**
   * What stands behind the three streams.
   *
   * @param input true when standard input is a terminal
   * @param columns how wide the terminal is, or null to ask it
   */
  record Terminals(boolean input, boolean output, boolean errors, @Nullable Integer columns) {}

  private final InputStream input;
  private final OutputStream output;
  private final OutputStream errors;
  private final Terminals terminals;
  private final Map<String, String> variables;
  private final Object turn = new Object();
  private @Nullable BufferedReader lines;
  private String color = "auto";
  private boolean quiet;

  Console(
      InputStream input,
      OutputStream output,
      OutputStream errors,
      Terminals terminals,
      Map<String, String> variables) {
    this.input = input;
    this.output = output;
    this.errors = errors;
    this.terminals = terminals;
    this.variables = variables;
  }

  /** The streams of this process. */
  public static Console ofThisProcess(Map<String, String> variables) {
    return new Console(
        // buffered, since the plain one asks a pipe for its length when all is to be read
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        new Terminals(isTerminal(0), isTerminal(1), isTerminal(2), null),
        variables);
  }

  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return !Files.exists(Path.of("/proc/self")) && testIsTerminal(descriptor);
    }
  }

  /** On a system without /proc. */
  private static boolean testIsTerminal(int descriptor) {
    try {
      return new ProcessBuilder("test", "-t", Integer.toString(descriptor))
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What the global options say about looks. */
  void looks(String newColor, boolean newQuiet) {
    color = newColor;
    quiet = newQuiet;
  }

  /** True when standard output is to be read by a person. */
  boolean talks() {
    return terminals.output() && !quiet;
  }

  /** True when standard output is a terminal, whatever form was asked for. */
  boolean outputIsTerminal() {
    return terminals.output();
  }

  /** True when hints are to be given. */
  public boolean hints() {
    return terminals.errors() && !quiet;
  }

  /** True when a question can be asked and answered. */
  boolean canAsk() {
    return terminals.input() && terminals.errors();
  }

  /** True when colours are to be used on standard output. */
  boolean colors() {
    return switch (color) {
      case "always" -> true;
      case "never" -> false;
      default -> {
        if (isSet("NO_COLOR")) {
          yield false;
        }
        String forced = variables.get("CLICOLOR_FORCE");
        if (forced != null && !forced.isEmpty() && !forced.equals("0")) {
          yield true;
        }
        yield talks() && !"dumb".equals(variables.get("TERM"));
      }
    };
  }

  private boolean isSet(String name) {
    String value = variables.get(name);
    return value != null && !value.isEmpty();
  }

  /** True when the caller's terminal shows more than ASCII. */
  boolean unicode() {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      if (isSet(name)) {
        String value = variables.getOrDefault(name, "").toUpperCase(Locale.ROOT);
        return value.contains("UTF-8") || value.contains("UTF8");
      }
    }
    return false;
  }

  /** Columns of the terminal; so many that nothing is ever cut when there is none. */
  int columns() {
    if (!terminals.output()) {
      return Integer.MAX_VALUE;
    }
    Integer known = terminals.columns();
    return known != null ? known : askTerminal();
  }

  private int askTerminal() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      int columns = Integer.parseInt(size.strip().substring(size.strip().indexOf(' ') + 1));
      return columns < 20 ? 80 : columns;
    } catch (IOException | NumberFormatException e) {
      return 80;
    }
  }

  /** A line of data. */
  public void line(String text) {
    text(text + "\n");
  }

  /** Text as it is. */
  void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    bytes(bytes, bytes.length);
  }

  /** The first bytes of data, as they are. */
  void bytes(byte[] bytes, int length) {
    synchronized (turn) {
      try {
        output.write(bytes, 0, length);
        output.flush();
      } catch (IOException e) {
        throw new Closed(e);
      }
    }
  }

  /** What went wrong, or must be known wherever standard error goes. */
  public void message(String text) {
    synchronized (turn) {
      try {
        errors.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        errors.flush();
      } catch (IOException e) {
        // there is nowhere left to say it
      }
    }
  }

  /** A message that does not wait until a question is answered: the program ends with it. */
  void lastMessage(String text) {
    try {
      errors.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      errors.flush();
    } catch (IOException e) {
      // there is nowhere left to say it
    }
  }

  /** Help for a person at a terminal; nothing anywhere else. */
  public void hint(String text) {
    if (hints()) {
      message(text);
    }
  }

  /** Keeps data back while something else, such as a question, has the terminal. */
  Object turn() {
    return turn;
  }

  /** Asks on standard error; the answer without its line end, or null at the end of the input. */
  @Nullable String ask(String question) {
    try {
      errors.write(question.getBytes(StandardCharsets.UTF_8));
      errors.flush();
      return readLine();
    } catch (IOException e) {
      return null;
    }
  }

  private @Nullable String readLine() throws IOException {
    if (lines == null) {
      lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    }
    return lines.readLine();
  }

  /**
   * All of standard input, which must be UTF-8.
   *
   * @throws Trouble when it is not, or cannot be read
   */
  String readAll() throws Trouble {
    try {
      byte[] bytes = input.readAllBytes();
      String text = Utf8.decode(bytes);
      if (text == null) {
        throw Trouble.usage(
            "line "
                + Utf8.firstBadLine(bytes)
                + " of standard input is not valid UTF-8; nothing was done with any line");
      }
      return text;
    } catch (IOException e) {
      throw new Trouble("standard input cannot be read: " + e.getMessage(), e);
    }
  }
}
