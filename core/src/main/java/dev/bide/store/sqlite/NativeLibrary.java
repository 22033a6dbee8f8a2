package dev.bide.store.sqlite;

import dev.bide.store.Home;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite itself, unpacked once into a directory of ours. Left alone, the driver unpacks it at each
 * start into one that may forbid programs and is shared with others, which takes a tenth of a
 * second and leaves a megabyte there whenever the process is killed.
 */
final class NativeLibrary {
  private static final String WHERE = "org.sqlite.lib.path";

  private NativeLibrary() {}

  /**
   * Unpacks it below a directory, unless it is there, and tells the driver, which listens to
   * nothing but a system property. Where that is not possible or somebody else has told it, the
   * driver does as it always does.
   */
  static void place(Path directory) {
    URL packed =
        SQLiteJDBCLoader.class.getResource(
            LibraryLoaderUtil.getNativeLibResourcePath()
                + "/"
                + LibraryLoaderUtil.getNativeLibName());
    if (packed == null || System.getProperty(WHERE) != null) {
      return;
    }
    // not "sqlite-": what begins so in org.sqlite.tmpdir, the driver takes for its own and deletes
    Path place = directory.toAbsolutePath().resolve("native-" + SQLiteJDBCLoader.getVersion());
    try {
      Home.createPrivateDirectory(place);
      unpack(packed, place.resolve(LibraryLoaderUtil.getNativeLibName()));
      System.setProperty(WHERE, place.toString());
    } catch (IOException e) {
      // A full disk, say: the driver may find room elsewhere, or say itself what is wrong.
      return;
    }
  }

  /** The same, but unpacks nothing. */
  static void useIfThere(Path directory) {
    if (Files.isDirectory(directory.resolve("native-" + SQLiteJDBCLoader.getVersion()))) {
      place(directory);
    }
  }

  private static void unpack(URL packed, Path library) throws IOException {
    long size = packed.openConnection().getContentLengthLong();
    if (Files.exists(library) && Files.size(library) == size) {
      return;
    }
    Path unfinished =
        library.resolveSibling("." + ProcessHandle.current().pid() + "-" + System.nanoTime());
    try {
      Home.createPrivateFile(unfinished);
      try (InputStream input = packed.openStream();
          FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        input.transferTo(Channels.newOutputStream(channel));
        // Cut short by a power loss, it would end the next start.
        channel.force(true);
      }
      Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
