package dev.bide.checks;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A small disk of its own: a journalled ext4 in a file, mounted by root. It can lose its power, and
 * meet an error. One thread at a time.
 */
public final class LoopDisk implements AutoCloseable {
  /**
   * EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH (fs/ext4/ext4.h): from now on nothing
   * reaches the disk, not even the journal.
   */
  private static final String SHUTDOWN =
      "import fcntl, os, struct, sys; "
          + "fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))";

  /** A mount namespace that has just ended lets go of its mounts a moment later. */
  private static final Duration LETTING_GO = Duration.ofSeconds(20);

  private final Path image;
  private final Path point;
  private final String options;

  /** For Ctrl+C and a test that takes too long: a mount must not outlive who made it. */
  private final Thread lastResort = new Thread(this::giveUp);

  /** Its loop device; kept while it is not mounted, or another disk would get it meanwhile. */
  private String loop = "";

  private LoopDisk(Path image, Path point, String options) {
    this.image = image;
    this.point = point;
    this.options = options;
  }

  /** What is missing to have one here; empty when nothing is. */
  public static Optional<String> missing() {
    try {
      Path directory = Files.createTempDirectory("bide-disk-");
      try (LoopDisk disk = make(directory.resolve("image"), directory.resolve("point"), 8, "")) {
        return disk.device().isEmpty() ? Optional.of("it is not mounted") : Optional.empty();
      } catch (IllegalStateException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      } finally {
        Files.deleteIfExists(directory.resolve("point"));
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes and mounts it, for its owner alone.
   *
   * @param image the file that is made for it, and deleted in the end
   * @param point the directory where it is mounted; made when it is not there
   * @param options of the mount or nothing
   * @throws IllegalStateException when that is not possible; nothing is left then
   */
  public static LoopDisk make(Path image, Path point, int megabytes, String options) {
    LoopDisk disk = new LoopDisk(image, point, options.isEmpty() ? "rw" : options);
    Runtime.getRuntime().addShutdownHook(disk.lastResort);
    try {
      Files.createDirectories(point);
      must("truncate", "-s", megabytes + "M", image.toString());
      must("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "has_journal", image.toString());
      disk.loop = must("losetup", "--find", "--show", image.toString());
      disk.mount();
      Files.setPosixFilePermissions(point, PosixFilePermissions.fromString("rwx------"));
      must("sync", "-f", point.toString());
      return disk;
    } catch (IOException | RuntimeException e) {
      disk.close();
      throw new IllegalStateException("no disk can be made here: " + e.getMessage(), e);
    }
  }

  /** Mounts it again; what its journal holds is replayed. */
  public void mount() {
    must("mount", "-t", "ext4", "-o", options, loop, point.toString());
  }

  /** The power goes: what was not synced is lost, and whoever writes now meets an error. */
  public void cutPower() {
    must("python3", "-c", SHUTDOWN, point.toString());
  }

  /**
   * The disk meets an error; mounted with {@code errors=remount-ro} it is read-only from now on.
   */
  public void meetError() {
    try {
      Files.writeString(
          Path.of("/sys/fs/ext4").resolve(device().orElseThrow()).resolve("trigger_fs_error"),
          "a check");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a file on a disk until so many bytes are free on it; 0: until nothing goes on any more.
   *
   * @param ballast added to when it is there
   */
  public static void fill(Path ballast, long free) {
    byte[] block = new byte[4096];
    try (OutputStream out =
        Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (free == 0 || ballast.toFile().getUsableSpace() > free) {
        out.write(block);
      }
    } catch (IOException e) {
      if (free > 0 || !String.valueOf(e.getMessage()).contains("No space left on device")) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Repairs what {@link #meetError} left; the disk must not be mounted. */
  public void repair() {
    Commands.Result result = Commands.result(List.of("e2fsck", "-fy", loop));
    boolean asNew = result.code() == 0 || result.code() == 1; // e2fsck(8): 1 = errors corrected
    if (!asNew) {
      throw new IllegalStateException("e2fsck: " + result.code() + " " + result.printed());
    }
  }

  /**
   * Unmounts it.
   *
   * @throws IllegalStateException when somebody still uses it
   */
  public void unmount() {
    Optional<String> device = device();
    if (device.isEmpty()) {
      return;
    }
    Path known = Path.of("/sys/fs/ext4", device.get());
    long deadline = System.nanoTime() + LETTING_GO.toNanos();
    Commands.Result last = Commands.result(List.of("umount", point.toString()));
    while (device().isPresent() || Files.exists(known)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("somebody still uses " + point + " " + last.printed());
      }
      BideServer.pause(Duration.ofMillis(20));
      if (device().isPresent()) {
        last = Commands.result(List.of("umount", point.toString()));
      }
    }
  }

  /** The name of the loop device that is mounted; empty when none is. */
  private Optional<String> device() {
    try {
      return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .map(line -> line.split(" ", -1))
          .filter(words -> words[1].equals(point.toString()))
          .map(words -> words[0].substring(words[0].lastIndexOf('/') + 1))
          .reduce((first, last) -> last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void giveUp() {
    ProcessTable.endAll(point);
    close();
  }

  /** Unmounts it, even from under those that use it, and deletes it. */
  @Override
  public void close() {
    if (Thread.currentThread() != lastResort) {
      try {
        Runtime.getRuntime().removeShutdownHook(lastResort);
      } catch (IllegalStateException itRuns) {
        return;
      }
    }
    Commands.Result last = new Commands.Result(0, "");
    if (device().isPresent()) {
      last = Commands.result(List.of("umount", point.toString()));
      if (last.code() != 0) {
        Commands.result(List.of("umount", "-l", point.toString()));
      }
    }
    if (!loop.isEmpty()) {
      Commands.result(List.of("losetup", "--detach", loop));
    }
    try {
      Files.deleteIfExists(image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (last.code() != 0) {
      throw new IllegalStateException("somebody still used " + point + ": " + last.printed());
    }
  }

  private static String must(String... words) {
    Commands.Result result = Commands.result(List.of(words));
    if (result.code() != 0) {
      throw new IllegalStateException(String.join(" ", words) + ": " + result.printed());
    }
    return result.printed();
  }
}
