package dev.bide.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks for programs on a path, as the shell does. */
final class Programs {
  private Programs() {}

  /** The first executable regular file of that name on the path, or null. */
  static @Nullable Path find(String name, String path) {
    for (String directory : path.split(":", -1)) {
      try {
        Path file = Path.of(directory.isEmpty() ? "." : directory, name);
        if (Files.isRegularFile(file) && Files.isExecutable(file)) {
          return file;
        }
      } catch (InvalidPathException e) {
        // no file can be there
      }
    }
    return null;
  }

  /**
   * The words that run a file: its own name when it is executable, else what its ending tells; none
   * when there is no such file or nobody can know.
   */
  static List<String> forFile(String name, String directory) {
    Path file;
    try {
      file = Path.of(directory).resolve(name);
    } catch (InvalidPathException e) {
      return List.of();
    }
    if (!Files.isRegularFile(file)) {
      return List.of();
    } else if (Files.isExecutable(file)) {
      return List.of(name.contains("/") ? name : "./" + name);
    }
    List<String> interpreter =
        switch (name.substring(name.lastIndexOf('.') + 1)) {
          case "py" -> List.of("python3");
          case "sh" -> List.of("sh");
          case "bash" -> List.of("bash");
          case "pl" -> List.of("perl");
          case "rb" -> List.of("ruby");
          case "js" -> List.of("node");
          case "R", "r" -> List.of("Rscript");
          case "jl" -> List.of("julia");
          case "jar" -> List.of("java", "-jar");
          default -> List.of();
        };
    List<String> words = new ArrayList<>(interpreter);
    if (!words.isEmpty()) {
      words.add(name);
    }
    return words;
  }

  /** Runs a program that is quick, with nothing in its environment but the path. */
  static Answer run(String path, List<String> words) {
    return ask(Map.of("PATH", path), words, new byte[0]);
  }

  /**
   * What a program answered, byte for byte as Latin-1.
   *
   * @param code 127 when it cannot be started
   */
  record Answer(int code, String out, String err) {
    /** Why it failed: the last line that it had to say. */
    String why() {
      String said = err.isBlank() ? out : err;
      List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
      return lines.isEmpty()
          ? "exit code " + code
          : Text.visible(lines.get(lines.size() - 1).strip());
    }
  }

  /** Runs a program that is quick, in this environment, with this on its standard input. */
  static Answer ask(Map<String, String> environment, List<String> words, byte[] input) {
    Path program = find(words.get(0), environment.getOrDefault("PATH", "/usr/bin:/bin"));
    if (program == null) {
      return new Answer(127, "", "");
    }
    List<String> line = new ArrayList<>(words);
    line.set(0, program.toString());
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input);
      } catch (IOException e) {
        // it did not want to read; its exit code tells whether that is well
      }
      byte[] out = process.getInputStream().readAllBytes();
      byte[] err = process.getErrorStream().readAllBytes();
      return new Answer(
          process.waitFor(),
          new String(out, StandardCharsets.ISO_8859_1),
          new String(err, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return new Answer(127, "", "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(127, "", "");
    }
  }

  /** Asks {@code env} whether it can give a program its default signals (GNU coreutils 8.31). */
  static boolean understandsDefaultSignal(String path) {
    return run(path, List.of("env", "--default-signal", "true")).code() == 0;
  }
}
