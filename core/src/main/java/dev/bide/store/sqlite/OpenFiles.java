package dev.bide.store.sqlite;

import dev.bide.store.StoreDown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which files a store has open, by what they are and not by what they are called: what is written
 * into one that was deleted meanwhile is gone with the process. Immutable.
 */
final class OpenFiles {
  private final Path file;
  private final Path journal;
  private final @Nullable Object fileKey;
  private final @Nullable Object journalKey;

  /** Those that have these names now; null for one of which it cannot be told. */
  OpenFiles(Path file) {
    this.file = file;
    journal = file.resolveSibling(file.getFileName() + "-wal");
    fileKey = keyOrNull(file);
    journalKey = keyOrNull(journal);
  }

  /**
   * Tells when another file, or none, has the name of the database now.
   *
   * @throws StoreDown then
   */
  void refuseOtherDatabase() {
    if (!isStill(file, fileKey)) {
      throw new StoreDown(
          file + " was removed or replaced under the running server: put it back", false, null);
    }
  }

  /**
   * Tells when another file, or none, has the name of the write-ahead log now.
   *
   * @throws StoreDown then
   */
  void refuseOtherJournal() {
    if (!journalIsSame()) {
      throw new StoreDown(
          journal + " was removed or replaced under the running server", false, null);
    }
  }

  /** False when the write-ahead log was removed or replaced. */
  boolean journalIsSame() {
    return isStill(journal, journalKey);
  }

  private static boolean isStill(Path path, @Nullable Object known) {
    try {
      return known == null || Objects.equals(key(path), known);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true; // the disk's trouble is told by who writes
    }
  }

  private static @Nullable Object keyOrNull(Path path) {
    try {
      return key(path);
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }
}
