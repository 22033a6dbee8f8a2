package dev.bide.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a job waits for until somebody has seen what there was to see: a file that comes into being.
 *
 * @param file absolute
 */
public record Gate(Path file) {
  /** Words for the shell that go on once it is open. */
  public String await() {
    return "until [ -e '" + file + "' ]; do sleep 0.05; done";
  }

  /** Lets everybody pass who waits or comes. */
  public void open() {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
