package dev.bide.runner.process;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;

/** This process, or the whole machine, has no more of something: it passes. */
final class Shortage extends IOException {
  private static final long serialVersionUID = 1;

  /** What the kernel says, in English (strerror(3)): a server runs under C.UTF-8. */
  private static final List<String> WORDS =
      List.of("Too many open files", "Too many open files in system", "Cannot allocate memory");

  private Shortage(FileSystemException cause) {
    super(cause.getMessage(), cause);
  }

  /** Throws one, if that is what went wrong. */
  static void throwIf(IOException e) throws Shortage {
    if (e instanceof FileSystemException file
        && file.getReason() != null
        && WORDS.contains(file.getReason())) {
      throw new Shortage(file);
    }
  }
}
