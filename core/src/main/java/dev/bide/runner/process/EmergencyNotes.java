package dev.bide.runner.process;

import dev.bide.job.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Which process each open attempt became, for as long as the home's disk cannot be trusted to keep
 * that: after an error it may lose what was last written, and an attempt whose record is lost looks
 * as if it had never started. The notes are in the memory of the host, which outlives every process
 * and no reboot. One file of the owner's for each home; nothing of anybody else's is read or
 * followed. Thread-safe.
 */
final class EmergencyNotes {
  private static final String FIRST_LINE = "bide emergency notes 1";

  /** A few hundred attempts; more could not be read back in time anyway. */
  private static final long MOST_BYTES = 1 << 20;

  private final Path file;

  /**
   * Notes for the home with this directory of runs.
   *
   * @param directory on another file system than the home's; need not exist
   */
  EmergencyNotes(Path directory, Path runs) {
    this.file = directory.resolve("bide-" + hash(runs) + ".notes");
  }

  /** Where every Linux has memory that is used as a disk. */
  static EmergencyNotes here(Path runs) {
    return new EmergencyNotes(Path.of("/dev/shm"), runs);
  }

  /**
   * Writes them, in place of any before.
   *
   * @param begun by the cookie of an attempt
   */
  synchronized void keep(Map<String, ProcessIdentity> begun) throws IOException {
    forget();
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    begun.forEach(
        (cookie, process) ->
            text.append(cookie)
                .append(' ')
                .append(process.pid())
                .append(' ')
                .append(process.startTicks())
                .append(' ')
                .append(process.bootId())
                .append('\n'));
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        file, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  /** What an earlier server has noted; nothing when there are no notes of one's own. */
  synchronized Map<String, ProcessIdentity> read() throws IOException {
    Map<String, ProcessIdentity> begun = new HashMap<>();
    if (!isOurs() || Files.size(file) > MOST_BYTES) {
      return begun;
    }
    String[] lines = Files.readString(file, StandardCharsets.US_ASCII).split("\n", -1);
    if (!lines[0].equals(FIRST_LINE)) {
      return begun;
    }
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      if (words.length == 4 && words[1].matches("[0-9]{1,18}") && words[2].matches("[0-9]{1,18}")) {
        begun.put(
            words[0],
            new ProcessIdentity(Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]));
      }
    }
    return begun;
  }

  /** Deletes them: the store has it all. */
  synchronized void forget() throws IOException {
    if (isOurs()) {
      Files.deleteIfExists(file);
    }
  }

  private boolean isOurs() throws IOException {
    try {
      Map<String, Object> found =
          Files.readAttributes(file, "unix:uid,mode,isRegularFile", LinkOption.NOFOLLOW_LINKS);
      Object me = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      return me.equals(found.get("uid"))
          && Boolean.TRUE.equals(found.get("isRegularFile"))
          && found.get("mode") instanceof Integer mode
          && (mode & 077) == 0;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static String hash(Path runs) {
    try {
      byte[] name = runs.toString().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(name);
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
