package dev.bide.checks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A fault of the disk as the server meets it.
 *
 * @param error what the call fails with
 * @param where on which files
 * @param nth the first call that fails, from 1
 * @param times how many calls fail from there on
 */
record IoFault(Failure error, Where where, int nth, int times) {

  /** What a call fails with. */
  enum Failure {
    EIO(5, false),
    /** The half that found room is written. */
    ENOSPC(28, true),
    EROFS(30, false),
    /** No fault of the disk: the server is killed between two calls. */
    KILL(0, false);

    private final int number;
    private final boolean torn;

    Failure(int number, boolean torn) {
      this.number = number;
      this.torn = torn;
    }
  }

  /** Which files. */
  enum Where {
    DATABASE("bide.db"),
    RUNS("runs/"),
    HOME("");

    private final String start;

    Where(String start) {
      this.start = start;
    }
  }

  /** The words before those that start a server. */
  List<String> words(Path library, Path home, Path report) {
    return List.of(
        "env",
        "LD_PRELOAD=" + library,
        "IO_FAULT_BELOW=" + home + "/" + where.start,
        "IO_FAULT_ERRNO=" + error.number,
        "IO_FAULT_NTH=" + nth,
        "IO_FAULT_TIMES=" + times,
        "IO_FAULT_TORN=" + (error.torn ? 1 : 0),
        "IO_FAULT_REPORT=" + report);
  }

  /** The calls that failed, a line each. */
  static List<String> failed(Path report) {
    try {
      return Files.readAllLines(report);
    } catch (NoSuchFileException nothingFailed) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles what makes calls fail.
   *
   * @throws IllegalStateException when the compiler is missing or does not like it
   */
  static Path library(Path directory) {
    Path source = directory.resolve("iofault.c");
    Path library = directory.resolve("iofault.so");
    try (InputStream in = IoFault.class.getResourceAsStream("iofault.c")) {
      if (in == null) {
        throw new IllegalStateException("iofault.c is missing");
      }
      Files.copy(in, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String printed =
        Commands.run(
            List.of("cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString()));
    if (!Files.exists(library)) {
      throw new IllegalStateException("cc failed: " + printed);
    }
    return library;
  }
}
