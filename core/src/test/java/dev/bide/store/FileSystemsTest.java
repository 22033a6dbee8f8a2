package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Needed;
import dev.bide.store.FileSystems.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On samples as the kernel writes them. */
class FileSystemsTest {
  private static final String WORKSTATION =
      """
      22 28 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
      23 28 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw
      28 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
      41 28 259:1 / /boot/efi rw,relatime shared:31 - vfat /dev/nvme0n1p1 rw,fmask=0077
      90 28 0:45 / /home rw,relatime shared:50 - nfs4 filer:/export/home rw,vers=4.2,sec=krb5
      91 28 0:46 / /group rw,relatime shared:51 - nfs filer:/export/group rw,vers=3
      92 28 254:3 / /scratch rw,noatime shared:52 - xfs /dev/mapper/vg-scratch rw,inode64
      93 90 0:47 / /home/ada/mnt\\040of\\134me rw,nosuid shared:53 - fuse.sshfs ada@far: rw,user_id=1
      94 28 0:48 / /share rw,relatime shared:54 - cifs //server/share rw,vers=3.1.1
      95 28 0:49 / /share3 rw,relatime shared:55 - smb3 //server/share rw
      96 28 254:9 / /frozen ro,relatime shared:56 - ext4 /dev/sdb1 rw
      97 28 0:50 / /run/user/1000 rw,nosuid shared:57 - tmpfs tmpfs rw,size=1G
      """;

  private static final String CLUSTER =
      """
      18 1 8:2 / / rw,relatime - xfs /dev/sda2 rw
      30 18 0:30 / /lustre rw,flock - lustre 10.0.0.1@o2ib:/fs rw,checksum
      31 18 0:31 / /beegfs rw,relatime - beegfs beegfs_nodev rw,cfgFile=/etc/beegfs/c.conf
      32 18 0:32 / /gpfs rw,relatime master:4 propagate_from:2 - gpfs gpfs0 rw
      33 18 0:33 / /ceph rw - ceph mon1,mon2:/ rw
      34 18 0:34 / /gluster rw - fuse.glusterfs host:/vol rw
      """;

  private static final String WINDOWS_SUBSYSTEM =
      """
      62 78 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard
      99 62 0:68 / /mnt/c rw,noatime - 9p drvfs rw,dirsync,aname=drvfs;path=C:\\;uid=1000
      """;

  @ParameterizedTest
  @CsvSource({
    "/, ext4, /",
    "/var/tmp/bide, ext4, /",
    "/home, nfs4, /home",
    "/home/ada/.local/share/bide, nfs4, /home",
    "/homes/ada, ext4, /",
    "/group/x, nfs, /group",
    "/scratch/ada, xfs, /scratch",
    "/home/ada/mnt of\\me/x, fuse.sshfs, /home/ada/mnt of\\me",
    "/share/x, cifs, /share",
    "/share3/x, smb3, /share3",
  })
  void thePathIsOnTheNearestMountAboveIt(Path path, String type, Path point) {
    Mount mount = FileSystems.of(WORKSTATION, path).orElseThrow();

    assertThat(mount.type()).isEqualTo(type);
    assertThat(mount.point()).isEqualTo(point);
    assertThat(mount.network()).isEqualTo(!type.equals("ext4") && !type.equals("xfs"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/lustre/a", "/beegfs/a", "/gpfs/a", "/ceph/a", "/gluster/a"})
  void theFileSystemsOfClustersAreNetworkOnes(Path path) {
    assertThat(FileSystems.of(CLUSTER, path).orElseThrow().network()).isTrue();
  }

  @Test
  void theDrivesOfWindowsAreReachedOverANetworkProtocol() {
    assertThat(FileSystems.of(WINDOWS_SUBSYSTEM, Path.of("/mnt/c/Users")).orElseThrow().network())
        .isTrue();
    assertThat(FileSystems.of(WINDOWS_SUBSYSTEM, Path.of("/home/ada")).orElseThrow().network())
        .isFalse();
  }

  @Test
  void whatIsMountedLaterHidesWhatIsBeneath() {
    String stacked =
        """
        1 0 8:1 / / rw - ext4 /dev/sda1 rw
        2 1 0:9 / /data/deep rw - nfs filer:/a rw
        3 1 8:2 / /data rw - ext4 /dev/sda2 rw
        4 1 0:8 / /twice rw - nfs filer:/b rw
        5 4 8:3 / /twice rw - xfs /dev/sda3 rw
        """;

    assertThat(FileSystems.of(stacked, Path.of("/data/deep/x")).orElseThrow().id()).isEqualTo(3);
    assertThat(FileSystems.of(stacked, Path.of("/twice/x")).orElseThrow().id()).isEqualTo(5);
  }

  @Test
  void withoutAMountAtTheRootTheLongestThatFitsCounts() {
    String chroot =
        """
        70 50 8:1 /x /srv rw - ext4 /dev/sda1 rw
        71 50 0:9 / /srv/deep rw - nfs filer:/a rw
        """;

    assertThat(FileSystems.of(chroot, Path.of("/srv/deep/x")).orElseThrow().network()).isTrue();
    assertThat(FileSystems.of(chroot, Path.of("/srv/x")).orElseThrow().network()).isFalse();
    assertThat(FileSystems.of(chroot, Path.of("/etc"))).isEmpty();
  }

  @Test
  void localOnesThatCanBeWrittenAreTold() {
    assertThat(FileSystems.all(WORKSTATION))
        .filteredOn(mount -> mount.local() && !mount.readOnly())
        .extracting(mount -> mount.point().toString())
        .containsExactly("/", "/scratch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        " - ",
        "a b c / / rw - ext4 x rw",
        "1 0 8:1 / /\\000 rw - ext4 x rw",
        "1 1 8:1 / /elsewhere rw - ext4 x rw",
        "1 2 8:1 / / rw"
      })
  void whatCannotBeUnderstoodTellsNothing(String text) {
    assertThat(FileSystems.of(text, Path.of("/home"))).isEmpty();
  }

  @Test
  void thisMachineIsUnderstood() throws Exception {
    Path mountinfo = Path.of("/proc/self/mountinfo");
    Needed.check(Files.exists(mountinfo), "there is no " + mountinfo);

    assertThat(FileSystems.of(Files.readString(mountinfo), Path.of("/proc/self")))
        .map(Mount::type)
        .contains("proc");
  }
}
