package dev.bide.checks.clone;

import java.nio.file.Files;
import java.nio.file.Path;

/** The repository these tests belong to. */
final class Checkout {
  private Checkout() {}

  /** A file of the repository, by its path from the root. */
  static Path file(String path) {
    return root().resolve(path);
  }

  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("scripts/toolchain.sh"))) {
      Path parent = directory.getParent();
      if (parent == null) {
        throw new IllegalStateException("these tests run below the root of the repository");
      }
      directory = parent;
    }
    return directory;
  }
}
