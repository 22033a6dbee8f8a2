package dev.bide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstallationTest {
  @TempDir Path folder;
  private Path home;
  private Path jar;

  @BeforeEach
  void aBuiltJar() throws IOException {
    home = folder.resolve("home");
    jar = Files.writeString(folder.resolve("bide.jar"), "first build");
  }

  @Test
  void theServerRunsFromACopyThatARebuildDoesNotTouch() throws IOException {
    Path copy = jarIn(new Installation(home, jar).commandLine());

    Files.writeString(jar, "second build");

    assertThat(copy).hasParent(home.resolve("lib")).hasContent("first build");
    assertThat(jarIn(new Installation(home, jar).commandLine()))
        .isNotEqualTo(copy)
        .hasContent("second build");
  }

  @Test
  void javaReportsItsOwnDeathInTheHomeWhateverThatIsCalled() throws IOException {
    Path odd = folder.resolve("100%p");

    assertThat(new Installation(odd, jar).commandLine())
        .contains(
            "-XX:ErrorFile=" + folder.resolve("100%%p/lib/crash.log"),
            "-XX:ReplayDataFile=" + folder.resolve("100%%p/lib/crash.replay"));
  }

  @Test
  void whoeverStartsTheProgramWithAnArchiveOfHisOwnGetsNoSecondOne() {
    assertThat(Installation.usesArchive(List.of("-XX:SharedArchiveFile=/a", "-jar", "b"))).isTrue();
    assertThat(Installation.usesArchive(List.of("-Xshare:auto", "-jar", "b"))).isFalse();
  }

  @Test
  void onlyItsOwnerCanReadTheCopy() throws IOException {
    Path copy = jarIn(new Installation(home, jar).commandLine());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.getParent())))
        .isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b", "\uD83D\uDE00"})
  void aHomeThatJavaCannotStartFromIsRefusedBeforeItTries(String name) {
    Installation installation = new Installation(folder.resolve(name), jar);

    assertThatIOException()
        .isThrownBy(installation::commandLine)
        .withMessageContaining("choose another directory");
    assertThat(folder.resolve(name)).doesNotExist();
  }

  @Test
  void anExistingCopyKeepsItsTimeOnWhichTheArchiveDepends() throws IOException {
    Path copy = jarIn(new Installation(home, jar).commandLine());
    FileTime before = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    Files.setLastModifiedTime(copy, before);

    new Installation(home, jar).commandLine();

    assertThat(Files.getLastModifiedTime(copy)).isEqualTo(before);
  }

  @Test
  void aServerStartedFromTheCopyUsesItInPlace() throws IOException {
    Path copy = jarIn(new Installation(home, jar).commandLine());

    assertThat(jarIn(new Installation(home, copy).commandLine())).isEqualTo(copy);
    assertThat(filesIn(home.resolve("lib"))).containsExactly(copy.getFileName().toString());
  }

  @Test
  void theArchiveIsNamedOnceItIsThere() throws IOException {
    Installation installation = new Installation(home, jar);
    Path copy = jarIn(installation.commandLine());
    assertThat(installation.commandLine()).noneMatch(word -> word.contains("SharedArchiveFile"));

    String name = copy.getFileName().toString().replace(".jar", "");
    Path archive = copy.resolveSibling(name + "-" + System.getProperty("java.version") + ".jsa");
    Files.createFile(archive);

    assertThat(installation.commandLine()).contains("-XX:SharedArchiveFile=" + archive);
  }

  @Test
  void whatOlderProgramsLeftIsDeletedUnlessOneOfThemMayJustBeStarting() throws IOException {
    Installation installation = new Installation(home, jar);
    Path copy = jarIn(installation.commandLine());
    Path lib = copy.getParent();
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    for (String name : List.of("bide-00000001.jar", "bide-00000001-17.0.1.jsa", ".bide-4711-1")) {
      Files.setLastModifiedTime(Files.createFile(lib.resolve(name)), old);
    }
    Files.createFile(lib.resolve("bide-00000002.jar"));
    Files.setLastModifiedTime(Files.createFile(lib.resolve("launcher-1.sh")), old);
    Files.setLastModifiedTime(copy, old);

    installation.deleteOthers();

    assertThat(filesIn(lib))
        .containsExactlyInAnyOrder(
            copy.getFileName().toString(), "bide-00000002.jar", "launcher-1.sh");
  }

  @Test
  void whatAKilledProgramDidNotFinishIsDeletedAtOnce() throws IOException {
    Installation installation = new Installation(home, jar);
    Path lib = jarIn(installation.commandLine()).getParent();
    long dead = 999_999_999; // more than any system has
    Path rehearsal = lib.resolve(".bide-" + dead + "-1/home/runs");
    Files.createDirectories(rehearsal);
    Files.createFile(lib.resolve(".bide-" + dead + "-2.environ"));
    Path mine = Files.createFile(installation.unusedFile());

    installation.deleteOthers();

    assertThat(filesIn(lib))
        .hasSize(2)
        .contains(mine.getFileName().toString())
        .noneMatch(name -> name.contains("999999999"));
  }

  @Test
  void aProgramInAClassPathStartsFromThere() throws IOException {
    List<String> words = new Installation(home, null).commandLine();

    assertThat(words).contains("-cp", System.getProperty("java.class.path"));
    assertThat(words).last().isEqualTo("dev.bide.app.Main");
    assertThat(home).doesNotExist();
  }

  private static Path jarIn(List<String> words) {
    assertThat(words.get(words.size() - 2)).isEqualTo("-jar");
    return Path.of(words.get(words.size() - 1));
  }

  private static List<String> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
