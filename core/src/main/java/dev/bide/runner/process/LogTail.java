package dev.bide.runner.process;

import dev.bide.log.LogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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

  /** Of a log that cannot be read: as long as its file, and no more is known. */
  static LogTail unread(Path path) {
    try {
      BasicFileAttributes file =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return file.isRegularFile() ? new LogTail(file.size(), null) : NOTHING;
    } catch (IOException e) {
      return NOTHING;
    }
  }

  /**
   * Reads it. An ending that is kept with a log that a power cut took would be a lie, so what was
   * written is on disk when this returns; nothing is waited for where nothing was written.
   */
  static LogTail sync(Path path) throws IOException {
    try (LogFile log = LogFile.open(path)) {
      if (log.size() == 0) {
        return NOTHING;
      }
      log.sync();
      return new LogTail(log.size(), log.lastLine().orElse(null));
    }
  }
}
