package dev.bide.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a job can be run as it is asked for, as far as that can be said without looking at the
 * machine. The limits are those of Linux (execve(2): MAX_ARG_STRLEN; path_resolution(7): PATH_MAX).
 * Pure.
 */
public final class SpecCheck {
  /** The longest argument, environment entry or shell line, in bytes of UTF-8. */
  public static final int LONGEST_ARGUMENT = 131_071;

  /** The largest environment, in bytes of UTF-8, each entry with its NUL. */
  public static final int LARGEST_ENVIRONMENT = 2 << 20;

  /** The longest path of a directory, in bytes of UTF-8. */
  public static final int LONGEST_PATH = 4095;

  /** The longest name, in characters. */
  public static final int LONGEST_NAME = 200;

  private static final int MOST_UMASK = 0777;

  private SpecCheck() {}

  /**
   * What is wrong with one field, in a sentence without its subject.
   *
   * @param field as {@link JobSpec} and the API name it
   */
  public record Fault(String field, String message) {}

  /** Everything that is wrong, in the order of the fields; empty when nothing is. */
  public static List<Fault> check(JobSpec spec) {
    List<Fault> faults = new ArrayList<>();
    checkProgram(spec.program(), faults);
    checkDirectory(spec.directory(), faults);
    checkName(spec.name(), faults);
    checkEnvironment(spec.environment(), faults);
    if (spec.umask() < 0 || spec.umask() > MOST_UMASK) {
      faults.add(new Fault("umask", "is not between 0 and 0777 (octal)"));
    }
    return faults;
  }

  private static void checkProgram(Program program, List<Fault> faults) {
    if (program instanceof Program.ShellLine shell) {
      if (shell.line().isBlank()) {
        faults.add(new Fault("shell", "is empty"));
      }
      argument(shell.line()).ifPresent(trouble -> faults.add(new Fault("shell", trouble)));
    } else if (program instanceof Program.Argv argv) {
      if (argv.words().get(0).isEmpty()) {
        faults.add(new Fault("command", "the program's name is empty"));
      }
      for (int i = 0; i < argv.words().size(); i++) {
        String which = i == 0 ? "the program's name " : "argument " + i + " ";
        argument(argv.words().get(i))
            .ifPresent(trouble -> faults.add(new Fault("command", which + trouble)));
      }
    }
  }

  private static void checkDirectory(String directory, List<Fault> faults) {
    if (!directory.startsWith("/")) {
      faults.add(new Fault("directory", "is not absolute: it has to start with /"));
    }
    text(directory, LONGEST_PATH).ifPresent(trouble -> faults.add(new Fault("directory", trouble)));
  }

  private static void checkName(@Nullable String name, List<Fault> faults) {
    if (name == null) {
      return;
    }
    if (name.codePointCount(0, name.length()) > LONGEST_NAME) {
      faults.add(new Fault("name", "is longer than " + LONGEST_NAME + " characters"));
    } else {
      text(name, Integer.MAX_VALUE).ifPresent(trouble -> faults.add(new Fault("name", trouble)));
    }
  }

  private static void checkEnvironment(Map<String, String> environment, List<Fault> faults) {
    long total = 0;
    for (Map.Entry<String, String> entry : environment.entrySet()) {
      String name = entry.getKey();
      if (name.isEmpty() || name.indexOf('=') >= 0) {
        faults.add(
            new Fault(
                "environment",
                name.isEmpty() ? "a name is empty" : "the name " + shown(name) + " holds a ="));
        continue;
      }
      String whole = name + "=" + entry.getValue();
      argument(whole)
          .ifPresent(trouble -> faults.add(new Fault("environment", shown(name) + " " + trouble)));
      total += utf8Length(whole) + 1L;
    }
    if (total > LARGEST_ENVIRONMENT) {
      faults.add(
          new Fault(
              "environment",
              "is " + total + " bytes long; at most " + LARGEST_ENVIRONMENT + " can be given"));
    }
  }

  /** What keeps a text from being an argument, or an entry of the environment. */
  private static Optional<String> argument(String text) {
    return text(text, LONGEST_ARGUMENT)
        .map(trouble -> trouble.startsWith("is ") ? trouble + ": put it into a file" : trouble);
  }

  /** What keeps a text from being handed to a process, if anything does. */
  private static Optional<String> text(String text, int longest) {
    if (text.indexOf('\0') >= 0) {
      return Optional.of("holds a NUL character, which no process can be given");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return Optional.of(
            String.format("holds a lone surrogate (\\u%04x), which is no UTF-8", (int) c));
      }
    }
    long length = utf8Length(text);
    return length > longest
        ? Optional.of("is " + length + " bytes long; at most " + longest + " can be given")
        : Optional.empty();
  }

  /** Bytes of the text in UTF-8, its surrogates being paired. */
  private static long utf8Length(String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // each half of a pair counts two of its four bytes
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return length;
  }

  /** A name as it may stand in a message: short, and without what a terminal would act on. */
  private static String shown(String name) {
    StringBuilder shown = new StringBuilder();
    name.codePoints()
        .limit(60)
        .forEach(
            c ->
                shown.append(
                    Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE
                        ? String.format("\\u%04x", c)
                        : Character.toString(c)));
    return shown.toString();
  }
}
