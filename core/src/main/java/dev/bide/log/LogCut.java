package dev.bide.log;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Cuts the log of an attempt that has ended to its beginning and its end. A new file takes the
 * place of the old one once it is whole on the disk, so that a crash leaves one or the other.
 */
public final class LogCut {
  private static final Path NEW = Path.of("log.cut");
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final long ROOM_FOR_THE_LINE = 200;

  private LogCut() {}

  /**
   * Cuts it, where it is longer than that.
   *
   * @param log {@code …/JOB/ATTEMPT/log} of an attempt that nothing writes to any more
   * @param longest how long it may stay, in bytes; the line that says so included
   * @return how long it is now
   */
  public static long cut(Path log, long longest) throws IOException {
    Path attempt = log.getParent();
    Path job = attempt == null ? null : attempt.getParent();
    Path runs = job == null ? null : job.getParent();
    if (attempt == null || job == null || runs == null) {
      throw new IllegalArgumentException(log + " is not in a directory of runs");
    }
    try (LogFile old = LogFile.open(log)) {
      if (old.size() <= longest) {
        return old.size();
      }
      try (DirectoryStream<Path> root = Files.newDirectoryStream(runs)) {
        if (!(root instanceof SecureDirectoryStream<Path> secure)) {
          throw new IOException("this system cannot write safely below " + runs);
        }
        try (SecureDirectoryStream<Path> ofJob =
                secure.newDirectoryStream(job.getFileName(), NOFOLLOW_LINKS);
            SecureDirectoryStream<Path> ofAttempt =
                ofJob.newDirectoryStream(attempt.getFileName(), NOFOLLOW_LINKS)) {
          return replace(old, ofAttempt, attempt, log.getFileName(), longest);
        }
      }
    }
  }

  private static long replace(
      LogFile old, SecureDirectoryStream<Path> directory, Path attempt, Path name, long longest)
      throws IOException {
    deleteIfThere(directory); // a crash may have left it
    long keep = Math.max(0, longest - ROOM_FOR_THE_LINE);
    long head = keep / 2;
    long tail = keep - head;
    boolean done = false;
    try {
      try (SeekableByteChannel channel = directory.newByteChannel(NEW, CREATE, OWNERS_FILE);
          OutputStream out = Channels.newOutputStream(channel)) {
        old.copy(0, head, out);
        out.write(line(old.size(), old.size() - keep).getBytes(StandardCharsets.UTF_8));
        old.copy(old.size() - tail, tail, out);
        if (channel instanceof FileChannel file) {
          file.force(true);
        }
      }
      directory.move(NEW, directory, name);
      done = true;
    } finally {
      if (!done) {
        deleteIfThere(directory);
      }
    }
    try (FileChannel itself = FileChannel.open(attempt, StandardOpenOption.READ)) {
      itself.force(true);
    }
    return directory
        .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes()
        .size();
  }

  private static void deleteIfThere(SecureDirectoryStream<Path> directory) throws IOException {
    try {
      directory.deleteFile(NEW);
    } catch (NoSuchFileException e) {
      return; // as it should be
    }
  }

  private static String line(long was, long cut) {
    return "\n[bide: "
        + cut
        + " bytes were cut out here after the job had ended: the log was "
        + was
        + " bytes long, more than longest-log]\n";
  }
}
