package dev.bide.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt wrote, opened for reading: bytes in a file that may still grow and may be of any
 * size. Nothing here takes memory in proportion to it, nor time, but copying. One thread at a time.
 *
 * <p>A job may put what it likes in the place of its log, so no link is followed on the way from
 * the directory of all runs to the file, and only a regular file is read.
 */
public final class LogFile implements AutoCloseable {
  /** The lines asked for by {@link #startOfTail} are looked for in this many bytes. */
  public static final long TAIL_LIMIT_BYTES = 16L << 20;

  private static final int CHUNK_BYTES = 64 << 10;
  private static final int LAST_LINE_BYTES = 8 << 10;

  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final @Nullable SeekableByteChannel channel;
  private final long size;

  private LogFile(@Nullable SeekableByteChannel channel, long size) {
    this.channel = channel;
    this.size = size;
  }

  /**
   * Opens it; what is not there, or is no regular file, is as good as empty.
   *
   * @param log {@code …/JOB/ATTEMPT/log}
   */
  public static LogFile open(Path log) throws IOException {
    SeekableByteChannel channel = channel(log);
    return new LogFile(channel, channel == null ? 0 : channel.size());
  }

  private static @Nullable SeekableByteChannel channel(Path log) throws IOException {
    Path attempt = log.getParent();
    Path job = attempt == null ? null : attempt.getParent();
    Path runs = job == null ? null : job.getParent();
    if (attempt == null || job == null || runs == null) {
      throw new IllegalArgumentException(log + " is not in a directory of runs");
    }
    try (DirectoryStream<Path> root = Files.newDirectoryStream(runs)) {
      if (!(root instanceof SecureDirectoryStream<Path> secure)) {
        return Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)
            ? Files.newByteChannel(log, READ)
            : null;
      }
      try (SecureDirectoryStream<Path> ofJob =
              secure.newDirectoryStream(job.getFileName(), LinkOption.NOFOLLOW_LINKS);
          SecureDirectoryStream<Path> ofAttempt =
              ofJob.newDirectoryStream(attempt.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
        Path name = log.getFileName();
        boolean regular =
            ofAttempt
                .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isRegularFile();
        return regular ? ofAttempt.newByteChannel(name, READ) : null;
      }
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      // A link, or a file where a directory should be: nothing to read. All else is real trouble,
      // too many open files for one, and must not look like an empty log.
      if (Files.isDirectory(job, LinkOption.NOFOLLOW_LINKS)
          && Files.isDirectory(attempt, LinkOption.NOFOLLOW_LINKS)
          && Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
      return null;
    }
  }

  /** How many bytes there were when it was opened. */
  public long size() {
    return size;
  }

  /** Waits until all of it is on the disk. */
  public void sync() throws IOException {
    // What the default file system opens is always one.
    if (channel instanceof FileChannel file) {
      file.force(true);
    }
  }

  /**
   * Writes a part of it.
   *
   * @param from the first byte, 0 or more
   * @param length how many bytes; no more than there are
   * @throws IOException also when there are fewer
   */
  public void copy(long from, long length, OutputStream output) throws IOException {
    if (channel == null || length <= 0) {
      return;
    }
    channel.position(from);
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, length));
    long left = length;
    while (left > 0) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), left));
      int read = channel.read(chunk);
      if (read < 0) {
        throw new IOException("the log became shorter while it was read");
      }
      output.write(chunk.array(), 0, read);
      left -= read;
    }
  }

  /**
   * Where the last lines begin. A line break at the very end begins no line of its own. Where the
   * lines are longer than {@link #TAIL_LIMIT_BYTES} together, so much of the end.
   *
   * @param lines how many, 0 or more
   */
  public long startOfTail(int lines) throws IOException {
    if (channel == null || lines <= 0) {
      return size;
    }
    long limit = Math.max(0, size - TAIL_LIMIT_BYTES);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    int breaks = 0;
    long end = size;
    while (end > limit) {
      long start = Math.max(limit, end - CHUNK_BYTES);
      int length = read(channel, chunk, start, (int) (end - start));
      for (int i = length - 1; i >= 0; i--) {
        boolean atTheVeryEnd = start + i == size - 1;
        if (chunk.get(i) == '\n' && !atTheVeryEnd && ++breaks == lines) {
          return start + i + 1;
        }
      }
      end = start;
    }
    return limit == 0 ? 0 : limit + continuation(chunk.array(), read(channel, chunk, limit, 4));
  }

  /**
   * The last line that is not blank, as text to be shown in one line: see {@link LastLine}. Looked
   * for in the last 8 KiB.
   */
  public Optional<String> lastLine() throws IOException {
    if (channel == null) {
      return Optional.empty();
    }
    long start = Math.max(0, size - LAST_LINE_BYTES);
    ByteBuffer end = ByteBuffer.allocate(LAST_LINE_BYTES);
    int length = read(channel, end, start, (int) (size - start));
    int skip = start == 0 ? 0 : continuation(end.array(), length);
    return LastLine.of(new String(end.array(), skip, length - skip, StandardCharsets.UTF_8));
  }

  /** So many bytes at the beginning belong to a character that began before. */
  private static int continuation(byte[] bytes, int length) {
    int count = 0;
    while (count < Math.min(3, length) && (bytes[count] & 0xc0) == 0x80) {
      count++;
    }
    return count;
  }

  /** Reads so many bytes, or as many as there are, and answers how many. */
  private static int read(SeekableByteChannel channel, ByteBuffer chunk, long start, int length)
      throws IOException {
    chunk.clear().limit(length);
    channel.position(start);
    int read = 0;
    while (read >= 0 && chunk.hasRemaining()) {
      read = channel.read(chunk);
    }
    return chunk.position();
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
