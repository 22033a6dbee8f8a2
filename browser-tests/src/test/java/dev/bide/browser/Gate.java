package dev.bide.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a job waits for until a test has seen what it wanted to see: a file. */
record Gate(Path file) {
  /** Words for the shell that go on once it is open. */
  String await() {
    return "until [ -e '" + file + "' ]; do sleep 0.05; done";
  }

  void open() {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
