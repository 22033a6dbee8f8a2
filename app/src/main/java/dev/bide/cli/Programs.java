package dev.bide.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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

  /** Asks {@code env} whether it can give a program its default signals (GNU coreutils 8.31). */
  static boolean understandsDefaultSignal(String path) {
    Path env = find("env", path);
    if (env == null) {
      return false;
    }
    try {
      Process process =
          new ProcessBuilder(env.toString(), "--default-signal", "true")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (java.io.IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
