package dev.bide.server;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which file lay at a path, by its number on its disk. As long as somebody has the file open, no
 * other one gets that number.
 */
final class FileIdentity {
  private final Path path;
  private final @Nullable Object key;

  private FileIdentity(Path path, @Nullable Object key) {
    this.path = path;
    this.key = key;
  }

  /** Of the file that is there now. */
  static FileIdentity of(Path path) throws IOException {
    return new FileIdentity(path, key(path));
  }

  /** The same file after it was given another name. */
  FileIdentity at(Path other) {
    return new FileIdentity(other, key);
  }

  /**
   * True while it lies at its path; false when it is known that nothing lies there, or another one.
   *
   * @throws IOException when that cannot be told: a disk that answers with errors has lost nothing
   */
  boolean isThere() throws IOException {
    try {
      return Objects.equals(key, key(path));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS).fileKey();
  }
}
