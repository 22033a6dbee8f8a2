package dev.bide.runner.process;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.bide.job.AttemptId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * The directory of one attempt, {@code runs/NUMBER-UUID8/ATTEMPT}, and the four files in it: {@code
 * job} (the script), {@code log} (what it wrote), {@code pid} (the fence: who decided whether it
 * runs) and {@code exit} (how it ended). They are the truth about the attempt, whatever anybody
 * remembers. Links are never followed. Thread-safe; holds nothing open.
 */
final class RunDirectory {
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Set<StandardOpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  /** Room for the exit code, written before the start: recording needs no free disk space. */
  private static final byte[] BLANK_EXIT = " ".repeat(64).getBytes(StandardCharsets.US_ASCII);

  /** What the launcher writes: the code, blanks up to 20 characters, and a newline. */
  private static final int RECORD_LENGTH = 21;

  private final String name;
  private final Path ofJob;
  private final Path path;

  RunDirectory(Path runs, AttemptId attempt) {
    this.name = name(attempt);
    this.ofJob = runs.resolve(ofJob(attempt));
    this.path = runs.resolve(name);
  }

  /** Below the directory of all runs; the name launchers know it by. */
  static String name(AttemptId attempt) {
    return attempt.directory();
  }

  /** The directory of all attempts of a job, below the directory of all runs. */
  static String ofJob(AttemptId attempt) {
    String name = attempt.directory();
    return name.substring(0, name.indexOf('/'));
  }

  /** Whether a directory, by its name in that of all runs, is of a job that was removed. */
  static boolean isOfRemoved(String ofJob, LongFunction<Optional<UUID>> uuidOfRemoved) {
    if (!ofJob.matches("[1-9][0-9]{0,17}-[0-9a-f]{8}")) {
      return false;
    }
    long number = Long.parseLong(ofJob.substring(0, ofJob.indexOf('-')));
    return uuidOfRemoved
        .apply(number)
        .filter(uuid -> ofJob(new AttemptId(number, uuid, 1)).equals(ofJob))
        .isPresent();
  }

  String name() {
    return name;
  }

  Path path() {
    return path;
  }

  Path log() {
    return path.resolve("log");
  }

  /** The files of which a process that is about to start, or runs, holds one open. */
  Set<Path> fence() {
    return Set.of(pid(), log());
  }

  private Path pid() {
    return path.resolve("pid");
  }

  private Path exit() {
    return path.resolve("exit");
  }

  /** True when it is there, as a directory. */
  boolean exists() {
    return Files.isDirectory(path, NOFOLLOW_LINKS);
  }

  /**
   * Makes it, with all that a launcher needs.
   *
   * @throws FileAlreadyExistsException when it is there already: somebody prepared this attempt
   */
  void create(byte[] script) throws IOException {
    try {
      Files.createDirectory(ofJob, OWNERS_DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(ofJob, NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(ofJob.toString());
      }
    }
    Files.createDirectory(path, OWNERS_DIRECTORY);
    write(path.resolve("job"), script);
    write(log(), new byte[0]);
    write(exit(), BLANK_EXIT);
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (SeekableByteChannel out = Files.newByteChannel(file, CREATE, OWNERS_FILE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    }
  }

  /** Who decided whether it runs. */
  ProcessRecord record() throws IOException {
    return read(pid(), 512).map(ProcessRecord::parse).orElseGet(ProcessRecord.Absent::new);
  }

  /** When the process made its record; empty when there is none. */
  Optional<Instant> recordedAt() {
    return modified(pid());
  }

  /**
   * Decides that the attempt never runs, unless it was decided already.
   *
   * @return true when this call decided
   */
  boolean takeFence(String bootId) throws IOException {
    try {
      write(pid(), ProcessRecord.never(bootId).getBytes(StandardCharsets.US_ASCII));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (NoSuchFileException e) {
      return true; // without its directory it cannot start: only a server makes one
    } catch (IOException e) {
      // the disk is full, but the file is there: an unfinished record without a process decides too
      if (record() instanceof ProcessRecord.Unfinished) {
        return true;
      }
      throw e;
    }
  }

  /** When its log was last written to, or else when it started; empty when neither is there. */
  Optional<Instant> lastWritten() {
    return modified(log()).or(this::recordedAt);
  }

  /** The recorded exit code; empty when there is none, or only half of one. */
  Optional<RecordedExit> recordedExit() throws IOException {
    Optional<String> content = read(exit(), BLANK_EXIT.length);
    if (content.isEmpty() || content.get().isBlank()) {
      return Optional.empty();
    }
    Optional<Integer> code = exitCode(content.get());
    Optional<Instant> at = modified(exit());
    return code.isPresent() && at.isPresent()
        ? Optional.of(new RecordedExit(code.get(), at.get()))
        : Optional.empty();
  }

  static Optional<Integer> exitCode(String content) {
    if (content.length() < RECORD_LENGTH || content.charAt(RECORD_LENGTH - 1) != '\n') {
      return Optional.empty();
    }
    String code = content.substring(0, RECORD_LENGTH - 1).stripTrailing();
    if (!code.matches("[0-9]{1,3}") || Integer.parseInt(code) > 255) {
      return Optional.empty();
    }
    return Optional.of(Integer.valueOf(code));
  }

  /** The second line of the script; empty when there is no whole one. */
  Optional<String> format() throws IOException {
    Optional<String> start = read(path.resolve("job"), 256);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    String[] lines = start.get().split("\n", 3);
    return lines.length == 3 ? Optional.of(lines[1]) : Optional.empty();
  }

  private static Optional<Instant> modified(Path file) {
    try {
      return Optional.of(Files.getLastModifiedTime(file, NOFOLLOW_LINKS).toInstant());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The start of a regular file; empty when there is none. */
  private static Optional<String> read(Path file, int limit) throws IOException {
    try {
      // a pipe put in its place would keep the reader for ever
      if (!Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS).isRegularFile()) {
        return Optional.empty();
      }
      try (SeekableByteChannel in =
          Files.newByteChannel(file, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS))) {
        ByteBuffer buffer = ByteBuffer.allocate(limit);
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {
          // until it is full or the file ends
        }
        return Optional.of(
            new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * How it ended, as the launcher wrote it down.
   *
   * @param code 0 to 255
   * @param at when
   */
  record RecordedExit(int code, Instant at) {}
}
