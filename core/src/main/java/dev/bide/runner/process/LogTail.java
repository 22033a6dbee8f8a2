package dev.bide.runner.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.bide.log.LogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a log, made durable.
 *
 * @param size bytes
 * @param lastLine its last line that is not blank, or null
 */
record LogTail(long size, @Nullable String lastLine) {

  /** Of a log that is missing, or became something else than a file. */
  static final LogTail NOTHING = new LogTail(0, null);

  private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);

  /**
   * Reads it. An ending that is kept with a log that a power cut took would be a lie, so what was
   * written is on disk when this returns; nothing is waited for where nothing was written. Where
   * the disk does not do it, what the log holds is still told: the job has ended all the same.
   *
   * @throws Shortage when this process is short of something: it can be told a little later
   */
  static LogTail sync(Path path) throws Shortage {
    try (LogFile log = LogFile.open(path)) {
      if (log.size() == 0) {
        return NOTHING;
      }
      sync(path, log);
      return new LogTail(log.size(), log.lastLine().orElse(null));
    } catch (IOException e) {
      Shortage.throwIf(e);
      LOG.warn("cannot read {}: {}", path, e.toString());
      return new LogTail(size(path), null);
    }
  }

  private static void sync(Path path, LogFile log) {
    try {
      log.sync();
    } catch (IOException e) {
      LOG.warn("{} may be cut by a loss of power: {}", path, e.toString());
    }
  }

  private static long size(Path path) {
    try {
      BasicFileAttributes file =
          Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
      return file.isRegularFile() ? file.size() : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
