package dev.bide.runner.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Deletes a directory with all that is in it. No link is followed, even one that takes a
 * directory's place meanwhile: everything is reached from the open directory above it.
 */
final class Removal {
  private final Path above;

  /**
   * @param above the directory in which something is deleted
   */
  Removal(Path above) {
    this.above = above;
  }

  /** Deletes it; nothing happens when it is not there. */
  void remove(String name) throws IOException {
    try (DirectoryStream<Path> opened = Files.newDirectoryStream(above)) {
      if (!(opened instanceof SecureDirectoryStream<Path> directory)) {
        throw new IOException("this system cannot delete safely below " + above);
      }
      remove(directory, Path.of(name), above);
    } catch (NoSuchFileException e) {
      return; // somebody was faster
    }
  }

  /**
   * Deletes all that are so, by their name.
   *
   * @param enough true: leaves the rest to another time
   */
  void removeAll(Predicate<String> which, BooleanSupplier enough) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(above)) {
      for (Path entry : entries) {
        if (enough.getAsBoolean()) {
          return;
        }
        String name = entry.getFileName().toString();
        if (which.test(name)) {
          remove(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void remove(SecureDirectoryStream<Path> parent, Path name, Path within)
      throws IOException {
    boolean isDirectory =
        parent
            .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
            .readAttributes()
            .isDirectory();
    if (!isDirectory) {
      parent.deleteFile(name);
      return;
    }
    Path path = within.resolve(name);
    open(parent, name, path);
    try (SecureDirectoryStream<Path> directory = parent.newDirectoryStream(name, NOFOLLOW_LINKS)) {
      for (Path entry : directory) {
        remove(directory, entry.getFileName(), path);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    parent.deleteDirectory(name);
  }

  private static void open(SecureDirectoryStream<Path> parent, Path name, Path path)
      throws IOException {
    Set<PosixFilePermission> mode = PosixFilePermissions.fromString("rwx------");
    try {
      parent
          .getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS)
          .setPermissions(mode);
    } catch (AccessDeniedException e) {
      // Java opens what it changes, and nobody but root can open what nobody may read. By its path
      // a link that has just taken its place would be followed: to a file of the same user, which
      // would get this mode and no more.
      Files.setPosixFilePermissions(path, mode);
    }
  }
}
