package dev.bide.checks.clone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.Needed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code ./bide} in a clone whose Maven and Java are stand-ins: one notes that it was called and
 * makes a "jar", the other prints what it was given.
 */
class StartScriptTest {
  private static final String FAKE_MAVEN =
      """
      #!/bin/sh
      echo "$*" >>"$BUILDS"
      [ ! -e "$BUILDS.break" ] || {
        echo '[ERROR] COMPILATION ERROR :'
        echo '[ERROR] Job.java:[3,1] cannot find symbol'
        echo '[ERROR] -> [Help 1]'
        exit 1
      }
      mkdir -p app/target
      cat app/src/main/java/* >app/target/bide.jar
      """;
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      for word do
        case $word in
          -XX:ArchiveClassesAtExit=*) echo archive >"${word#*=}"; exit ;;
          --print-command) echo "$0 -jar '/a home/lib/bide.jar'"; exit ;;
          --help) echo "the help of serve"; exit ;;
        esac
      done
      printf '%s\\n' "$@"
      echo "program $BIDE_PROGRAM"
      echo "locale $LC_ALL"
      echo "options ${JAVA_TOOL_OPTIONS-none}"
      echo "input $(readlink /proc/$$/fd/0)"
      [ -z "${BIDE_CALLER_ENVIRON-}" ] || {
        ls -lL "$BIDE_CALLER_ENVIRON" | cut -c 1-10
        /bin/cat "$BIDE_CALLER_ENVIRON" >"$BUILDS.environment"
      }
      """;

  @TempDir Path folder;
  private Path clone;
  private Path builds;
  private Shell shell;

  @BeforeEach
  void aClone() throws IOException {
    clone = Files.createDirectory(folder.resolve("a clone"));
    builds = folder.resolve("builds");
    Files.createDirectories(clone.resolve("scripts"));
    for (String script : List.of("bide", "scripts/toolchain.sh")) {
      Files.copy(Checkout.file(script), clone.resolve(script));
    }
    for (String module : List.of("core", "app")) {
      Path sources = Files.createDirectories(clone.resolve(module + "/src/main/java"));
      Files.writeString(sources.resolve("Job.java"), "a job");
      Files.writeString(clone.resolve(module + "/pom.xml"), "");
    }
    Files.writeString(clone.resolve("pom.xml"), "");
    makeOlder();
    Path jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.1\"\n");
    executable(jdk.resolve("bin/java"), FAKE_JAVA);
    executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    executable(Files.createDirectory(folder.resolve("bin")).resolve("mvn"), FAKE_MAVEN);
    shell =
        new Shell(
            folder,
            Map.of(
                "PATH", folder.resolve("bin") + ":" + System.getenv("PATH"),
                "JAVA_HOME", jdk.toString(),
                "BUILDS", builds.toString(),
                "TMPDIR", folder.toString()));
  }

  static Stream<List<String>> shells() {
    return Stream.of(List.of("dash"), List.of("bash", "--posix"), List.of("busybox", "sh"))
        .filter(
            words ->
                Needed.always()
                    || Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(entry -> Files.isExecutable(Path.of(entry, words.get(0)))));
  }

  @Test
  void a_directory_that_is_gone_is_said_where_java_would_only_crash() {
    Shell.Result result =
        shell.run(
            "bash",
            "-c",
            "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" run ls",
            clone.resolve("bide").toString());

    assertThat(result.code()).isEqualTo(125);
    assertThat(result.errors())
        .contains("bide: the current directory is gone: go to another (cd)\n");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void the_first_call_builds_and_says_so_and_the_next_is_quiet(List<String> interpreter) {
    Shell.Result first = bide(interpreter, "ls");
    Shell.Result second = bide(interpreter, "ls");

    assertThat(first.errors()).containsOnlyOnce("\n").contains("bide: building");
    assertThat(second.errors()).isEmpty();
    assertThat(second.output()).isEqualTo(first.output()).contains("\nls\n");
    assertThat(builds()).hasSize(1);
  }

  @Test
  void a_changed_or_deleted_source_builds_again_and_only_then() throws IOException {
    bide("ls");
    Path source = clone.resolve("core/src/main/java/Job.java");

    Files.writeString(source, "another job");
    bide("ls");
    bide("ls");
    assertThat(builds()).hasSize(2);

    Files.delete(source);
    bide("ls");
    bide("ls");
    assertThat(builds()).hasSize(3);
  }

  @Test
  void a_running_program_keeps_its_jar_through_a_rebuild() throws IOException {
    String first = jar(bide("ls"));

    Files.writeString(clone.resolve("app/src/main/java/Job.java"), "another job");
    String second = jar(bide("ls"));

    assertThat(second).isNotEqualTo(first);
    assertThat(Path.of(first)).hasContent("a job");
    assertThat(Path.of(second)).hasContent("another job");

    Files.writeString(clone.resolve("app/src/main/java/Job.java"), "a third job");
    bide("ls");
    assertThat(Path.of(first)).doesNotExist();
  }

  @Test
  void calls_at_the_same_time_build_once() {
    List<Shell.Started> calls = new ArrayList<>();
    for (int call = 0; call < 6; call++) {
      calls.add(shell.start("sh", clone.resolve("bide").toString(), "ls"));
    }
    assertThat(calls).allSatisfy(call -> assertThat(shell.finish(call).code()).isZero());
    assertThat(builds()).hasSize(1);
  }

  @Test
  void a_failed_build_shows_what_is_wrong_and_where_the_rest_is() throws IOException {
    Files.writeString(folder.resolve("builds.break"), "");

    Shell.Result run = bide("--home", "/x", "run", "--", "true");
    Shell.Result ls = bide("ls");

    assertThat(run.code()).isEqualTo(125);
    assertThat(run.errors())
        .contains("Job.java:[3,1] cannot find symbol")
        .contains(clone.resolve("app/target/run/build.log").toString())
        .doesNotContain("Help 1");
    assertThat(ls.code()).isEqualTo(1);
    assertThat(run.output() + ls.output()).isEmpty();
  }

  @Test
  void it_may_be_called_through_links() throws IOException {
    Path near = Files.createSymbolicLink(clone.resolve("b"), Path.of("bide"));
    Path far = Files.createSymbolicLink(folder.resolve("bin/queue"), near);

    Shell.Result result = shell.run(executable(far).toString(), "ls");
    Shell.Result found = shell.run("sh", "-c", "queue ls");

    assertThat(result.code()).isZero();
    assertThat(found.output()).contains("program queue\n");
  }

  @Test
  void without_maven_it_says_what_to_install() throws IOException {
    Shell bare = shell.with("PATH", bareBin().toString());

    Shell.Result run = bare.run("/bin/sh", clone.resolve("bide").toString(), "run", "true");

    assertThat(run.code()).isEqualTo(125);
    assertThat(run.errors()).contains("Maven is missing. Install with:");
    assertThat(run.errors().lines()).hasSizeLessThan(4);
  }

  @Test
  void as_root_on_debian_it_installs_what_is_missing_and_says_so() throws IOException {
    Path bin = bareBin();
    executable(bin.resolve("id"), "#!/bin/sh\necho 0\n");
    executable(bin.resolve("apt-cache"), "#!/bin/sh\necho \"Package: $2\"\n");
    executable(
        bin.resolve("apt-get"),
        "#!/bin/sh\necho \"$*\" >>\"$BUILDS.apt\"\necho noise\ncp '%s' '%s'\n"
            .formatted(folder.resolve("bin/mvn"), bin.resolve("mvn")));
    Shell bare = shell.with("PATH", bin.toString());

    Shell.Result run = bare.run("/bin/sh", clone.resolve("bide").toString(), "ls");

    assertThat(run.code()).as(run.errors()).isZero();
    assertThat(run.errors()).contains("bide: Maven is missing: installing maven (apt-get)\n");
    assertThat(run.output()).doesNotContain("noise");
    assertThat(folder.resolve("builds.apt"))
        .content()
        .endsWith("install maven\n")
        .doesNotContain("\n-");
    assertThat(builds()).hasSize(1);
  }

  @Test
  void java_speaks_utf8_and_nothing_of_the_callers_reaches_the_jvm_itself() {
    Shell.Result result =
        bide(shell.with("LC_ALL", "C").with("JAVA_TOOL_OPTIONS", "-Dx=y"), List.of("sh"), "ls");

    assertThat(result.output()).contains("locale C.UTF-8\n").contains("options none\n");
  }

  /** Java would open a file of its own there, which "add -" took for lines to read. */
  @ParameterizedTest
  @MethodSource("shells")
  void a_standard_input_that_is_closed_is_empty(List<String> interpreter) {
    List<String> words = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <&-", "sh"));
    words.addAll(interpreter);
    words.addAll(List.of(clone.resolve("bide").toString(), "add", "-"));

    Shell.Result result = shell.run(words.toArray(String[]::new));

    assertThat(result.output()).contains("input /dev/null\n");
  }

  @Test
  void the_callers_environment_arrives_to_the_byte_in_a_file_of_its_own() throws IOException {
    Shell odd =
        shell
            .with("LC_ALL", "C")
            .with("an odd-name", "kept")
            .with("LINES", "one\ntwo\n")
            .with("BIDE_CALLER_ENVIRON", "/not/mine");

    Shell.Result result = bide(odd, List.of("sh"), "ls");

    String environment =
        new String(
            Files.readAllBytes(folder.resolve("builds.environment")), StandardCharsets.UTF_8);
    assertThat(environment.split("\0", -1))
        .contains("an odd-name=kept", "LINES=one\ntwo\n", "LC_ALL=C")
        .doesNotContain("LC_ALL=C.UTF-8");
    assertThat(result.output()).contains("-rw-------");
    assertThat(environmentFiles()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void the_callers_secrets_are_never_in_a_file_that_has_a_name(List<String> interpreter)
      throws IOException {
    executable(
        folder.resolve("bin/cat"),
        "#!/bin/sh\nls \"$TMPDIR\" >>\"$BUILDS.seen\"\nexec /bin/cat \"$@\"\n");

    Shell.Result result = bide(shell.with("SECRET", "a b"), interpreter, "ls");

    assertThat(result.errors()).contains("building");
    assertThat(folder.resolve("builds.environment")).content().contains("SECRET=a b");
    assertThat(folder.resolve("builds.seen"))
        .content()
        .contains("builds")
        .doesNotContain("bide-environ");
  }

  static Stream<Arguments> signalsToShells() {
    return Stream.of("HUP", "INT", "TERM")
        .flatMap(signal -> shells().map(interpreter -> Arguments.of(signal, interpreter)));
  }

  @ParameterizedTest
  @MethodSource("signalsToShells")
  void whoever_is_killed_on_the_way_to_java_leaves_no_file(String signal, List<String> interpreter)
      throws IOException {
    bide("ls");
    executable(
        folder.resolve("bin/mktemp"),
        "#!/bin/sh\n/bin/mktemp \"$@\" || exit\nkill -%s $PPID\n".formatted(signal));

    Shell.Result result = bide(shell, interpreter, "ls");

    assertThat(result.code()).isEqualTo(128 + Map.of("HUP", 1, "INT", 2, "TERM", 15).get(signal));
    assertThat(result.output()).isEmpty();
    assertThat(environmentFiles()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void a_temporary_directory_that_is_no_good_is_passed_over(List<String> interpreter)
      throws IOException {
    Shell without = shell.with("TMPDIR", folder.resolve("none").toString());

    Shell.Result result = bide(without.with("LC_ALL", "C"), interpreter, "ls");

    assertThat(result.code()).isZero();
    assertThat(folder.resolve("builds.environment")).content().contains("LC_ALL=C\0");
    try (Stream<Path> made = Files.list(clone.resolve("app/target/run"))) {
      assertThat(made.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains("rehearsal") || name.contains("environ"))
          .anySatisfy(
              name -> {
                assertThat(name).endsWith(".jsa");
                assertThat(clone.resolve("app/target/run").resolve(name)).hasContent("archive");
              });
    }
  }

  @Test
  void what_killed_ones_left_is_deleted_when_the_next_archive_is_made() throws IOException {
    Path old = Files.createFile(folder.resolve("bide-environ.abcdef"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    Path of = Files.createDirectory(folder.resolve("bide-rehearsal.999999999.abcdef"));
    Path another = Files.createDirectory(folder.resolve("bide-rehearsal.1.abcdef"));

    bide("ls");

    assertThat(old).doesNotExist();
    assertThat(of).doesNotExist();
    assertThat(another).exists();
  }

  static Stream<List<String>> shellsThatTellTheirTrap() {
    return shells().filter(words -> !words.get(0).equals("bash")); // ends without, where exec fails
  }

  @ParameterizedTest
  @MethodSource("shellsThatTellTheirTrap")
  void where_the_shell_gives_up_that_is_no_code_of_a_job(List<String> interpreter)
      throws IOException {
    bide("ls");
    Path java = folder.resolve("jdk/bin/java");
    Files.delete(java);

    assertThat(bide(shell, interpreter, "--home", "/x", "run", "--", "true").code()).isEqualTo(125);
    assertThat(bide(shell, interpreter, "ls").code()).isEqualTo(1);
    assertThat(environmentFiles()).isEmpty();
  }

  private List<String> environmentFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("bide-environ"))
          .toList();
    }
  }

  @Test
  void arguments_arrive_as_they_were_given() {
    assertThat(bide("add", "--", "a b", "", "*", "$x", "-c").output())
        .contains("\nadd\n--\na b\n\n*\n$x\n-c\n");
  }

  @Test
  void a_server_in_the_foreground_runs_from_its_homes_copy() {
    Shell.Result result = bide("--home", "/a home", "serve", "--port", "2500");

    assertThat(result.output())
        .startsWith("-jar\n/a home/lib/bide.jar\n--home\n/a home\nserve\n--port\n2500\n")
        .contains("-rw-------");
    assertThat(bide("serve", "--help").output()).isEqualTo("the help of serve\n");
  }

  @Test
  void the_archive_is_made_once_for_each_jar_and_jdk() throws IOException {
    bide("ls");

    assertThat(bide("ls").output()).containsPattern("-XX:SharedArchiveFile=.*-17\\.0\\.1\\.jsa\n");
    try (Stream<Path> made = Files.list(clone.resolve("app/target/run"))) {
      assertThat(made.filter(file -> file.toString().contains(".jsa"))).hasSize(1);
    }
  }

  private Shell.Result bide(String... words) {
    return bide(List.of("sh"), words);
  }

  private Shell.Result bide(List<String> interpreter, String... words) {
    return bide(shell, interpreter, words);
  }

  private Shell.Result bide(Shell in, List<String> interpreter, String... words) {
    List<String> all = new ArrayList<>(interpreter);
    all.add(clone.resolve("bide").toString());
    all.addAll(List.of(words));
    return in.run(all.toArray(String[]::new));
  }

  private List<String> builds() {
    try {
      return Files.readAllLines(builds);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String jar(Shell.Result result) {
    List<String> lines = result.output().lines().toList();
    return lines.get(lines.indexOf("-jar") + 1);
  }

  /** A PATH on which there are the usual small programs, and neither Maven nor a way to get it. */
  private Path bareBin() throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bare"));
    for (String program :
        "cat cksum cp cut find grep id ls mkdir mktemp mv readlink rm sed".split(" ", -1)) {
      executable(bin.resolve(program), "#!/bin/sh\nexec /usr/bin/" + program + " \"$@\"\n");
    }
    return bin;
  }

  /** As in a clone made a while ago: the build must be newer, whatever the clock's grain. */
  private void makeOlder() throws IOException {
    try (Stream<Path> files = Files.walk(clone)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
      }
    }
  }

  private static void executable(Path file, String content) throws IOException {
    Files.writeString(file, content);
    executable(file);
  }

  private static Path executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file.toRealPath(), PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
