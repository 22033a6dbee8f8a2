package dev.bide.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is mounted where, read from the text of {@code /proc/self/mountinfo} (proc(5)). Pure. */
final class FileSystems {
  /** Shared between hosts, so that locks, shared memory or both mean less than they say. */
  private static final Set<String> NETWORK =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb3",
          "smbfs",
          "9p",
          "afs",
          "auristorfs",
          "ceph",
          "lustre",
          "beegfs",
          "beegfs_nodev",
          "gpfs",
          "glusterfs",
          "panfs",
          "orangefs",
          "pvfs2",
          "wekafs",
          "ncpfs",
          "coda",
          "davfs",
          "acfs",
          "ocfs2",
          "gfs2",
          "sshfs",
          "s3fs",
          "gcsfuse",
          "rclone",
          "juicefs",
          "davfs2",
          "mfs",
          "moosefs",
          "cephfs",
          "hdfs",
          "cvmfs2",
          "lizardfs",
          "seaweedfs",
          "goofys",
          "blobfuse",
          "blobfuse2",
          "smbnetfs",
          "curlftpfs",
          "unionfs-sshfs");

  /** Local, on a disk, and fit to hold a database. */
  private static final Set<String> LOCAL =
      Set.of(
          "ext2",
          "ext3",
          "ext4",
          "xfs",
          "btrfs",
          "zfs",
          "f2fs",
          "jfs",
          "reiserfs",
          "bcachefs",
          "overlay",
          "fuseblk",
          "nilfs2");

  private FileSystems() {}

  /**
   * One mounted file system.
   *
   * @param point where it is mounted
   * @param type in the words of the kernel: {@code ext4}, {@code fuse.sshfs} …
   */
  record Mount(int id, int parent, Path point, String type, boolean readOnly) {

    boolean network() {
      return NETWORK.contains(type)
          || (type.startsWith("fuse.") && NETWORK.contains(type.substring("fuse.".length())));
    }

    boolean local() {
      return LOCAL.contains(type);
    }
  }

  /**
   * The file system that a path is on. Walks down from the root as the kernel does, so that what is
   * hidden beneath a later mount does not count.
   *
   * @param path absolute, without links
   * @return empty when the text does not tell
   */
  static Optional<Mount> of(String mountinfo, Path path) {
    List<Mount> mounts = all(mountinfo);
    Mount current = null;
    for (Mount mount : mounts) {
      boolean top = mounts.stream().noneMatch(other -> other.id() == mount.parent());
      // Without a mount at the root (chroot), the longest that fits is the best that can be said.
      if ((top || mount.id() == mount.parent())
          && path.startsWith(mount.point())
          && (current == null || longer(mount, current))) {
        current = mount;
      }
    }
    while (current != null) {
      Mount next = null;
      for (Mount mount : mounts) {
        if (mount.parent() == current.id()
            && mount.id() != current.id()
            && path.startsWith(mount.point())
            && (next == null || longer(next, mount))) {
          next = mount;
        }
      }
      if (next == null) {
        return Optional.of(current);
      }
      current = next;
    }
    return Optional.empty();
  }

  private static boolean longer(Mount one, Mount other) {
    return one.point().getNameCount() > other.point().getNameCount();
  }

  /** All of them; lines that cannot be understood are left out. */
  static List<Mount> all(String mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : mountinfo.split("\n", -1)) {
      // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
      int separator = line.indexOf(" - ");
      if (separator < 0) {
        continue;
      }
      String[] before = line.substring(0, separator).split(" ", -1);
      String[] after = line.substring(separator + 3).split(" ", -1);
      if (before.length < 6 || after.length < 3) {
        continue;
      }
      try {
        boolean readOnly = isReadOnly(before[5]) || isReadOnly(after[2]);
        mounts.add(
            new Mount(
                Integer.parseInt(before[0]),
                Integer.parseInt(before[1]),
                Path.of(unescaped(before[4])),
                after[0],
                readOnly));
      } catch (IllegalArgumentException e) {
        // A number or a path that is none: as if the line were not there.
      }
    }
    return mounts;
  }

  private static boolean isReadOnly(String options) {
    return options.equals("ro") || options.startsWith("ro,");
  }

  /** Blank, tab, newline and backslash are written as a backslash and three octal digits. */
  private static String unescaped(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] plain = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\\' && i + 3 < bytes.length && isOctal(bytes, i + 1)) {
        plain[length++] =
            (byte) ((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | (bytes[i + 3] - '0'));
        i += 3;
      } else {
        plain[length++] = bytes[i];
      }
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }

  private static boolean isOctal(byte[] bytes, int from) {
    for (int i = from; i < from + 3; i++) {
      if (bytes[i] < '0' || bytes[i] > '7') {
        return false;
      }
    }
    return true;
  }
}
