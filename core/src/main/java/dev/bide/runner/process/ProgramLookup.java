package dev.bide.runner.process;

import dev.bide.job.CommandLine;
import dev.bide.job.Program;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks before a start whether it can succeed: once a command runs, codes 126 and 127 may be its
 * own. Follows links, as a start does. Thread-safe.
 */
public final class ProgramLookup {
  /** Start of the message when there is no such program; every other means it cannot be run. */
  public static final String NOT_FOUND = "program not found: ";

  /** Where execvp(3) looks when there is no PATH. */
  private static final String DEFAULT_PATH = "/bin:/usr/bin";

  private ProgramLookup() {}

  /**
   * What keeps a program from being started.
   *
   * @param program what shall run
   * @param directory its working directory, absolute
   * @param path the PATH of its environment, or null when it has none
   * @return a sentence for people, or empty when nothing does
   */
  public static Optional<String> problem(Program program, String directory, @Nullable String path) {
    Path workingDirectory;
    try {
      workingDirectory = Path.of(directory);
    } catch (InvalidPathException e) {
      return Optional.of("no such directory: " + directory);
    }
    if (!Files.isDirectory(workingDirectory)) {
      return Optional.of(
          Files.exists(workingDirectory)
              ? "not a directory: " + directory
              : "no such directory: " + directory);
    }
    if (!Files.isExecutable(workingDirectory)) {
      return Optional.of("no permission to enter the directory: " + directory);
    }
    return program instanceof Program.Argv argv
        ? programProblem(argv.words(), workingDirectory, path)
        : Optional.empty();
  }

  private static Optional<String> programProblem(
      List<String> words, Path directory, @Nullable String path) {
    String name = words.get(0);
    if (name.isEmpty()) {
      return Optional.of(NOT_FOUND + "its name is empty");
    }
    Found found = find(name, directory, path);
    if (found.executable()) {
      return Optional.empty();
    }
    Optional<String> instead =
        Suggestion.suggestion(words, directory, path == null ? DEFAULT_PATH : path)
            .map(better -> ": did you mean `" + CommandLine.join(better) + "`?");
    if (found.file() != null) {
      String what = Files.isDirectory(found.file()) ? " is a directory" : " is not executable";
      return Optional.of(name + what + instead.orElse(""));
    }
    if (instead.isPresent()) {
      Optional<Path> here = resolve(directory, name);
      boolean executable = here.isPresent() && Files.isExecutable(here.get());
      return Optional.of(
          (executable ? NOT_FOUND + name + " is not on the PATH" : name + " is not executable")
              + instead.get());
    }
    return Optional.of(
        NOT_FOUND
            + name
            + (name.contains("/")
                ? (name.startsWith("/") ? "" : " (in " + directory + ")")
                : " (on the PATH)"));
  }

  /**
   * What a name stands for.
   *
   * @param file the file, or null when there is none
   * @param executable whether it can be run
   */
  record Found(@Nullable Path file, boolean executable) {}

  /** Finds a program as execvp(3) does. */
  static Found find(String name, Path directory, @Nullable String path) {
    List<Path> candidates = new ArrayList<>();
    if (name.contains("/")) {
      resolve(directory, name).ifPresent(candidates::add);
    } else {
      for (String entry : (path == null ? DEFAULT_PATH : path).split(":", -1)) {
        resolve(directory, entry.isEmpty() ? name : entry + "/" + name).ifPresent(candidates::add);
      }
    }
    Path there = null;
    for (Path candidate : candidates) {
      // not by Files, which makes an exception for each directory of the PATH that has it not
      if (candidate.toFile().isFile()) {
        if (Files.isExecutable(candidate)) {
          return new Found(candidate, true);
        }
        there = there == null ? candidate : there;
      } else if (name.contains("/") && Files.exists(candidate)) {
        there = candidate;
      }
    }
    return new Found(there, false);
  }

  static Optional<Path> resolve(Path directory, String name) {
    try {
      return Optional.of(directory.resolve(name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
