package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.AttemptId;
import dev.bide.job.Job;
import dev.bide.job.Program;
import dev.bide.job.Terms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job finds when it starts: words, environment, directory, umask, signals, streams. */
class EnvironmentTest {
  /** A shell on the way may set these for itself. */
  private static final Set<String> THE_SHELLS_OWN = Set.of("PWD", "OLDPWD", "SHLVL", "_");

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

  private Map<String, String> environmentOf(Map<String, String> asked) throws IOException {
    AttemptId attempt =
        bench.start(new Program.Argv(List.of("cat", "/proc/self/environ")), home.toString(), asked);
    assertThat(bench.end(attempt).code()).isZero();
    Map<String, String> found = new TreeMap<>();
    for (String variable : bench.log(attempt).split("\0", -1)) {
      int equals = variable.indexOf('=');
      if (equals >= 0 && !THE_SHELLS_OWN.contains(variable.substring(0, equals))) {
        found.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    assertThat(found.remove("BIDE_JOB_ATTEMPT_ID")).isEqualTo(attempt.cookie());
    assertThat(found.remove("BIDE_JOB_UUID")).isEqualTo(attempt.uuid().toString());
    assertThat(found.remove("BIDE_JOB_NUMBER")).isEqualTo("" + attempt.number());
    assertThat(found.remove("BIDE_JOB_ATTEMPT")).isEqualTo("1");
    assertThat(found.remove("BIDE_JOB_QUEUE")).isEqualTo("default");
    assertThat(found.remove("BIDE_HOME")).isEqualTo(home.toString());
    assertThat(found.remove("BIDE_JOB_URL"))
        .isEqualTo("http://127.0.0.1:2433/jobs/" + attempt.number());
    return found;
  }

  @Test
  void theEnvironmentIsTheOneAskedForAndThreeDefaults() throws IOException {
    Map<String, String> asked = new TreeMap<>(RunnerHome.PATH);
    asked.put("EMPTY", "");
    asked.put("LINES_", "x\ny\n");
    asked.put("QUOTES", "it's \"$(id)\" `x` \\");
    asked.put("ALL", allCharacters());
    asked.put("UMLAUT", "Käse 日本 😀");
    asked.put("LANG", "C.UTF-8");
    asked.put("LC_ALL", "no_SUCH.locale");
    Map<String, String> expected = new TreeMap<>(asked);
    expected.put("PYTHONUNBUFFERED", "1");
    expected.put("COLUMNS", "120");
    expected.put("TQDM_MININTERVAL", "1");
    assertThat(environmentOf(asked)).isEqualTo(expected);
  }

  @Test
  void namesThatShellsTreatSpeciallyArriveUnchanged() throws IOException {
    Map<String, String> asked = new TreeMap<>(RunnerHome.PATH);
    for (String name :
        List.of(
            "UID",
            "EUID",
            "PPID",
            "SHELLOPTS",
            "BASHOPTS",
            "RANDOM",
            "OPTIND",
            "IFS",
            "PS1",
            "PS4",
            "SECONDS",
            "LINENO",
            "ENV",
            "BASH_ENV",
            "CDPATH",
            "foo.bar",
            "1x",
            "-x",
            "a b",
            "BASH_FUNC_f%%",
            "LANG",
            "LC_CTYPE",
            "GROUPS",
            "d",
            "pid",
            "r")) {
      asked.put(name, "value of " + name);
    }
    asked.put("COLUMNS", "80");
    asked.put("PYTHONUNBUFFERED", "");
    Map<String, String> expected = new TreeMap<>(asked);
    expected.put("TQDM_MININTERVAL", "1");
    assertThat(environmentOf(asked)).isEqualTo(expected);
  }

  @Test
  void aRunOfAScheduleKnowsWhichOneAndWhatForWhen() {
    AttemptId attempt = bench.nextAttempt();
    Job plain =
        bench.launch(attempt, new Program.Argv(List.of("true")), "/", RunnerHome.PATH).job();
    Job planned =
        new Job(
            plain.number(),
            plain.uuid(),
            plain.program(),
            plain.directory(),
            plain.name(),
            plain.queue(),
            plain.umask(),
            new Terms(null, "nightly", Instant.parse("2026-12-01T01:30:00Z")),
            plain.submittedAt(),
            plain.attempt(),
            plain.status());

    assertThat(JobScript.environment(attempt, planned, "/home", null, Map.of()))
        .containsEntry("BIDE_SCHEDULE", "nightly")
        .containsEntry("BIDE_SCHEDULED_AT", "2026-12-01T01:30:00Z");
    assertThat(JobScript.environment(attempt, plain, "/home", null, Map.of()))
        .doesNotContainKeys("BIDE_SCHEDULE", "BIDE_SCHEDULED_AT");
  }

  @Test
  void bidesOwnNamesAndTheTerminalAreStripped() throws IOException {
    Map<String, String> asked = new HashMap<>(RunnerHome.PATH);
    asked.put("BIDE_TOKEN", "secret");
    asked.put("BIDE_JOB_NUMBER", "999");
    asked.put("bide_run", "/bin/false");
    asked.put("TERM", "xterm");
    assertThat(environmentOf(asked))
        .containsOnlyKeys("PATH", "COLUMNS", "PYTHONUNBUFFERED", "TQDM_MININTERVAL");
  }

  @Test
  void withoutAPathItHasNone() throws IOException {
    AttemptId attempt =
        bench.start(
            new Program.Argv(List.of("cat", "/proc/self/environ")), home.toString(), Map.of());
    assertThat(bench.end(attempt).code()).isZero();
    assertThat(bench.log(attempt).split("\0", -1)).noneMatch(word -> word.startsWith("PATH="));
  }

  @Test
  void anEnvironmentOfNearlyTwoMegabytesArrives() throws IOException {
    Map<String, String> asked = new TreeMap<>(RunnerHome.PATH);
    for (int i = 0; i < 15; i++) {
      asked.put("LARGE_" + i, "x".repeat(120_000));
    }
    assertThat(environmentOf(asked)).containsAllEntriesOf(asked);
  }

  @Test
  void wordsArriveToTheByte() throws IOException {
    List<String> words = new ArrayList<>(List.of("printf", "%s\\0"));
    words.addAll(
        List.of(
            "",
            " ",
            "a\nb\n",
            "it's",
            "\"$(id)`x`\\",
            "-n",
            "--",
            "*",
            "~",
            "{}",
            "$HOME",
            "\n",
            "Käse 日本 😀",
            allCharacters(),
            "x".repeat(131_071 - 1)));
    for (String language : List.of("C", "C.UTF-8")) {
      AttemptId attempt =
          bench.start(
              new Program.Argv(words), home.toString(), RunnerHome.with("LC_ALL", language));
      assertThat(bench.end(attempt).code()).isZero();
      String expected = String.join("\0", words.subList(2, words.size())) + "\0";
      assertThat(Files.readAllBytes(bench.file(attempt, "log")))
          .isEqualTo(expected.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void aProgramWhoseNameLooksLikeAnOptionOrAVariableRuns() throws IOException {
    for (String name : List.of("-x", "a=b", "--help", "has space")) {
      Path program = home.resolve(name);
      Files.writeString(program, "#!/bin/sh\necho \"$# ran\"\n");
      assertThat(program.toFile().setExecutable(true)).isTrue();
      for (String special : List.of("PLAIN", "UID")) {
        Map<String, String> environment = RunnerHome.with(special, "7");
        environment.put("PATH", home + ":/usr/bin:/bin");
        AttemptId attempt =
            bench.start(new Program.Argv(List.of(name, "-y")), home.toString(), environment);
        assertThat(bench.end(attempt).code()).as("%s with %s", name, special).isZero();
        assertThat(bench.log(attempt)).isEqualTo("1 ran\n");
      }
    }
  }

  @Test
  void aShellLineIsGivenToTheShellUnchanged() throws IOException {
    AttemptId attempt = bench.shell("x='a  b'; echo \"$x\" | tr a-z A-Z; false || echo $0");
    bench.end(attempt);
    assertThat(bench.log(attempt)).isEqualTo("A  B\n/bin/sh\n");
  }

  @Test
  void directoryUmaskStreamsSessionAndSignalsAreAsPromised() throws IOException {
    Path directory = Files.createDirectory(home.resolve("it's a dir\nß"));
    AttemptId attempt =
        bench.start(
            new Program.Argv(
                List.of(
                    "sh",
                    "-c",
                    "pwd; umask; readlink /proc/$$/fd/0; readlink /proc/$$/fd/2;"
                        + " grep -E 'SigBlk|SigIgn' /proc/self/status;"
                        + " cut -d' ' -f1,5,6 /proc/$$/stat; echo $$")),
            directory.toString(),
            RunnerHome.PATH);
    assertThat(bench.end(attempt).code()).isZero();
    String log = bench.log(attempt);
    assertThat(log).startsWith(directory + "\n0027\n/dev/null\n" + bench.file(attempt, "log"));
    String[] lines = log.split("\n", -1);
    String pid = lines[lines.length - 2];
    assertThat(lines[lines.length - 3]).isEqualTo(pid + " " + pid + " " + pid);
    assertThat(log).contains("SigBlk:\t0000000000000000");
    // 32 and 33 are the C library's own; a JVM that does not start by vfork leaves them ignored
    assertThat(log).containsPattern("SigIgn:\t0000000[01]80000000|SigIgn:\t0000000000000000");
    assertThat(bench.news().await(attempt, News.Started.class).process().pid())
        .isEqualTo(Long.parseLong(pid));
  }

  @Test
  void nothingButTheThreeStreamsIsOpen() throws IOException {
    AttemptId attempt = bench.start("ls", "/proc/self/fd");
    bench.end(attempt);
    assertThat(bench.log(attempt)).as("and the directory that ls reads").isEqualTo("0\n1\n2\n3\n");
  }

  private static String allCharacters() {
    StringBuilder all = new StringBuilder();
    for (int c = 1; c < 256; c++) {
      all.append((char) c);
    }
    return all.toString();
  }
}
