package dev.bide.runner.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody probably meant who typed the name of a script: {@code countdown.py 10} runs as
 * {@code python3 countdown.py 10}. Thread-safe.
 */
public final class Suggestion {
  private static final Map<String, List<String>> BY_EXTENSION =
      Map.of(
          "py", List.of("python3"),
          "sh", List.of("sh"),
          "pl", List.of("perl"),
          "rb", List.of("ruby"),
          "R", List.of("Rscript"),
          "r", List.of("Rscript"),
          "js", List.of("node"),
          "jl", List.of("julia"),
          "java", List.of("java"),
          "jar", List.of("java", "-jar"));

  private static final int LONGEST_SHEBANG = 256;

  private Suggestion() {}

  /**
   * Names a command line that would run, where the one given names a file in a way that does not.
   *
   * @param words the program's name and its arguments
   * @param directory the working directory, absolute
   * @param path the PATH to look on
   * @return the better words; empty when these run as they are, or when nothing better is known
   */
  public static Optional<List<String>> suggestion(List<String> words, Path directory, String path) {
    if (words.isEmpty() || words.get(0).isEmpty()) {
      return Optional.empty();
    }
    String name = words.get(0);
    if (ProgramLookup.find(name, directory, path).executable()) {
      return Optional.empty();
    }
    Optional<Path> file = ProgramLookup.resolve(directory, name).filter(Files::isRegularFile);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    List<String> better = new ArrayList<>();
    if (Files.isExecutable(file.get())) {
      better.add("./" + name);
    } else {
      List<String> interpreter = interpreter(file.get(), directory, path);
      if (interpreter.isEmpty()) {
        return Optional.empty();
      }
      better.addAll(interpreter);
      better.add(name.startsWith("-") ? "./" + name : name);
    }
    better.addAll(words.subList(1, words.size()));
    return Optional.of(List.copyOf(better));
  }

  private static List<String> interpreter(Path file, Path directory, String path) {
    List<String> shebang = shebang(file);
    if (!shebang.isEmpty()) {
      return shebang;
    }
    String name = file.getFileName().toString();
    List<String> known =
        BY_EXTENSION.getOrDefault(name.substring(name.lastIndexOf('.') + 1), List.of());
    boolean onlyOldName =
        known.equals(List.of("python3"))
            && !ProgramLookup.find("python3", directory, path).executable()
            && ProgramLookup.find("python", directory, path).executable();
    return onlyOldName ? List.of("python") : known;
  }

  /** The words of a first line {@code #!/usr/bin/env python3}; empty when there is none. */
  private static List<String> shebang(Path file) {
    String line;
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(LONGEST_SHEBANG), StandardCharsets.UTF_8);
      line = start.lines().findFirst().orElse("");
    } catch (IOException e) {
      return List.of();
    }
    if (!line.startsWith("#!")) {
      return List.of();
    }
    List<String> words = List.of(line.substring(2).strip().split("\\s+"));
    boolean byEnv = words.get(0).endsWith("/env") && words.size() > 1;
    List<String> rest = byEnv ? words.subList(1, words.size()) : words;
    boolean understood = !rest.get(0).isEmpty() && !rest.get(0).startsWith("-");
    return understood ? rest : List.of();
  }
}
