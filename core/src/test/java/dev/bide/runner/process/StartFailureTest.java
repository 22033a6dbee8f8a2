package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.AttemptId;
import dev.bide.job.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot start is told apart: the command's own fault, or the machine's. */
class StartFailureTest {
  @TempDir Path home;
  private RunnerHome bench;

  @BeforeEach
  void open() {
    bench = new RunnerHome(home);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private String faultIn(String directory, String... words) {
    AttemptId attempt = bench.start(new Program.Argv(List.of(words)), directory, RunnerHome.PATH);
    News.NotStarted told = bench.news().await(attempt, News.NotStarted.class);
    assertThat(told.commandsFault()).isTrue();
    assertThat(bench.news().of(attempt)).hasSize(1);
    assertThat(bench.runner().directory(attempt)).doesNotExist();
    return told.message();
  }

  private String faultOf(String... words) {
    return faultIn(home.toString(), words);
  }

  private void script(String name, String content, String mode) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @Test
  void aMissingDirectoryIsNamed() {
    assertThat(faultIn("/no/such", "true")).isEqualTo("no such directory: /no/such");
    assertThat(faultIn("/etc/passwd", "true")).isEqualTo("not a directory: /etc/passwd");
  }

  @Test
  void aMissingProgramIsNamed() {
    assertThat(faultOf("no-such-program"))
        .isEqualTo(ProgramLookup.NOT_FOUND + "no-such-program (on the PATH)");
    assertThat(faultOf("/no/such")).isEqualTo(ProgramLookup.NOT_FOUND + "/no/such");
    assertThat(faultOf("./no")).isEqualTo(ProgramLookup.NOT_FOUND + "./no (in " + home + ")");
    assertThat(faultOf("")).startsWith(ProgramLookup.NOT_FOUND);
  }

  @Test
  void aScriptThatIsNotExecutableComesWithWhatWasMeant() throws IOException {
    script("countdown.py", "print(1)\n", "rw-r--r--");
    script("tool", "#!/usr/bin/env perl\n", "rw-r--r--");
    script("notes.txt", "text\n", "rw-r--r--");
    assertThat(faultOf("countdown.py", "10"))
        .isEqualTo("countdown.py is not executable: did you mean `python3 countdown.py 10`?");
    assertThat(faultOf("./countdown.py"))
        .isEqualTo("./countdown.py is not executable: did you mean `python3 ./countdown.py`?");
    assertThat(faultOf("./tool")).endsWith("did you mean `perl ./tool`?");
    assertThat(faultOf("./notes.txt")).isEqualTo("./notes.txt is not executable");
    assertThat(faultOf("notes.txt")).startsWith(ProgramLookup.NOT_FOUND);
    assertThat(faultOf("/etc")).isEqualTo("/etc is a directory");
  }

  @Test
  void aProgramThatIsHereButNotOnThePathComesWithWhatWasMeant() throws IOException {
    script("run.sh", "#!/bin/sh\n", "rwxr-xr-x");
    assertThat(faultOf("run.sh", "a b"))
        .isEqualTo(
            ProgramLookup.NOT_FOUND + "run.sh is not on the PATH: did you mean `./run.sh 'a b'`?");
  }

  @Test
  void aNulByteIsRefused() {
    assertThat(faultOf("printf", "a\0b")).contains("NUL");
  }

  @Test
  void theJobsOwnPathAndDirectoryCount() throws IOException {
    script("here", "#!/bin/sh\necho found\n", "rwxr-xr-x");
    for (String path : List.of(home.toString(), ".", "/usr/bin:", "/nowhere:" + home)) {
      AttemptId attempt =
          bench.start(new Program.Argv(List.of("here")), home.toString(), Map.of("PATH", path));
      assertThat(bench.end(attempt).lastLine()).as(path).isEqualTo("found");
    }
  }

  @Test
  void aFileWithoutAShebangRunsAsAShellScript() throws IOException {
    script("plain", "echo plain\n", "rwxr-xr-x");
    assertThat(bench.end(bench.start("./plain")).lastLine()).isEqualTo("plain");
  }

  @Test
  void codes126And127OfACommandAreItsOwn() {
    assertThat(bench.end(bench.shell("exit 126")).code()).isEqualTo(126);
    assertThat(bench.end(bench.shell("exit 127")).code()).isEqualTo(127);
  }

  @Test
  void aRunDirectoryThatCannotBeMadeIsTheMachinesFault() throws IOException {
    AttemptId attempt = bench.nextAttempt();
    Files.writeString(home.resolve("runs").resolve(RunDirectory.ofJob(attempt)), "in the way");
    bench.start(attempt, new Program.Argv(List.of("true")), home.toString(), RunnerHome.PATH);
    News.NotStarted told = bench.news().await(attempt, News.NotStarted.class);
    assertThat(told.commandsFault()).isFalse();
    assertThat(told.message()).contains(RunDirectory.ofJob(attempt));
  }

  @Test
  void aLinkInPlaceOfARunDirectoryIsNotFollowed() throws IOException {
    AttemptId attempt = bench.nextAttempt();
    Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    Files.createSymbolicLink(home.resolve("runs").resolve(RunDirectory.ofJob(attempt)), elsewhere);
    bench.start(attempt, new Program.Argv(List.of("true")), home.toString(), RunnerHome.PATH);
    bench.news().await(attempt, News.NotStarted.class);
    assertThat(elsewhere).isEmptyDirectory();
  }
}
