package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Shell.Running;
import dev.bide.cli.Shell.Said;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person meets who tries Bide for the first time. */
class FirstTenMinutesTest {
  /** No screen, whatever the machine has that the tests run on. */
  private static final Map<String, String> HEADLESS = Map.of("DISPLAY", "", "WAYLAND_DISPLAY", "");

  @SuppressWarnings("NullAway.Init")
  private Shell shell;

  @BeforeEach
  void open() throws Exception {
    shell = new Shell();
  }

  @AfterEach
  void close() throws Exception {
    shell.close();
  }

  /** Types words behind the program's name at a terminal. */
  private Said atTerminal(String words, Map<String, String> variables) throws Exception {
    return shell
        .start(
            "script -qec '" + Shell.program() + " " + words + "' /dev/null </dev/null", variables)
        .end();
  }

  @Test
  void a_script_typed_as_in_the_article_is_answered_with_the_line_that_works() throws Exception {
    Path script = shell.directory().resolve("countdown.py");
    Files.copy(Path.of("../examples/countdown.py"), script);
    assertThat(script.toFile().setExecutable(false, false)).isTrue();
    assertThat(shell.type("bide add countdown.py 1"))
        .isEqualTo(
            new Said(
                1,
                "",
                "bide: countdown.py is not executable: did you mean: bide add python3 countdown.py"
                    + " 1\n"));
    assertThat(
            shell.type(
                "mkdir -p sub && cp countdown.py sub && bide add -n 'a b' --dir sub countdown.py 1"))
        .extracting(Said::err)
        .isEqualTo(
            "bide: countdown.py is not executable: did you mean: bide add --name 'a b' --dir sub"
                + " python3 countdown.py 1\n");
    assertThat(shell.type("bide ls -a").out()).isEmpty();
    assertThat(shell.type("bide run python3 countdown.py 1"))
        .isEqualTo(new Said(0, "Countdown: 1 seconds\n", ""));
  }

  @Test
  void a_failed_job_shows_its_last_line_as_the_reason_in_the_list() throws Exception {
    shell.type("bide run -c 'echo first; echo OSError: No space left >&2; exit 2'");
    assertThat(atTerminal("ls", Map.of("NO_COLOR", "1")).out())
        .contains("  1  ✗ failed 2")
        .contains("\r\n       OSError: No space left\r\n")
        .doesNotContain("first\r\n");
  }

  @Test
  void the_path_of_a_log_is_for_tail() throws Exception {
    shell.type("bide add -c 'echo one; until [ -e go ]; do sleep 0.1; done; echo two'");
    Awaitility.await()
        .untilAsserted(() -> assertThat(shell.type("bide logs 1").out()).isEqualTo("one\n"));
    Running tail = shell.start("exec tail -n +1 -f \"$(bide logs --path 1)\"");
    tail.awaitOut("one\n");
    Files.createFile(shell.directory().resolve("go"));
    tail.awaitOut("one\ntwo\n");
  }

  @Test
  void the_script_in_the_run_directory_runs_the_job_again_by_hand() throws Exception {
    String job = "printf \"%s \" \"$MARK\" \"$@\"; pwd; exit 3";
    Said first = shell.type("mkdir w; cd w; MARK=\"it's\" bide run sh -c '" + job + "' x 'a b' ''");
    assertThat(first)
        .isEqualTo(new Said(3, "it's a b  " + shell.directory().resolve("w") + "\n", ""));
    Said again = shell.type("path=$(bide logs --path 1); env -i sh \"${path%/log}/job\"");
    assertThat(again).isEqualTo(first);
    assertThat(shell.type("bide ls -aq").out()).as("it is no job").isEqualTo("1\n");
  }

  @Test
  void a_restart_says_what_kept_running_and_what_ended_meanwhile() throws Exception {
    shell.type("bide queue set default --slots 4");
    shell.type("for i in 1 2 3; do bide add sleep 300; done");
    shell.type("bide add -c 'until [ -e go ]; do sleep 0.1; done'");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(shell.type("bide ls --state RUNNING -o jsonl").out().lines())
                    .hasSize(4)
                    .noneMatch(line -> line.contains("\"pid\":null")));
    Path exit = Path.of(shell.type("bide logs --path 4").out().strip()).resolveSibling("exit");
    shell.killServer();
    Files.createFile(shell.directory().resolve("go"));
    Awaitility.await().until(() -> Files.readString(exit).startsWith("0"));

    String summary = "3 jobs kept running, 1 ended meanwhile (#4, exit 0)";
    Running serve = shell.start("ebide serve");
    serve.awaitOut("\n" + summary + "\n");
    String url = shell.type("bide status").out().replaceAll("(?s).*\nurl: (\\S+)\n.*", "$1");
    String page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/jobs"))
                    .header(
                        "Authorization",
                        "Bearer " + Files.readString(shell.home().resolve("token")).strip())
                    .build(),
                BodyHandlers.ofString())
            .body();
    assertThat(page).contains(">Bide was started again: " + summary + ".<");
  }

  @Test
  void a_machine_without_a_screen_says_how_to_get_to_the_page() throws Exception {
    Running serve = shell.start("ebide serve", HEADLESS);
    serve.awaitOut("\nfrom your own machine, first:  ssh -L ");
    String tunnel = "ssh -L ([0-9]+):127\\.0\\.0\\.1:\\1 \\S+@\\S+";
    assertThat(serve.outSoFar())
        .containsPattern("\nfrom your own machine, first:  " + tunnel + "\n");
    assertThat(atTerminal("status", HEADLESS).out())
        .containsPattern("\n  from your own machine:  " + tunnel + "\r\n");
    assertThat(atTerminal("status", Map.of("DISPLAY", ":0")).out())
        .contains("  page  http://")
        .doesNotContain("ssh -L");
  }

  @Test
  void a_job_that_waits_says_for_what_and_how_many_are_ahead() throws Exception {
    shell.type("for i in 1 2 3; do bide add sleep 300; done; bide add true; bide add true");
    assertThat(atTerminal("add true", Map.of()).out())
        .startsWith("6  waits for a slot: 3 of 3 busy, 2 ahead\r\n");
  }
}
