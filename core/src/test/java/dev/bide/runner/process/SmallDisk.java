package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Needed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of 8 MB of its own. Only root can have one: elsewhere the test is left out. */
final class SmallDisk {
  private final Path path;

  /** Mounts it below a directory. */
  SmallDisk(Path directory) throws IOException, InterruptedException {
    path = Files.createDirectory(directory.resolve("small"));
    Path image = directory.resolve("image");
    Needed.check(
        Needed.succeeds("truncate", "-s", "8M", image.toString())
            && Needed.succeeds("mkfs.ext4", "-q", "-F", image.toString())
            && Needed.succeeds("mount", "-o", "loop", image.toString(), path.toString()),
        "file systems cannot be mounted here");
  }

  /** Where it is mounted. */
  Path path() {
    return path;
  }

  /** From now on whoever writes waits in the kernel; false when that is not possible. */
  boolean freeze() throws InterruptedException {
    return Needed.succeeds("fsfreeze", "-f", path.toString());
  }

  /** Lets them go on. */
  boolean thaw() throws InterruptedException {
    return Needed.succeeds("fsfreeze", "-u", path.toString());
  }

  /** Unmounts it, even from under those that use it. */
  void unmount() throws InterruptedException {
    assertThat(Needed.succeeds("umount", "-l", path.toString())).isTrue();
  }
}
