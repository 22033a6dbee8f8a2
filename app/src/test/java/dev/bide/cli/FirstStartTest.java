package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Shell.Running;
import dev.bide.cli.Shell.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The program as processes: how a server comes to be, and who stops it. */
class FirstStartTest {
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

  @Test
  void ten_first_starts_at_once_make_one_server() throws Exception {
    List<Running> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(shell.start("ebide add true"));
    }
    List<Integer> numbers = new ArrayList<>();
    for (Running one : all) {
      Said said = one.end();
      assertThat(said.err()).isEmpty();
      assertThat(said.code()).isZero();
      numbers.add(Integer.parseInt(said.out().strip()));
    }
    assertThat(numbers).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    // who lost the race ends a moment later
    org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(servers()).hasSize(1));
  }

  private List<String> servers() throws Exception {
    String home = "serve\0--home\0" + shell.home() + "\0";
    List<String> found = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      try {
        String line = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        if (line.contains(home)) {
          found.add("process " + process.pid());
        }
      } catch (java.io.IOException e) {
        // it has ended
      }
    }
    return found;
  }

  @Test
  void a_verb_starts_a_server_of_its_own_session_that_outlives_it() throws Exception {
    assertThat(shell.type("bide run -- sh -c 'echo hi; exit 7'"))
        .isEqualTo(new Said(7, "hi\n", ""));
    Long pid = shell.server();
    assertThat(pid).isNotNull();
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    assertThat(fields[3]).as("its session is its own").isEqualTo(String.valueOf(pid));
    assertThat(Path.of("/proc/" + pid + "/cwd").toRealPath()).isEqualTo(Path.of("/"));
    assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/fd/0")))
        .isEqualTo(Path.of("/dev/null"));
    assertThat(shell.home().resolve("server.log")).content().contains(" serves " + shell.home());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shell.home())))
        .isEqualTo("rwx------");
    assertThat(shell.type("bide stop").code()).isZero();
    assertThat(shell.server()).isNull();
  }

  /** What pwd says in a job that names no directory. */
  private String whereAJobOfTheApiRuns() throws Exception {
    shell.type(
        "curl -s --unix-socket home/sock -H 'Content-Type: application/json'"
            + " -d '{\"command\":[\"pwd\"]}' http://localhost/api/v1/jobs");
    return shell.type("bide wait last; bide logs last").out();
  }

  @Test
  void a_job_that_names_no_directory_runs_where_the_server_was_started() throws Exception {
    Path here = Files.createDirectory(shell.directory().resolve("here"));
    for (String pwd : List.of("", "PWD=/; export PWD; ", "unset PWD; ")) {
      shell.type("cd here && { " + pwd + "bide ls; }");
      assertThat(whereAJobOfTheApiRuns()).as(pwd).isEqualTo(here.toRealPath() + "\n");
      shell.type("bide stop");
    }
  }

  @Test
  void the_time_zone_of_who_calls_is_read_as_all_other_programs_read_it() throws Exception {
    shell.type("TZ=GMT+2 bide schedule add x --cron '0 3 * * *' -- true");
    assertThat(shell.type("bide schedule ls").out()).startsWith("x\t0 3 * * *\tGMT-02:00\t");
  }

  @Test
  void an_offset_that_stands_for_a_zone_that_nobody_knows_is_told_also_in_a_pipe()
      throws Exception {
    String rule = "TZ=CET-1CEST,M3.5.0,M10.5.0/3";
    assertThat(shell.type(rule + " bide add --at '2999-01-01 09:00' true").err())
        .startsWith("bide: " + rule + " names no time zone that is known here, so times are read")
        .endsWith(" all the year: say TZ=Europe/Berlin or the like\n")
        .hasLineCount(1);
    String add = " bide schedule add x --cron '0 3 * * *' ";
    assertThat(shell.type(rule + add + "-- true").err())
        .endsWith(" all the year: say --tz ZONE, or TZ=Europe/Berlin or the like\n");
    for (String known : List.of("JST-9", "GMT+2", "UTC", "Europe/Berlin", "EST5EDT", "<+03>-3")) {
      assertThat(shell.type("TZ='" + known + "' bide add --at '2999-01-01 09:00' true").err())
          .as(known)
          .isEmpty();
    }
    assertThat(shell.type(rule + add.replace(" x ", " y ") + "--tz UTC -- true").err()).isEmpty();
  }

  @Test
  void a_service_has_jobs_that_name_no_directory_run_in_its_own() throws Exception {
    Path here = Files.createDirectory(shell.directory().resolve("here"));
    Path there = Files.createDirectory(shell.directory().resolve("there"));
    for (String pwd : List.of("unset PWD; ", "PWD=" + there + "; export PWD; ")) {
      shell.start("cd here && { " + pwd + "ebide serve --service; }");
      Awaitility.await().until(() -> Files.exists(shell.home().resolve("sock")));
      assertThat(whereAJobOfTheApiRuns()).as(pwd).isEqualTo(here.toRealPath() + "\n");
      shell.type("bide stop");
    }
  }

  @Test
  void a_server_that_nobody_has_buried_is_stopped() throws Exception {
    shell.start("ebide serve & exec sleep 300");
    Awaitility.await().until(() -> shell.server() != null);
    assertThat(shell.type("bide stop")).isEqualTo(new Said(0, "", ""));
  }

  @Test
  void only_a_terminal_hears_that_a_server_was_started() throws Exception {
    Said said = shell.type("script -qec '" + Shell.program() + " add true' /dev/null </dev/null");
    assertThat(said.out())
        .isEqualTo(
            "started the server; page: bide open\r\n1  started\r\nfollow it: bide follow 1\r\n");
  }

  @Test
  void without_a_server_nothing_that_only_asks_starts_one() throws Exception {
    Said status = shell.type("bide status");
    assertThat(status.code()).isEqualTo(3);
    assertThat(status.out()).startsWith("running: false\n");
    assertThat(shell.type("bide stop"))
        .isEqualTo(new Said(1, "", "bide: no server runs for " + shell.home() + "\n"));
    assertThat(shell.type("bide ls --no-start").err())
        .isEqualTo("bide: no server runs for " + shell.home() + " (bide serve starts one)\n");
    assertThat(shell.type("bide run --no-start true").code()).isEqualTo(125);
    assertThat(shell.type("bide version").code()).isZero();
    assertThat(Files.exists(shell.home())).isFalse();
  }

  @Test
  void a_home_that_others_can_look_into_is_refused_and_the_reason_shown() throws Exception {
    Files.createDirectory(shell.home());
    Files.setPosixFilePermissions(shell.home(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Said said = shell.type("bide add true");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .isEqualTo(
            "bide: the server did not start: home "
                + shell.home()
                + " is open to others (mode 0755): chmod 700 "
                + shell.home()
                + "\n");
    assertThat(shell.type("bide serve").code()).isEqualTo(1);
  }

  @Test
  void a_home_with_a_long_path_is_reached_over_tcp_with_the_token() throws Exception {
    Path deep = shell.directory().resolve("d".repeat(100)).resolve("home");
    Files.createDirectories(deep.getParent());
    String home = " --home " + deep;
    try {
      assertThat(shell.type("bide run" + home + " -- echo far").out()).isEqualTo("far\n");
      assertThat(shell.type("bide ls -q" + home).out()).isEqualTo("1\n");
      assertThat(Files.exists(deep.resolve("sock"))).isFalse();
    } finally {
      shell.type("bide stop --kill-jobs" + home);
    }
  }

  @Test
  void a_server_whose_home_is_replaced_says_so_and_ends_while_jobs_go_on() throws Exception {
    Running serve = shell.start("ebide serve");
    serve.awaitOut("page  http://127.0.0.1:");
    Path go = shell.directory().resolve("go");
    Path gone = shell.directory().resolve("gone");
    String waits = "until [ -e " + go + " ]; do sleep 0.1; done; touch " + gone;
    shell.type("bide add -c '" + waits + "'");
    Awaitility.await().until(() -> shell.type("bide show 1").out().contains("\npid: "));
    Path lost = shell.directory().resolve("lost");
    Files.move(shell.home(), lost);
    Running next = shell.start("ebide serve");
    next.awaitOut("page  http://127.0.0.1:");
    Long server = shell.server();

    Said ended = serve.end();
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err())
        .contains("the home " + shell.home() + " was removed or replaced")
        .contains("jobs that run go on");
    assertThat(shell.server()).isEqualTo(server);
    assertThat(shell.type("bide --no-start ls").code()).isZero();
    Files.createFile(go);
    Awaitility.await().until(() -> Files.exists(gone));
    next.signal("TERM");
    assertThat(next.end().code()).isZero();
  }

  /** This process is the server that holds the home and cannot be reached. */
  @Test
  void a_server_that_lives_and_cannot_be_reached_is_named() throws Exception {
    int free = dev.bide.Ports.free();
    try (dev.bide.store.Home home = dev.bide.store.Home.open(shell.home())) {
      long pid = ProcessHandle.current().pid();
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
      Path json = home.path().resolve("server.json");
      Files.createFile(
          json, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          json,
          String.format(
              "{\"v\":1,\"pid\":%d,\"startTicks\":%s,\"port\":%d,\"socket\":\"%s\"}",
              pid, ticks, free, home.path().resolve("sock")));
      Said said = shell.type("bide ls");
      assertThat(said.code()).isEqualTo(1);
      assertThat(said.err())
          .isEqualTo(
              "bide: the server of "
                  + shell.home()
                  + " (process "
                  + pid
                  + ") lives, but answers neither at its socket "
                  + home.path().resolve("sock")
                  + " nor at http://127.0.0.1:"
                  + free
                  + ": kill "
                  + pid
                  + " ends it (jobs go on), and the next command starts another\n");
      Files.delete(json);
    }
  }

  @Test
  void serve_says_where_it_is_and_leaves_jobs_running_at_its_end() throws Exception {
    Running first = shell.start("ebide serve");
    first.awaitOut("ssh -L ");
    assertThat(first.outSoFar())
        .startsWith("bide ")
        .contains("home  " + shell.home() + "\n")
        .contains("/login#code=")
        .contains("ssh -L ");
    Said second = shell.type("bide serve");
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.err())
        .isEqualTo(
            "bide: another server (pid "
                + shell.server()
                + ") holds "
                + shell.home()
                + " (bide stop ends it; jobs go on)\n");

    Path go = shell.home().resolveSibling("go");
    String waits = "until [ -e " + go + " ]; do sleep 0.1; done; exit 3";
    assertThat(shell.type("bide add sleep 300; bide add -c '" + waits + "'").out())
        .isEqualTo("1\n2\n");
    org.awaitility.Awaitility.await()
        .untilAsserted(
            () -> assertThat(shell.type("bide show 2").out()).contains("state: RUNNING"));
    first.signal("INT");
    Said ended = first.end();
    assertThat(ended.code()).isZero();
    assertThat(ended.err()).isEqualTo("stopped; 2 jobs go on, and the next server finds them\n");

    Files.createFile(go);
    Path exit = exitFile();
    org.awaitility.Awaitility.await().until(() -> Files.readString(exit).startsWith("3"));
    Running next = shell.start("ebide serve");
    next.awaitOut("1 job kept running, 1 ended meanwhile (#2, exit 3)\n");
    next.signal("TERM");
    assertThat(next.end().code()).isZero();
    shell.type("bide stop --kill-jobs; bide ls; bide stop --kill-jobs");
  }

  private Path exitFile() throws Exception {
    try (var runs = Files.list(shell.home().resolve("runs"))) {
      Path job =
          runs.filter(run -> run.getFileName().toString().startsWith("2-"))
              .findFirst()
              .orElseThrow();
      return job.resolve("1/exit");
    }
  }

  @Test
  void a_port_that_is_taken_is_said() throws Exception {
    try (java.net.ServerSocket taken =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      Said said = shell.type("bide serve --port " + taken.getLocalPort());
      assertThat(said.code()).isEqualTo(1);
      assertThat(said.err()).contains("port " + taken.getLocalPort() + " is taken");
    }
  }

  @Test
  void an_interrupt_at_the_moment_it_is_ready_ends_it_like_any_other() throws Exception {
    Shell.Running serve = shell.start("ebide serve");
    Path announced = shell.home().resolve("server.json");
    while (serve.process().isAlive() && !Files.exists(announced)) {
      Thread.onSpinWait();
    }
    serve.signal("INT");
    Said ended = serve.end();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out() + ended.err()).contains("stopped");
  }

  /** The server is then a child of the job's command, and everybody's launchers are its own. */
  @Test
  void a_job_that_started_the_server_can_be_cancelled_without_harm_to_others() throws Exception {
    for (String how : List.of("--grace 60s", "--now")) {
      String starter =
          shell
              .type(
                  "bide add -- bash -c 'until [ -e go ]; do sleep 0.05; done; "
                      + Shell.program().replace("'", "'\\''")
                      + " run -- sleep 300'")
              .out()
              .strip();
      assertThat(shell.type("bide stop").code()).isZero();
      Files.createFile(shell.directory().resolve("go"));
      Awaitility.await().until(() -> shell.server() != null);
      Awaitility.await()
          .until(
              () -> shell.type("bide --no-start ls --state RUNNING").out().contains("\tsleep 300"));
      Long server = shell.server();
      shell.type("bide cancel " + how + " " + starter + "; bide wait " + starter);
      assertThat(shell.server()).as(how).isEqualTo(server);
      Said list = shell.type("bide --no-start ls --limit 2");
      assertThat(list.out()).contains("RUNNING").contains("\tsleep 300").contains("CANCELLED");
      shell.type("bide stop --kill-jobs");
      Files.delete(shell.directory().resolve("go"));
    }
  }
}
