package dev.bide.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What one attempt wrote, as bytes in a file that may still grow and may be of any size: nothing
 * here takes memory or time in proportion to it, but copying. A file that is not there is an empty
 * one. Safe from any thread.
 *
 * <p>Only regular files are read and no link is followed: the job may have put one in its log's
 * place. What it is then is told by an {@link IOException}.
 */
public final class LogFile {
  /** The lines asked for by {@link #startOfTail} are looked for in this many bytes. */
  public static final long TAIL_LIMIT_BYTES = 16L << 20;

  private static final int CHUNK_BYTES = 64 << 10;
  private static final int LAST_LINE_BYTES = 8 << 10;

  private final Path path;

  public LogFile(Path path) {
    this.path = path;
  }

  /** How many bytes there are now. */
  public long size() throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw new FileSystemException(path.toString(), null, "not a regular file");
      }
      return attributes.size();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /**
   * Writes the bytes from {@code from} up to, but without, {@code to}; fewer when the file ends
   * before.
   *
   * @return how many were written
   */
  public long copy(long from, long to, OutputStream output) throws IOException {
    if (from < 0 || from > to) {
      throw new IllegalArgumentException("no range of bytes: " + from + " to " + to);
    }
    if (from >= Math.min(to, size())) {
      return 0;
    }
    try (FileChannel channel = open()) {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
      long at = from;
      while (at < to) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
        int length = channel.read(chunk, at);
        if (length < 0) {
          break;
        }
        output.write(chunk.array(), 0, length);
        at += length;
      }
      return at - from;
    }
  }

  /**
   * Where the last lines begin. A line break at the very end begins no line of its own. Where the
   * lines are longer than {@link #TAIL_LIMIT_BYTES} together, so much of the end.
   *
   * @param lines how many, 0 or more
   */
  public long startOfTail(int lines) throws IOException {
    long size = size();
    if (lines <= 0 || size == 0) {
      return size;
    }
    long limit = Math.max(0, size - TAIL_LIMIT_BYTES);
    try (FileChannel channel = open()) {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
      int breaks = 0;
      long end = size;
      while (end > limit) {
        long start = Math.max(limit, end - CHUNK_BYTES);
        byte[] bytes = read(channel, chunk, start, (int) (end - start));
        for (int i = bytes.length - 1; i >= 0; i--) {
          boolean atTheVeryEnd = start + i == size - 1;
          if (bytes[i] == '\n' && !atTheVeryEnd && ++breaks == lines) {
            return start + i + 1;
          }
        }
        end = start;
      }
      return limit == 0 ? 0 : limit + continuation(read(channel, chunk, limit, 4));
    }
  }

  /**
   * The last line that is not blank, as text to be shown in one line: see {@link LastLine}. Looked
   * for in the last 8 KiB.
   */
  public Optional<String> lastLine() throws IOException {
    long size = size();
    if (size == 0) {
      return Optional.empty();
    }
    try (FileChannel channel = open()) {
      long start = Math.max(0, size - LAST_LINE_BYTES);
      byte[] bytes = read(channel, ByteBuffer.allocate(LAST_LINE_BYTES), start, LAST_LINE_BYTES);
      int skip = start == 0 ? 0 : continuation(bytes);
      return LastLine.of(new String(bytes, skip, bytes.length - skip, StandardCharsets.UTF_8));
    }
  }

  /** So many bytes of the start belong to a character that began before. */
  private static int continuation(byte[] bytes) {
    int count = 0;
    while (count < Math.min(3, bytes.length) && (bytes[count] & 0xc0) == 0x80) {
      count++;
    }
    return count;
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** As many as there are of the bytes asked for. */
  private static byte[] read(FileChannel channel, ByteBuffer chunk, long start, int length)
      throws IOException {
    chunk.clear().limit(length);
    while (chunk.hasRemaining()) {
      if (channel.read(chunk, start + chunk.position()) < 0) {
        break;
      }
    }
    byte[] bytes = new byte[chunk.position()];
    chunk.flip().get(bytes);
    return bytes;
  }
}
