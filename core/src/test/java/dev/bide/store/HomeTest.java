package dev.bide.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.Needed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class HomeTest {
  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void chooseAPath() {
    path = directory.resolve("deep/er/bide");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void chmod(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  @Test
  void makesThePathWithNoRoomForOthers() throws Exception {
    try (Home home = Home.open(path)) {
      assertThat(mode(path)).isEqualTo("rwx------");
      assertThat(mode(path.getParent())).isEqualTo("rwx------");
      assertThat(mode(home.lock())).isEqualTo("rw-------");
      assertThat(home.path()).isEqualTo(path);
      assertThat(home.database()).isEqualTo(path.resolve("bide.db"));
      assertThat(home.runs()).isEqualTo(path.resolve("runs"));
      assertThat(home.exits()).isEqualTo(path.resolve("exits"));
    }
  }

  @Test
  void opensAgainAfterItWasClosed() {
    Home.open(path).close();
    Home again = Home.open(path);
    again.close();
    again.close();

    Home.open(path).close();
  }

  @Test
  void aDirectoryOpenToOthersIsRefusedWithTheLineThatMendsIt() throws Exception {
    Path spaced = directory.resolve("my home");
    Files.createDirectory(spaced);
    chmod(spaced, "rwxr-xr-x");

    assertThatThrownBy(() -> Home.open(spaced))
        .isInstanceOf(HomeRefused.class)
        .hasMessage("home %1$s is open to others (mode 0755): chmod 700 '%1$s'", spaced);

    chmod(spaced, "rwx------");
    Home.open(spaced).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bide.db", "bide.db-wal", "token", "environment", "server.json", "sock"})
  void aSecretThatOthersMayReadIsRefused(String name) throws Exception {
    Home.open(path).close();
    Path file = Files.createFile(path.resolve(name));
    chmod(file, "rw-r-----");

    assertThatThrownBy(() -> Home.open(path))
        .isInstanceOf(HomeRefused.class)
        .hasMessage("the file %1$s is open to others (mode 0640): chmod 600 %1$s", file);

    chmod(file, "rw-------");
    Home.open(path).close();
  }

  @Test
  void whatJobsLeaveInTheHomeIsNobodysBusiness() throws Exception {
    Home.open(path).close();
    Path file = Files.createFile(path.resolve("results.csv"));
    chmod(file, "rw-rw-rw-");

    Home.open(path).close();
  }

  @Test
  void aDirectoryOfSomebodyElseIsRefused() throws Exception {
    Home.open(path).close();
    boolean changed;
    try {
      Files.setAttribute(path, "unix:uid", 65534);
      changed = true;
    } catch (IOException e) {
      changed = false;
    }
    Needed.check(changed, "only root can give a directory away");

    assertThatThrownBy(() -> Home.open(path))
        .isInstanceOf(HomeRefused.class)
        .hasMessageContaining("belongs to")
        .hasMessageContaining("chown");
  }

  @Test
  void aFileIsNoHome() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> Home.open(file))
        .isInstanceOf(HomeRefused.class)
        .hasMessageContaining(file + " is no directory");
    assertThatThrownBy(() -> Home.open(file.resolve("beneath")))
        .isInstanceOf(HomeRefused.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aLineBreakInThePathIsRefused() {
    assertThatThrownBy(() -> Home.open(directory.resolve("a\nb")))
        .isInstanceOf(HomeRefused.class)
        .hasMessageContaining("a\\nb")
        .hasMessageNotContaining("\n");
  }

  @Test
  void theSameProcessCannotHoldItTwiceAndTryingDoesNotLoseTheLock() throws Exception {
    Home home = Home.open(path);
    Path link = Files.createSymbolicLink(directory.resolve("link"), path);
    for (Path name : List.of(path, link)) {
      assertThatThrownBy(() -> Home.open(name))
          .isInstanceOf(HomeRefused.class)
          .hasMessage("another server (pid %d) holds %s", ProcessHandle.current().pid(), name);
    }

    assertThat(answerOfAnotherProcess(path))
        .isEqualTo("another server (pid " + ProcessHandle.current().pid() + ") holds " + path);
    home.close();
    assertThat(answerOfAnotherProcess(path)).isEqualTo("held");
    Home.open(path).close();
  }

  /** What a second program is told; run by {@link #answerOfAnotherProcess}. */
  static final class Another {
    private Another() {}

    public static void main(String[] arguments) {
      try (Home home = Home.open(Path.of(arguments[0]))) {
        System.out.println(home.path().toString().isEmpty() ? "" : "held");
      } catch (HomeRefused e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static String answerOfAnotherProcess(Path path) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Another.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String answer = String.valueOf(output.readLine());
      // Only then has it let go.
      process.waitFor();
      return answer;
    }
  }

  @Test
  void aNetworkFileSystemIsRefusedAndALocalOneNamed() {
    String mountinfo =
        String.format(
            "1 0 8:1 / / rw - nfs4 filer:/root rw\n2 1 8:2 / %s rw - xfs /dev/sdb rw\n",
            directory.resolve("disk"));
    assertThat(directory.resolve("disk").toFile().mkdir()).isTrue();

    assertThatThrownBy(() -> Home.open(path, mountinfo))
        .isInstanceOf(HomeRefused.class)
        .hasMessageContaining("home " + path + " is on a network file system (nfs4 at /)")
        .hasMessageContaining(directory.resolve("disk") + " (")
        .hasMessageContaining("GB free")
        .hasMessageContaining("home = \"" + directory.resolve("disk").resolve("bide-"))
        .hasMessageNotContaining("\n");
    assertThat(path).doesNotExist();
    Home.open(directory.resolve("disk/home"), mountinfo).close();
  }

  @Test
  void aLinkToANetworkFileSystemIsFollowed() throws Exception {
    Path remote = Files.createDirectory(directory.resolve("remote"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), remote);
    String mountinfo =
        String.format(
            "1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:9 / %s rw - nfs filer:/x rw\n",
            remote.toRealPath());

    assertThatThrownBy(() -> Home.open(link.resolve("home"), mountinfo))
        .isInstanceOf(HomeRefused.class)
        .hasMessageContaining("(nfs at ");
  }

  @Test
  void whereMountsCannotBeReadNothingIsRefused() {
    Home.open(path, "").close();
  }
}
