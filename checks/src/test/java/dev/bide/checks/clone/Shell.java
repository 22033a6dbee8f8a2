package dev.bide.checks.clone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs in a directory with an environment of which everything is said here.
 *
 * @param directory where they run, and where their output is kept meanwhile
 * @param environment all they get
 */
record Shell(Path directory, Map<String, String> environment) {
  private static final int PATIENCE_SECONDS = 300;

  /**
   * What a program did.
   *
   * @param code its exit code
   */
  record Result(int code, String output, String errors) {}

  Shell {
    environment = new TreeMap<>(environment);
  }

  Shell with(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, value);
    return new Shell(directory, more);
  }

  Result run(String... words) {
    return finish(start(words));
  }

  /** A program that has been started, with the files it writes to. */
  record Started(Process process, Path output, Path errors) {}

  Started start(String... words) {
    try {
      Path output = Files.createTempFile(directory, "output", "");
      Path errors = Files.createTempFile(directory, "errors", "");
      ProcessBuilder builder =
          new ProcessBuilder(List.of(words))
              .directory(directory.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new Started(builder.start(), output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Result finish(Started started) {
    try {
      Process process = started.process();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            "not done after " + PATIENCE_SECONDS + " s; it said: " + read(started.errors()));
      }
      Result result =
          new Result(process.exitValue(), read(started.output()), read(started.errors()));
      Files.delete(started.output());
      Files.delete(started.errors());
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
