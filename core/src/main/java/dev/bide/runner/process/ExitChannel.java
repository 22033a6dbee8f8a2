package dev.bide.runner.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The FIFO into which all launchers, also those of servers before this one, say what happened. What
 * it says is a hint to look into a run directory, nothing more. Opened for reading and writing, so
 * that it never ends. One thread of its own reads.
 */
final class ExitChannel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExitChannel.class);

  /** The bits of a file's mode that say what it is, and their value for a FIFO (inode(7)). */
  private static final int TYPE_MASK = 0170000;

  private static final int TYPE_FIFO = 0010000;

  /** Begins a line of our own, which no launcher writes: what was said before it was heard. */
  private static final String MARK = "heard ";

  private final FileChannel channel;
  private final FileChannel ours; // the other one is locked while it is read
  private final Map<String, Runnable> marks = new ConcurrentHashMap<>();
  private final AtomicLong lastMark = new AtomicLong();
  private final BiConsumer<String, Hint> told;
  private final Thread reader;

  /**
   * What a launcher said of a run directory.
   *
   * @param process which process it became, where a start says so: launchers of earlier versions do
   *     not
   */
  record Hint(Kind kind, int code, boolean left, ProcessRecord.@Nullable Runs process) {
    enum Kind {
      STARTED,
      REFUSED,
      ENDED
    }
  }

  /**
   * Makes the FIFO if it is not there, and listens.
   *
   * @param told gets the name of a run directory and what was said of it; must not block
   */
  ExitChannel(Path fifo, BiConsumer<String, Hint> told) throws IOException {
    make(fifo);
    this.channel = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    this.ours = FileChannel.open(fifo, StandardOpenOption.WRITE);
    this.told = told;
    this.reader = new Thread(this::listen, "bide-exits");
    reader.setDaemon(true);
    reader.start();
  }

  private static void make(Path fifo) throws IOException {
    if (Files.isRegularFile(fifo, NOFOLLOW_LINKS)) {
      Files.delete(fifo); // a launcher that found none made a file instead
    }
    if (!Files.exists(fifo, NOFOLLOW_LINKS)) {
      Process mkfifo =
          new ProcessBuilder(List.of("mkfifo", "-m", "600", fifo.toString()))
              .redirectErrorStream(true)
              .start();
      String said =
          new String(mkfifo.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      try {
        if (mkfifo.waitFor() != 0 && !Files.exists(fifo, NOFOLLOW_LINKS)) {
          throw new IOException("cannot make the pipe " + fifo + ": " + said);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while making " + fifo, e);
      }
    }
    int mode = (Integer) Files.getAttribute(fifo, "unix:mode", NOFOLLOW_LINKS);
    if ((mode & TYPE_MASK) != TYPE_FIFO) {
      throw new IOException(fifo + " is not a pipe: move it away, and start again");
    }
  }

  private void listen() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    try {
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        deliver(buffer);
        buffer.compact();
        if (!buffer.hasRemaining()) {
          buffer.clear(); // no launcher writes a line this long
        }
      }
    } catch (ClosedChannelException e) {
      LOG.debug("the pipe of exits is closed");
    } catch (IOException e) {
      LOG.warn("cannot read the pipe of exits any more; endings are noticed a little later", e);
    }
  }

  private void deliver(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        String line = new String(bytes, start, i - start, StandardCharsets.UTF_8);
        if (line.startsWith(MARK)) {
          Optional.ofNullable(marks.remove(line)).ifPresent(Runnable::run);
        } else {
          parse(line).ifPresent(hint -> told.accept(line.substring(0, line.indexOf(' ')), hint));
        }
        start = i + 1;
      }
    }
    buffer.position(buffer.position() + start);
  }

  /**
   * Runs something when all that was said until now has been told: what a launcher said before it
   * died counts more than its death.
   *
   * @param then must not block
   */
  void afterWhatWasSaid(Runnable then) {
    String mark = MARK + lastMark.incrementAndGet();
    marks.put(mark, then);
    try {
      ByteBuffer line = ByteBuffer.wrap((mark + "\n").getBytes(StandardCharsets.US_ASCII));
      synchronized (ours) {
        ours.write(line); // so few bytes are written whole (pipe(7))
      }
    } catch (IOException e) {
      if (marks.remove(mark) != null) {
        then.run();
      }
    }
  }

  /** {@code DIR started RECORD}, {@code DIR refused}, {@code DIR CODE} or {@code DIR CODE left}. */
  static Optional<Hint> parse(String line) {
    String[] words = line.split(" ", 3);
    if (words.length < 2) {
      return Optional.empty();
    }
    String rest = words.length == 3 ? words[2] : "";
    if (words[1].equals("started")) {
      return Optional.of(
          new Hint(
              Hint.Kind.STARTED,
              0,
              false,
              ProcessRecord.parse(rest + "\n") instanceof ProcessRecord.Runs runs ? runs : null));
    }
    if (words[1].equals("refused") && rest.isEmpty()) {
      return Optional.of(new Hint(Hint.Kind.REFUSED, 0, false, null));
    }
    return words[1].matches("[0-9]{1,3}") && (rest.isEmpty() || rest.equals("left"))
        ? Optional.of(new Hint(Hint.Kind.ENDED, Integer.parseInt(words[1]), !rest.isEmpty(), null))
        : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    ours.close();
  }
}
