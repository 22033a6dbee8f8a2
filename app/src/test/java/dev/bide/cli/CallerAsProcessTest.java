package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Shell.Running;
import dev.bide.cli.Shell.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The program as processes: bytes, signals, pipes and terminals as the kernel has them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallerAsProcessTest {
  @SuppressWarnings("NullAway.Init")
  private Shell shell;

  @BeforeAll
  void open() throws Exception {
    shell = new Shell();
    shell.type("bide queue set default --slots 20");
  }

  @AfterAll
  void close() throws Exception {
    shell.close();
  }

  @Test
  void an_argument_that_is_no_utf8_is_refused_and_named() throws Exception {
    Said said = shell.type("bide add echo x $'a\\xffb'");
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).startsWith("bide: argument 4 (a\ufffdb) is not valid UTF-8");
  }

  @Test
  void a_job_ignores_no_signal_and_blocks_none() throws Exception {
    Said said = shell.type("bide run grep -E '^Sig(Blk|Ign)' /proc/self/status");
    assertThat(said.out())
        .isEqualTo("SigBlk:\t" + "0".repeat(16) + "\nSigIgn:\t" + "0".repeat(16) + "\n");
  }

  @Test
  void a_variable_that_is_no_utf8_is_refused_and_named() throws Exception {
    Said said = shell.type("export BAD=$'a\\xff'; bide add true");
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).startsWith("bide: the environment variable BAD is not valid UTF-8");
  }

  /** As the start script does it: the JVM under UTF-8, the caller's own environment in a file. */
  @Test
  void a_caller_under_another_locale_keeps_bytes_directory_and_environment() throws Exception {
    Path odd = shell.directory().resolve("a b\n漢👍");
    Files.createDirectory(odd);
    Said said = inPlaceOf(odd, "sh -c 'pwd; printf \"<%s>\" \"$@\"; printenv LC_ALL' x 'ü\n漢' ''");
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).isEqualTo(odd + "\n<ü\n漢><>C\n");
    Said environment = inPlaceOf(odd, "env");
    assertThat(environment.out())
        .contains("odd-name.1=ü\n", "LC_ALL=C\n")
        .doesNotContain("BIDE_CALLER", "BIDE_PORT", "JAVA");
  }

  /** So the start script hands it over: a file that has no name any more. */
  @Test
  void the_environment_may_come_by_a_file_that_is_only_open() throws Exception {
    Path file = shell.directory().resolve("environ-open");
    Files.writeString(
        file, "PATH=" + System.getenv("PATH") + "\0MARK=open\0BIDE_HOME=" + shell.home() + "\0");
    Said said =
        shell
            .start(
                "exec 9<>environ-open; rm environ-open; bide run -- sh -c 'echo $MARK; ls"
                    + " /proc/self/fd'; cat /proc/self/fd/9",
                Map.of(Caller.ENVIRONMENT_FILE, "/proc/self/fd/9"))
            .end();
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).startsWith("open\n0\n1\n2\n").doesNotContain("9\n", "MARK");
  }

  private Said inPlaceOf(Path directory, String command) throws Exception {
    Path file = shell.directory().resolve("environ");
    String variables =
        "LC_ALL=C\0PATH="
            + System.getenv("PATH")
            + "\0PWD="
            + directory
            + "\0odd-name.1=ü\0BIDE_PORT=2433\0BIDE_HOME="
            + shell.home()
            + "\0";
    Files.writeString(file, variables);
    String line = "cd " + dev.bide.job.CommandLine.quote(directory.toString());
    Said said =
        shell
            .start(
                line + " && bide run -- " + command,
                Map.of(Caller.ENVIRONMENT_FILE, file.toString()))
            .end();
    assertThat(Files.exists(file)).isFalse();
    return said;
  }

  @Test
  void ctrl_c_without_a_terminal_leaves_the_job_running() throws Exception {
    Running run = shell.start("ebide run -- sh -c 'echo ready; exec sleep 300'");
    run.awaitOut("ready");
    run.signal("INT");
    Said said = run.end();
    assertThat(said.code()).isEqualTo(130);
    assertThat(said.err())
        .matches("bide: job ([0-9]+) goes on; follow it again: bide follow \\1\n");
    String number = said.err().replaceAll(".*follow ([0-9]+)\n", "$1");
    assertThat(shell.type("bide show " + number).out()).contains("state: RUNNING");
    assertThat(shell.type("bide cancel --now " + number).code()).isZero();
  }

  @Test
  void ctrl_c_cancels_where_that_was_asked_for() throws Exception {
    Running run =
        shell.start("ebide run --cancel-on-interrupt -- sh -c 'echo ready; exec sleep 300'");
    run.awaitOut("ready");
    run.signal("INT");
    assertThat(run.end().code()).isEqualTo(123);
  }

  @Test
  void ctrl_c_before_the_server_answered_says_where_to_look() throws Exception {
    long server = Objects.requireNonNull(shell.server());
    signal("STOP", server);
    try {
      Running run = shell.start("ebide run -- true");
      Awaitility.await().until(() -> somebodyWaitsAtTheSocket());
      run.signal("INT");
      assertThat(run.end())
          .isEqualTo(
              new Said(
                  130,
                  "",
                  "bide: interrupted before the server answered; whether it took the job: bide"
                      + " ls\n"));
    } finally {
      signal("CONT", server);
    }
  }

  private static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }

  /** True when somebody has connected to the server, which is stopped and has not answered. */
  private boolean somebodyWaitsAtTheSocket() throws IOException {
    String bound = shell.home() + "/"; // under another name first
    for (String line : Files.readAllLines(Path.of("/proc/net/unix"))) {
      String[] words = line.strip().split(" +", -1); // Num RefCount Protocol Flags Type St Inode
      if (words.length > 7 && words[5].equals("02") && words[7].startsWith(bound)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void ctrl_c_at_a_terminal_asks_and_enter_leaves_it_running() throws Exception {
    Said said =
        atTerminal("run -- sh -c \"printf rea%s dy; exec sleep 301\"", "\\003", "Leave job", "\\n");
    assertThat(said.out()).contains("[Enter = leave it running, c = cancel]").contains("goes on");
    assertThat(said.code()).isEqualTo(130);
    String number = said.out().replaceAll("(?s).*bide follow ([0-9]+).*", "$1");
    assertThat(shell.type("bide cancel --now " + number).out()).isEqualTo(number + " stopping\n");
  }

  @Test
  void ctrl_c_at_a_terminal_asks_and_c_cancels() throws Exception {
    Said said =
        atTerminal(
            "run -- sh -c \"printf rea%s dy; exec sleep 302\"", "\\003", "Leave job", "c\\n");
    assertThat(said.code()).isEqualTo(123);
    assertThat(said.out()).contains("was cancelled");
  }

  @Test
  void what_was_typed_ahead_of_the_question_cancels_nothing() throws Exception {
    Said said =
        atTerminal(
            "run -- sh -c \"printf rea%s dy; exec sleep 304\"", "\\003", "Leave job", "clear\\n");
    assertThat(said.code()).isEqualTo(130);
    String number = said.out().replaceAll("(?s).*bide follow ([0-9]+).*", "$1");
    assertThat(shell.type("bide cancel --now " + number).out()).isEqualTo(number + " stopping\n");
  }

  @Test
  void ctrl_c_once_more_instead_of_an_answer_leaves_it_running() throws Exception {
    Said said =
        atTerminal(
            "run -- sh -c \"printf rea%s dy; exec sleep 303\"", "\\003", "Leave job", "\\003");
    assertThat(said.code()).isEqualTo(130);
    String number = said.out().replaceAll("(?s).*bide follow ([0-9]+).*", "$1");
    assertThat(shell.type("bide cancel --now " + number).out()).isEqualTo(number + " stopping\n");
  }

  /**
   * Types the first keys when the job has said "ready", the others when the question is there. The
   * words may not have "ready" in them: {@code script} writes them at the head of what it records.
   * They replace the shell that {@code script} starts: Ctrl+C goes to all in front of a terminal,
   * and some shells die of it and end {@code script} with 130 while the program goes on.
   */
  private Said atTerminal(String words, String keys, String question, String answer)
      throws Exception {
    Path seen = shell.directory().resolve("typescript" + System.nanoTime());
    String typing =
        "until grep -q ready "
            + seen
            + " 2>/dev/null; do sleep 0.05; done; printf '"
            + keys
            + "'; "
            + "until grep -q '"
            + question
            + "' "
            + seen
            + "; do sleep 0.05; done; printf '"
            + answer
            + "'; until [ -e "
            + seen
            + ".end ]; do sleep 0.05; done";
    return shell.type(
        "( "
            + typing
            + " ) | { script -qefc 'exec "
            + Shell.program()
            + " "
            + words
            + "' "
            + seen
            + "; code=$?; : > "
            + seen
            + ".end; exit $code; }");
  }

  @Test
  void a_reader_that_goes_away_ends_it_quietly_and_not_the_job() throws Exception {
    // more than fits into any pipe, and no disk is filled with it
    Said said =
        shell.type(
            "bide run -- sh -c 'yes | head -c 5000000; exec sleep 305' | head -n 1;"
                + " echo ${PIPESTATUS[0]}");
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).isEqualTo("y\n141\n");
    Said list = shell.type("bide ls --state RUNNING");
    assertThat(list.out()).contains("exec sleep 305");
    String number =
        list.out()
            .lines()
            .filter(line -> line.contains("exec sleep 305"))
            .findFirst()
            .orElseThrow()
            .replaceAll("\t.*", "");
    shell.type("bide cancel --now " + number + "; bide wait " + number + "; bide rm " + number);
  }

  @Test
  void a_full_disk_behind_the_output_is_said() throws Exception {
    Said said = shell.type("bide run -- echo x > /dev/full");
    assertThat(said.code()).isEqualTo(125);
    assertThat(said.err())
        .isEqualTo("bide: standard output cannot be written to: No space left on device\n");
  }

  @Test
  void following_goes_on_over_the_death_of_the_server_each_byte_once() throws Exception {
    Running run = runThatWaits();
    shell.killServer();
    assertThatItGoesOn(run);
  }

  @Test
  void following_goes_on_over_a_stop_with_the_next_server() throws Exception {
    Running run = runThatWaits();
    shell.type("bide stop");
    Running serve = shell.start("ebide serve");
    serve.awaitOut("page  http://127.0.0.1:");
    assertThatItGoesOn(run);
    serve.signal("TERM");
    assertThat(serve.end().code()).isZero();
  }

  private Running runThatWaits() throws Exception {
    Running run =
        shell.start(
            "ebide run -- sh -c 'seq 1 2000; until [ -e go ]; do sleep 0.1; done; seq 2001 4000;"
                + " exit 5'");
    run.awaitOut("\n2000\n");
    return run;
  }

  private void assertThatItGoesOn(Running run) throws Exception {
    Path go = shell.directory().resolve("go");
    Files.createFile(go);
    Said said = run.end();
    assertThat(said.code()).as(said.err()).isEqualTo(5);
    StringBuilder expected = new StringBuilder();
    for (int i = 1; i <= 4000; i++) {
      expected.append(i).append('\n');
    }
    assertThat(said.out()).isEqualTo(expected.toString());
    Files.delete(go);
  }

  @Test
  void after_a_stop_the_next_server_has_the_time_to_start() {
    Duration any = Duration.ofMinutes(1);
    assertThat(ServerAccess.patience(true, any)).isEqualTo(Duration.ofSeconds(30));
    assertThat(ServerAccess.patience(false, any)).isEqualTo(any);
  }

  @Test
  void following_waits_for_a_job_that_waits() throws Exception {
    shell.type("bide queue pause default");
    String number = shell.type("bide add echo late").out().strip();
    Running follow = shell.start("ebide follow " + number);
    Running logs = shell.start("ebide logs -f " + number);
    Running wait = shell.start("ebide wait " + number);
    Awaitility.await().until(() -> follow.process().isAlive() && wait.process().isAlive());
    shell.type("bide queue resume default");
    assertThat(follow.end()).isEqualTo(new Said(0, "late\n", ""));
    assertThat(logs.end()).isEqualTo(new Said(0, "late\n", ""));
    assertThat(wait.end()).isEqualTo(new Said(0, "", ""));
  }
}
