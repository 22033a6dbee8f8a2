package dev.bide.runner.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.bide.log.LogFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The end of a log, made durable.
 *
 * @param size bytes
 * @param lastLine its last line that is not blank, or null
 */
record LogTail(long size, @Nullable String lastLine) {

  /** Of a log that is missing, or became something else than a file. */
  static final LogTail NOTHING = new LogTail(0, null);

  /**
   * Reads it. An ending that is kept with a log that a power cut took would be a lie, so what was
   * written is on disk when this returns; nothing is waited for where nothing was written.
   */
  static LogTail sync(Path path) throws IOException {
    LogFile log = new LogFile(path);
    long size = log.size();
    if (size == 0) {
      return NOTHING;
    }
    try (FileChannel file =
        FileChannel.open(path, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS))) {
      file.force(true);
    }
    return new LogTail(size, log.lastLine().orElse(null));
  }
}
