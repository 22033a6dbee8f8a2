package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Shell.Said;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Everything that people and programs get wrong gets one clear line and its exit code, no job is
 * lost or added by half, and the server goes on. The same over HTTP: {@code
 * dev.bide.server.BadInputTest}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  @SuppressWarnings("NullAway.Init")
  private Shell shell;

  @BeforeAll
  void open() throws Exception {
    shell = new Shell();
    assertThat(shell.type("bide run true")).isEqualTo(new Said(0, "", ""));
    Files.writeString(shell.directory().resolve("data"), "x");
    Files.writeString(shell.directory().resolve("count.py"), "print(1)\n");
  }

  @AfterAll
  void close() throws Exception {
    shell.close();
  }

  /** One line, nothing on standard output, and the jobs are what they were. */
  private void refused(int code, String line, String typed) throws Exception {
    refused(code, line, typed, Map.of());
  }

  private void refused(int code, String line, String typed, Map<String, String> variables)
      throws Exception {
    String before = jobsOfTheServer();
    Said said = shell.start(typed, variables).end();
    assertThat(said).isEqualTo(new Said(code, "", "bide: " + line + "\n"));
    assertThat(jobsOfTheServer()).isEqualTo(before);
  }

  /** The job is there and says why; those before it are what they were. */
  private void failsToStart(int code, String reason, String words) throws Exception {
    String before = jobs();
    Said run = shell.type("bide run " + words);
    String number = number(jobs());
    assertThat(run)
        .isEqualTo(
            new Said(code, "", "bide: job " + number + " could not be started: " + reason + "\n"));
    Said added = shell.type("bide add " + words);
    assertThat(added.err()).isEmpty();
    assertThat(added.code()).isZero();
    assertThat(shell.type("bide wait " + added.out()).code()).isEqualTo(code);
    assertThat(shell.type("bide show " + added.out()).out())
        .contains("state: FAILED\n", "reason: START_FAILED\n", "message: " + reason + "\n");
    String after = jobs();
    assertThat(after.lines()).hasSize((int) before.lines().count() + 2);
    assertThat(after).endsWith(before).contains("\tFAILED\t\t");
  }

  /** From the server that runs; none is started for it. */
  private String jobs() throws Exception {
    Said said = shell.type("bide ls -a --limit 1000 --no-start");
    assertThat(said.code()).as(said.err()).isZero();
    return said.out();
  }

  /** The same without starting a program, as JSON. */
  private String jobsOfTheServer() throws Exception {
    try (Http http = Http.unix(shell.home().resolve("sock"));
        Reply reply =
            http.send("GET", "/api/v1/jobs?limit=1000", Map.of(), null, Duration.ofMinutes(1))) {
      String body = new String(reply.all(), StandardCharsets.UTF_8);
      assertThat(reply.status()).as(body).isEqualTo(200);
      return body;
    }
  }

  private static String number(String jobs) {
    return jobs.substring(0, jobs.indexOf('\t'));
  }

  @Test
  void a_missing_program() throws Exception {
    failsToStart(127, "program not found: no-such-program (on the PATH)", "no-such-program x");
    failsToStart(127, "program not found: ./no-such (in " + shell.directory() + ")", "./no-such");
  }

  @Test
  void a_missing_directory() throws Exception {
    failsToStart(126, "no such directory: /no/such", "--dir /no/such true");
    failsToStart(126, "not a directory: " + shell.directory() + "/data", "--dir data true");
  }

  @Test
  void a_file_that_is_not_executable() throws Exception {
    failsToStart(126, "./data is not executable", "./data");
    refused(
        126,
        "count.py is not executable: did you mean: bide run python3 count.py 10",
        "bide run count.py 10");
    refused(
        1,
        "count.py is not executable: did you mean: bide add python3 count.py 10",
        "bide add count.py 10");
  }

  @Test
  void a_nul_in_an_argument() throws Exception {
    refused(
        2,
        "line 2: holds a NUL character, which no process can be given; nothing was added",
        "printf 'true\\necho a\\0b\\n' | bide add -");
  }

  @Test
  void an_argument_of_200_kb() throws Exception {
    refused(
        1,
        "line 2: argument 1 is 200000 bytes long; at most 131071 can be given: put it into a file;"
            + " nothing was added",
        "printf 'true\\necho %0200000d\\n' 0 | bide add -");
  }

  @Test
  void invalid_utf8() throws Exception {
    refused(
        2,
        "argument 3 (a\ufffdb) is not valid UTF-8: a job can only be stored with arguments that"
            + " are",
        "bide add echo $'a\\xffb'");
    refused(
        2,
        "line 2 of standard input is not valid UTF-8; nothing was done with any line",
        "printf 'true\\necho \\xff\\n' | bide add -");
    refused(
        2,
        "the environment variable BAD is not valid UTF-8: unset it (unset BAD) or give it another"
            + " value",
        "export BAD=$'a\\xff'; bide add true");
  }

  @Test
  void an_unknown_queue() throws Exception {
    refused(125, "there is no queue nosuch: there is default", "bide run --queue nosuch true");
    refused(1, "there is no queue defualt: did you mean default?", "bide add --queue defualt true");
    refused(1, "there is no queue nosuch: there is default", "bide queue pause nosuch");
  }

  @Test
  void an_unknown_number() throws Exception {
    String line = "no job 81200: the newest is " + number(jobs()) + " (bide ls)";
    for (String verb : List.of("show", "logs", "cancel", "retry", "rm")) {
      refused(1, line, "bide " + verb + " 81200");
    }
    for (String verb : List.of("wait", "follow", "logs -f")) {
      refused(125, line, "bide " + verb + " 81200");
    }
  }

  @Test
  void an_unknown_field() throws Exception {
    Path config = Files.createDirectories(shell.directory().resolve("config/bide"));
    Path file = Files.writeString(config.resolve("bide.toml"), "prot = 2433\n");
    Map<String, String> variables = Map.of("XDG_CONFIG_HOME", config.getParent().toString());
    refused(2, file + ": line 1: unknown key prot: did you mean port?", "bide add true", variables);
    refused(2, file + ": line 1: unknown key prot: did you mean port?", "bide run true", variables);
  }

  @Test
  void an_unknown_flag() throws Exception {
    refused(2, "unknown option --nmae: did you mean --name?", "bide add --nmae x true");
    refused(2, "unknown option --zzzzzz (bide run --help)", "bide run --zzzzzz true");
  }

  @Test
  void malformed_json() throws Exception {
    Path home =
        Files.createDirectory(
            shell.directory().resolve("broken"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file = Files.writeString(home.resolve("server.json"), "{\"pid\":");
    Said said = shell.type("bide ls --no-start --home " + home);
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err().lines()).hasSize(1);
    assertThat(said.err())
        .startsWith("bide: " + file + " cannot be read: ")
        .endsWith(" (when no server runs there, delete it)\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try {
      Said repaired = shell.type("bide run --home " + home + " -- echo done");
      assertThat(repaired).isEqualTo(new Said(0, "done\n", ""));
      assertThat(file).content().contains("\"pid\"");
    } finally {
      shell.type("bide stop --home " + home);
    }
  }

  @Test
  void a_body_of_17_mb() throws Exception {
    refused(
        1,
        "the lines and the environment are longer than the 16 MB that can be added at once: add"
            + " fewer lines at a time; nothing was added",
        "yes \"echo $(printf %0100000d 0)\" | head -n 175 | bide add -");
    refused(
        1,
        "the command and its environment are longer than the 4 MB that a job may have: put large"
            + " arguments and values into files; nothing was added",
        // JSON takes six bytes for each of these
        "v=$(printf %0100000d 0); v=${v//0/$'\\x01'};"
            + " bide add echo \"$v\" \"$v\" \"$v\" \"$v\" \"$v\" \"$v\" \"$v\" \"$v\"");
    refused(
        1,
        "old.txt is longer than the 16 MB that can be imported at once: import it in parts;"
            + " nothing was imported",
        "head -c 17000000 /dev/zero | tr '\\0' x > old.txt; bide import old.txt");
  }

  @Test
  void a_wrong_token() throws Exception {
    // a path too long for a socket: the token is what lets the command line in
    Path home = shell.directory().resolve("d".repeat(100)).resolve("home");
    Files.createDirectories(home.getParent());
    String of = " --home " + home;
    assertThat(shell.type("bide run" + of + " true")).isEqualTo(new Said(0, "", ""));
    Path token = home.resolve("token");
    String right = Files.readString(token);
    String pid = shell.type("bide status" + of).out().replaceAll("(?s).*\npid: ([0-9]+)\n.*", "$1");
    Files.writeString(token, "A".repeat(43));
    String line =
        "bide: the server does not take the token in "
            + token
            + ": it was changed after the server had started; put the old one back, or end the"
            + " server (kill "
            + pid
            + ")\n";
    assertThat(shell.type("bide ls" + of)).isEqualTo(new Said(1, "", line));
    assertThat(shell.type("bide run" + of + " true")).isEqualTo(new Said(125, "", line));
    assertThat(shell.type("bide logs" + of + " 1")).isEqualTo(new Said(1, "", line));
    Files.writeString(token, right);
    assertThat(shell.type("bide ls -q" + of)).isEqualTo(new Said(0, "1\n", ""));
    assertThat(shell.type("bide stop" + of).code()).isZero();
  }

  @Test
  void a_second_server() throws Exception {
    refused(
        1,
        "another server (pid "
            + shell.server()
            + ") holds "
            + shell.home()
            + " (bide stop ends it; jobs go on)",
        "bide serve");
  }

  @Test
  void a_home_that_is_too_wide() throws Exception {
    Path home = Files.createDirectory(shell.directory().resolve("wide"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    String line = "home " + home + " is open to others (mode 0755): chmod 700 " + home;
    refused(1, line, "bide --home wide serve");
    refused(1, "the server did not start: " + line, "bide --home wide add true");
    refused(125, "the server did not start: " + line, "bide --home wide run true");
  }

  @Test
  void a_home_that_cannot_be_made() throws Exception {
    String another = ": choose another (--home or BIDE_HOME)";
    refused(
        1,
        "the server cannot be started: home /proc/x cannot be made: no such file or directory"
            + another,
        "bide --home /proc/x add true");
    String data = shell.directory() + "/data";
    refused(
        125,
        "the server cannot be started: " + data + " is no directory" + another,
        "bide --home data run true");
  }

  @Test
  void a_port_that_is_taken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String line =
          "port "
              + taken.getLocalPort()
              + " is taken by another program: choose another (--port, BIDE_PORT or port in"
              + " bide.toml), or none";
      String port = Integer.toString(taken.getLocalPort());
      refused(1, line, "bide serve --home other --port " + port);
      refused(
          1,
          "the server did not start: " + line,
          "bide add --home other true",
          Map.of("BIDE_PORT", port));
    }
  }
}
