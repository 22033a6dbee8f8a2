package dev.bide.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
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
 * One job's log, opened for reading. A job may do what it likes with its run directory, so no link
 * is followed on the way from the directory of all runs to the file, and only a regular file is
 * read. One thread.
 */
final class LogBytes implements AutoCloseable {
  private static final int BLOCK = 64 << 10;

  /** So far back a line is looked for; a longer one is cut. */
  private static final long FARTHEST_BACK = 16L << 20;

  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final @Nullable SeekableByteChannel channel;
  private final long size;

  private LogBytes(@Nullable SeekableByteChannel channel, long size) {
    this.channel = channel;
    this.size = size;
  }

  /** Opens it; what is not there, or is no regular file, is as good as empty. */
  static LogBytes open(Path log) throws IOException {
    Optional<SeekableByteChannel> opened = channel(log);
    return opened.isPresent()
        ? new LogBytes(opened.get(), opened.get().size())
        : new LogBytes(null, 0);
  }

  private static Optional<SeekableByteChannel> channel(Path log) throws IOException {
    Path attempt = log.getParent();
    Path job = attempt == null ? null : attempt.getParent();
    Path runs = job == null ? null : job.getParent();
    if (attempt == null || job == null || runs == null) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> root = Files.newDirectoryStream(runs)) {
      if (!(root instanceof SecureDirectoryStream<Path> secure)) {
        return Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)
            ? Optional.of(Files.newByteChannel(log, READ))
            : Optional.empty();
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
        return regular ? Optional.of(ofAttempt.newByteChannel(name, READ)) : Optional.empty();
      }
    } catch (NoSuchFileException | java.nio.file.FileSystemLoopException e) {
      return Optional.empty();
    } catch (java.nio.file.FileSystemException e) {
      // a link or a file where a directory should be
      return Optional.empty();
    }
  }

  /** Bytes there were when it was opened. */
  long size() {
    return size;
  }

  /** Where the last lines begin. */
  long startOfLast(int lines) throws IOException {
    if (channel == null || lines == 0) {
      return size;
    }
    long least = Math.max(0, size - FARTHEST_BACK);
    int left = lines;
    long end = size;
    ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
    while (end > least) {
      long start = Math.max(least, end - BLOCK);
      buffer.clear().limit((int) (end - start));
      channel.position(start);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until the block is whole
      }
      for (int i = buffer.position() - 1; i >= 0; i--) {
        // the newline at the very end closes the last line, it begins none
        if (buffer.get(i) == '\n' && start + i != size - 1 && --left == 0) {
          return start + i + 1;
        }
      }
      end = start;
    }
    return least;
  }

  /** Copies a part of it, as far as it is there. */
  void copy(long from, long length, java.io.OutputStream out) throws IOException {
    if (channel == null) {
      return;
    }
    channel.position(from);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BLOCK, Math.max(1, length)));
    long left = length;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), left));
      int read = channel.read(buffer);
      if (read < 0) {
        throw new IOException("the log became shorter while it was read");
      }
      out.write(buffer.array(), 0, read);
      left -= read;
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
