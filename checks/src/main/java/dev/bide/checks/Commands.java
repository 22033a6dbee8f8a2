package dev.bide.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Other programs, run to their end. */
final class Commands {
  private Commands() {}

  /**
   * What a program did.
   *
   * @param code its exit code; 127 when there is no such program
   * @param printed on both streams
   */
  record Result(int code, String printed) {}

  /** What it printed on both streams. */
  static String run(List<String> words) {
    try {
      return start(words).printed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it printed on both streams, and how it ended. */
  static Result result(List<String> words) {
    try {
      return start(words);
    } catch (IOException noSuchProgram) {
      return new Result(127, String.valueOf(noSuchProgram.getMessage()));
    }
  }

  private static Result start(List<String> words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      return new Result(process.waitFor(), printed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
