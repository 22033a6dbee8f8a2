package dev.bide.runner.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The end of a log, made durable: its size, and its last line that is not blank.
 *
 * @param size bytes
 * @param lastLine without escape sequences and control characters, cut at 500 characters; or null
 */
record LogTail(long size, @Nullable String lastLine) {
  private static final int LOOK_BACK = 8192;
  private static final int LONGEST = 500;

  /** CSI and OSC sequences (ECMA-48), and single escapes. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|[@-Z\\\\^_])");

  private static final LogTail NOTHING = new LogTail(0, null);

  /** Reads it; a log that is missing or no regular file is empty. */
  static LogTail sync(Path log) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(log, BasicFileAttributes.class, NOFOLLOW_LINKS);
    } catch (java.nio.file.NoSuchFileException e) {
      return NOTHING;
    }
    if (!attributes.isRegularFile() || attributes.size() == 0) {
      return NOTHING;
    }
    try (FileChannel file =
        FileChannel.open(log, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS))) {
      file.force(true);
      long size = file.size();
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(LOOK_BACK, size));
      long position = size - buffer.capacity();
      while (buffer.hasRemaining() && file.read(buffer, position + buffer.position()) >= 0) {
        // until the end
      }
      return new LogTail(
          size, lastLine(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)));
    }
  }

  static @Nullable String lastLine(String text) {
    String[] lines = ESCAPES.matcher(text).replaceAll("").split("[\r\n]", -1);
    for (int i = lines.length - 1; i >= 0; i--) {
      String line = lines[i].replaceAll("\\p{Cntrl}", "").strip();
      if (!line.isEmpty()) {
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
      }
    }
    return null;
  }
}
