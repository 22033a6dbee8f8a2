package dev.bide.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who called: the environment, directory and umask that a job gets, as the kernel knows them and
 * not as the Java virtual machine understood them under whatever locale it was started.
 *
 * @param variables the environment, all of it; what is no UTF-8 is left out here
 * @param unreadable the names of variables that are no UTF-8
 * @param physicalDirectory the current directory as the kernel names it
 * @param umask file mode creation mask, 0 to 0777
 */
public record Caller(
    Map<String, String> variables, List<String> unreadable, String physicalDirectory, int umask) {

  /** Names a file with the caller's raw environment; set by the start script. */
  public static final String ENVIRONMENT_FILE = "BIDE_CALLER_ENVIRON";

  /** How the caller calls this program; set by the start script. */
  static final String PROGRAM = "BIDE_PROGRAM";

  /** The current directory as the shell names it. */
  private static final String DIRECTORY = "PWD";

  private static final int USUAL_UMASK = 022;

  public Caller {
    variables = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Reads it from this process, or from the file that the start script or a command line names; it
   * is deleted at once, or emptied where it has no name but stays open as long as this process.
   */
  public static Caller ofThisProcess() {
    byte[] raw = environmentFile(System.getenv(ENVIRONMENT_FILE));
    if (raw == null) {
      raw = bytes(Path.of("/proc/self/environ"));
    }
    String directory = System.getProperty("user.dir", "/");
    int umask = umask(bytes(Path.of("/proc/self/status")));
    if (raw == null || raw.length == 0) {
      return new Caller(System.getenv(), List.of(), directory, umask);
    }
    return of(raw, directory, umask);
  }

  /** From a NUL-separated list of variables. */
  static Caller of(byte[] raw, String physicalDirectory, int umask) {
    Map<String, String> variables = new LinkedHashMap<>();
    List<String> unreadable = new ArrayList<>();
    for (byte[] entry : Utf8.parts(raw)) {
      int equals = 0;
      while (equals < entry.length && entry[equals] != '=') {
        equals++;
      }
      if (equals == 0 || equals == entry.length) {
        continue; // nothing that a program could ask for by a name
      }
      String text = Utf8.decode(entry);
      if (text == null) {
        unreadable.add(Utf8.show(java.util.Arrays.copyOf(entry, equals)));
      } else {
        variables.putIfAbsent(
            text.substring(0, text.indexOf('=')), text.substring(text.indexOf('=') + 1));
      }
    }
    variables.remove(ENVIRONMENT_FILE);
    return new Caller(variables, unreadable, physicalDirectory, umask);
  }

  private static byte @Nullable [] environmentFile(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return null;
    }
    try {
      Path file = Path.of(name);
      byte[] raw = bytes(file);
      forget(file);
      return raw;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static void forget(Path file) {
    try {
      if (file.startsWith("/proc")) {
        Files.write(file, new byte[0]);
      } else {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      return; // what was read is what counts
    }
  }

  private static byte @Nullable [] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return null;
    }
  }

  private static int umask(byte @Nullable [] status) {
    if (status != null) {
      for (String line : new String(status, StandardCharsets.ISO_8859_1).split("\n", -1)) {
        if (line.startsWith("Umask:")) {
          return Integer.parseInt(line.substring(6).strip(), 8);
        }
      }
    }
    return USUAL_UMASK;
  }

  /**
   * The program's arguments from the bytes the kernel holds.
   *
   * @throws Trouble with exit code 2 when one is no UTF-8, naming which
   */
  public static List<String> arguments(String[] arguments) throws Trouble {
    return arguments(bytes(Path.of("/proc/self/cmdline")), List.of(arguments));
  }

  /** The last ones of the raw command line, when it has as many; else what the JVM made of them. */
  static List<String> arguments(byte @Nullable [] commandLine, List<String> arguments)
      throws Trouble {
    List<byte[]> parts = commandLine == null ? List.of() : Utf8.parts(commandLine);
    if (parts.size() <= arguments.size()) {
      return arguments;
    }
    List<byte[]> mine = parts.subList(parts.size() - arguments.size(), parts.size());
    List<String> decoded = new ArrayList<>();
    for (byte[] one : mine) {
      String text = Utf8.decode(one);
      if (text == null) {
        throw Trouble.usage(
            "argument "
                + (decoded.size() + 1)
                + " ("
                + Text.cut(Utf8.show(one), 60, "...")
                + ") is not valid UTF-8: a job can only be stored with arguments that are");
      }
      decoded.add(text);
    }
    return decoded;
  }

  /** A variable, or null when it is not set or empty. */
  public @Nullable String variable(String name) {
    String value = variables.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Where a server in the background was started: its own directory is the root. */
  public String directoryOfStart() {
    String directory = variable(DIRECTORY);
    return directory != null && directory.startsWith("/") ? directory : "/";
  }

  /** How the caller calls this program, for hints. */
  public String program() {
    String program = System.getenv(PROGRAM); // of the start script, not of who called it
    return program == null || program.isEmpty() ? "bide" : program;
  }

  /** The start script by which the caller started this program, or null when there was none. */
  @Nullable Path script() {
    String program = System.getenv(PROGRAM);
    if (program == null || program.isEmpty()) {
      return null;
    }
    Path file =
        program.contains("/")
            ? Path.of(physicalDirectory).resolve(program)
            : Programs.find(program, variables.getOrDefault("PATH", ""));
    Path parent = file == null ? null : file.toAbsolutePath().getParent();
    if (file == null || parent == null) {
      return null;
    }
    try {
      // a link to the script stays: whoever moves what it leads to changes the link
      return parent.toRealPath().resolve(file.getFileName());
    } catch (IOException e) {
      return file.toAbsolutePath().normalize();
    }
  }

  /**
   * What a job gets from the caller: everything but Bide's own settings.
   *
   * @throws Trouble when a variable is no UTF-8, naming it
   */
  Map<String, String> environmentForJobs() throws Trouble {
    for (String name : unreadable) {
      if (!name.startsWith("BIDE_")) {
        throw Trouble.usage(
            "the environment variable "
                + name
                + " is not valid UTF-8: unset it (unset "
                + name
                + ") or give it another value");
      }
    }
    Map<String, String> kept = new TreeMap<>(variables);
    kept.keySet().removeIf(name -> name.startsWith("BIDE_"));
    return kept;
  }

  /**
   * What a server gets: everything but what belongs to one call or one job, and as PWD where this
   * is, since its own directory is another.
   */
  byte[] environmentForServer() {
    StringBuilder raw = new StringBuilder();
    Map<String, String> all = new LinkedHashMap<>(variables);
    try {
      all.put(DIRECTORY, directory());
    } catch (Trouble noName) {
      all.remove(DIRECTORY);
    }
    all.forEach(
        (name, value) -> {
          if (!name.startsWith("BIDE_JOB_") && !name.equals(PROGRAM)) {
            raw.append(name).append('=').append(value).append('\0');
          }
        });
    return raw.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The current directory: as the shell names it when that is the same place, else as the kernel
   * does.
   *
   * @throws Trouble when its name cannot be stored
   */
  String directory() throws Trouble {
    String logical = variable(DIRECTORY);
    try {
      Path physical = Path.of(physicalDirectory);
      if (logical != null
          && logical.startsWith("/")
          && Path.of(logical).normalize().toString().equals(withoutEndingSlash(logical))
          && Files.isSameFile(Path.of(logical), physical)) {
        return logical;
      }
      if (Files.isDirectory(physical) && physicalDirectory.indexOf('\uFFFD') < 0) {
        return physicalDirectory;
      }
    } catch (IOException e) {
      if (physicalDirectory.indexOf('\uFFFD') < 0
          && Files.isDirectory(Path.of(physicalDirectory))) {
        return physicalDirectory;
      }
    } catch (InvalidPathException e) {
      throw new Trouble(
          "the current directory cannot be named under this locale: set LC_ALL=C.UTF-8", e);
    }
    throw Trouble.usage(
        "the current directory is gone, or its name is not valid UTF-8: go to another (cd), or say"
            + " --dir DIR");
  }

  private static String withoutEndingSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
