package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import dev.bide.cli.Bed.Said;
import dev.bide.cli.Shell.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What programs that read Bide's output rely on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerbsInAPipeTest {
  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeAll
  void open() throws Exception {
    bed = Bed.open();
  }

  @AfterAll
  void close() throws Exception {
    threads.shutdownNow();
    bed.close();
  }

  @Test
  void run_gives_the_output_and_nothing_else_and_ends_with_the_jobs_code() {
    Said said = bed.type("run", "--", "sh", "-c", "echo out; echo err >&2; exit 7");
    assertThat(said).isEqualTo(new Said(7, "out\nerr\n", ""));
    assertThat(bed.type("run", "true")).isEqualTo(new Said(0, "", ""));
  }

  @Test
  void run_ends_at_its_command_and_hands_every_word_on() {
    Said said = bed.type("run", "printf", "[%s]", "-n", "", "a b", "--help", "ü\n'\"$x");
    assertThat(said.out()).isEqualTo("[-n][][a b][--help][ü\n'\"$x]");
    assertThat(said.code()).isZero();
  }

  @Test
  void the_job_gets_directory_environment_and_umask_of_the_caller() throws Exception {
    Path other = Files.createDirectory(bed.directory().resolve("other place"));
    Said said =
        bed.type(
            "run", "-e", "OWN=x=y", "-c", "pwd; umask; echo \"$MARK $OWN\"; echo ${TERM-none}");
    assertThat(said.out().lines())
        .containsExactly(bed.directory().toString(), "0027", "of the caller x=y", "none");
    assertThat(bed.type("run", "--dir", "other place", "pwd").line()).isEqualTo(other.toString());
    assertThat(bed.type("run", "--dir", other.toString(), "pwd").line())
        .isEqualTo(other.toString());
  }

  @Test
  void add_prints_the_number() {
    Said said = bed.type("add", "-n", "a name", "true");
    assertThat(said.code()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).matches("[0-9]+\n");
    assertThat(bed.type("wait", said.line()).code()).isZero();
    assertThat(bed.type("show", said.line()).out()).contains("name: a name\n");
  }

  @Test
  void add_of_lines_adds_all_in_their_order_or_none() {
    Said added = bed.typeWith("echo 'a b'\n\n  printf \"%s\" x\\ y \n", "add", "-");
    List<String> numbers = added.out().lines().toList();
    assertThat(numbers).hasSize(2);
    assertThat(bed.type("follow", numbers.get(0)).out()).isEqualTo("a b\n");
    assertThat(bed.type("follow", numbers.get(1)).out()).isEqualTo("x y");

    String newest = newest();
    assertThat(bed.typeWith("true\necho 'open\n", "add", "-"))
        .isEqualTo(
            new Said(2, "", "bide: line 2: a single quote (') is not closed; nothing was added\n"));
    assertThat(bed.typeWith("true\nls > x\n", "add", "-").err())
        .isEqualTo(
            "bide: line 2: only a shell understands >: quote it, or write sh -c '…'; nothing was"
                + " added\n");
    assertThat(bed.typeWith("true\n\ncountdown.py 10\n", "add", "-").code()).isZero();
    assertThat(bed.typeWith("\n\n", "add", "-").code()).isEqualTo(2);
    assertThat(bed.typeWith("true\n".repeat(1001), "add", "-").err())
        .startsWith("bide: line 1001: at most 1000 jobs at once");
    assertThat(Long.parseLong(newest())).isEqualTo(Long.parseLong(newest) + 2);
  }

  @Test
  void a_script_that_is_not_executable_is_told_from_a_command_before_anything_is_stored()
      throws Exception {
    Files.writeString(bed.directory().resolve("countdown.py"), "print('x')\n");
    try {
      String newest = newest();
      assertThat(bed.type("add", "countdown.py", "10"))
          .isEqualTo(
              new Said(
                  1,
                  "",
                  "bide: countdown.py is not executable: did you mean: bide add python3"
                      + " countdown.py 10\n"));
      Said run = bed.type("run", "countdown.py", "10");
      assertThat(run.code()).isEqualTo(126);
      assertThat(run.err()).contains("did you mean: bide run python3 countdown.py 10");
      assertThat(bed.typeWith("true\ncountdown.py 3\n", "add", "-").err())
          .startsWith("bide: line 2: countdown.py is not executable");
      assertThat(bed.directory().resolve("countdown.py").toFile().setExecutable(true)).isTrue();
      run = bed.type("run", "countdown.py", "10");
      assertThat(run.code()).isEqualTo(127);
      assertThat(run.err()).contains("did you mean: bide run ./countdown.py 10");
      assertThat(newest()).isEqualTo(newest);
    } finally {
      Files.delete(bed.directory().resolve("countdown.py"));
    }
  }

  @Test
  void ls_has_fields_between_tabs_and_no_header() {
    String number = bed.type("add", "sh", "-c", "echo 'a\tb\nc'; exit 3").line();
    bed.type("wait", number);
    Said said = bed.type("ls");
    String line =
        said.out().lines().filter(one -> one.startsWith(number + "\t")).findFirst().orElseThrow();
    assertThat(line)
        .matches(
            number
                + "\tFAILED\t3\tdefault\t20[0-9-]{8}T[0-9:]{8}\\.[0-9]{3}Z\t[0-9]+\\.[0-9]{3}\t"
                + "sh -c 'echo '.*a\\\\tb\\\\nc.*");
    assertThat(line.split("\t", -1)).hasSize(7);
    assertThat(bed.type("ls", "-q").out()).startsWith(newest() + "\n");
    assertThat(bed.type("ls", "--limit", "2", "-a").out().lines()).hasSize(2);
    assertThat(bed.type("ls", "--state", "failed").out().lines())
        .isNotEmpty()
        .allMatch(one -> one.contains("\tFAILED\t"));
  }

  @Test
  void ls_speaks_json_as_the_api_does() throws Exception {
    String number = bed.type("add", "true").line();
    bed.type("wait", number);
    Object read = Json.read(bytes(bed.type("ls", "-o", "json")));
    assertThat(read).isInstanceOf(List.class);
    Fields first = Fields.of(((List<?>) read).get(0));
    assertThat(first.number("number")).isEqualTo(Long.parseLong(newest()));
    for (String line : bed.type("ls", "-o", "jsonl").out().lines().toList()) {
      assertThat(
              Fields.of(Json.read(line.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                  .has("uuid"))
          .isTrue();
    }
  }

  @Test
  void show_gives_an_object_for_one_and_a_list_for_several() throws Exception {
    String one = bed.type("add", "true").line();
    String two = bed.type("add", "true").line();
    bed.type("wait", one, two);
    Fields alone = Fields.of(Json.read(bytes(bed.type("show", one, "-o", "json"))));
    assertThat(alone.number("number")).isEqualTo(Long.parseLong(one));
    assertThat(alone.list("attempts")).hasSize(1);
    assertThat((List<?>) Json.read(bytes(bed.type("show", "-o", "json", one, two)))).hasSize(2);
    assertThat(bed.type("show", one).out())
        .contains("number: " + one + "\n", "state: COMPLETED\n", "attempts.1.outcome: COMPLETED\n");
  }

  @Test
  void jobs_are_selected_by_number_range_uuid_last_and_standard_input() throws Exception {
    String one = bed.type("add", "-n", "first", "true").line();
    String two = bed.type("add", "-n", "second", "true").line();
    String uuid = Fields.of(Json.read(bytes(bed.type("show", "-o", "json", one)))).needed("uuid");
    assertThat(bed.type("show", uuid).out()).contains("name: first\n");
    if (!uuid.substring(0, 8).chars().allMatch(Character::isDigit)) {
      assertThat(bed.type("show", uuid.substring(0, 8)).out()).contains("name: first\n");
    }
    assertThat(bed.type("show", "last").out()).contains("name: second\n");
    assertThat(bed.type("show", one + "-" + two).out()).contains("first", "second");
    assertThat(bed.typeWith(bed.type("ls").out(), "show", "-").out()).contains("first", "second");
    assertThat(bed.type("wait", one + "-" + two).code()).isZero();
  }

  @Test
  void logs_are_the_bytes_that_were_written() {
    String number = bed.type("add", "sh", "-c", "printf '\\033[2Ja\\001\\nb\\nc\\nd\\n'").line();
    assertThat(bed.type("follow", number).out()).isEqualTo("\u001b[2Ja\u0001\nb\nc\nd\n");
    assertThat(bed.type("logs", number).out()).isEqualTo("\u001b[2Ja\u0001\nb\nc\nd\n");
    assertThat(bed.type("logs", "-n", "2", number).out()).isEqualTo("c\nd\n");
    assertThat(bed.type("logs", "-n", "0", number).out()).isEmpty();
    assertThat(bed.type("logs", "-f", "--tail", "1", number).out()).isEqualTo("d\n");
    String path = bed.type("logs", "--path", number).line();
    assertThat(Path.of(path)).hasContent("\u001b[2Ja\u0001\nb\nc\nd\n").startsWith(bed.home());
  }

  @Test
  void following_and_waiting_go_on_over_a_restart_of_the_server() throws Exception {
    Path go = bed.directory().resolve("go");
    String number =
        bed.type(
                "add", "-c", "echo before; until [ -e go ]; do sleep 0.1; done; echo after; exit 4")
            .line();
    Awaitility.await().until(() -> bed.type("logs", number).out().equals("before\n"));
    Awaitility.await().until(() -> bed.connections() == 0);
    Future<Said> follow = threads.submit(() -> bed.type("follow", number));
    Awaitility.await().until(() -> bed.connections() == 1);
    Future<Said> wait = threads.submit(() -> bed.type("wait", number));
    Awaitility.await().until(() -> bed.connections() == 2);
    bed.stopServer();
    bed.startServer();
    Files.createFile(go);
    assertThat(follow.get(60, TimeUnit.SECONDS)).isEqualTo(new Said(4, "before\nafter\n", ""));
    assertThat(wait.get(60, TimeUnit.SECONDS)).isEqualTo(new Said(4, "", ""));
  }

  @Test
  void run_prints_what_was_written_when_the_job_could_not_start_at_first() throws Exception {
    String before = bed.type("add", "true").line();
    assertThat(bed.type("wait", before).code()).isZero();
    String number = Long.toString(Long.parseLong(before) + 1);
    Path runs = bed.home().resolve("runs");
    Path aside = Files.move(runs, runs.resolveSibling("runs-aside"));
    Files.createFile(runs);
    Future<Said> run = threads.submit(() -> bed.type("run", "-c", "echo at last; exit 3"));
    Awaitility.await()
        .until(() -> bed.type("show", number).out().contains("attempts.2.outcome: NOT_STARTED"));
    Files.delete(runs);
    Files.move(aside, runs);
    assertThat(run.get(60, TimeUnit.SECONDS)).isEqualTo(new Said(3, "at last\n", ""));
  }

  @Test
  void follow_goes_on_with_the_next_attempt_when_it_was_away_while_the_job_was_retried()
      throws Exception {
    try (Shell shell = new Shell()) {
      String number =
          shell
              .type(
                  "bide add -c 'echo \"attempt $BIDE_JOB_ATTEMPT\"; until [ -e go$BIDE_JOB_ATTEMPT ];"
                      + " do sleep 0.05; done; echo end; exit $BIDE_JOB_ATTEMPT'")
              .out()
              .strip();
      Running follow = shell.start("ebide follow " + number + " >followed");
      Awaitility.await().until(() -> shell.type("cat followed").out().equals("attempt 1\n"));
      follow.signal("STOP");
      shell.type("touch go1; bide wait " + number + "; bide retry " + number);
      Awaitility.await().until(() -> shell.type("bide logs " + number).out().equals("attempt 2\n"));
      follow.signal("CONT");
      shell.type("touch go2");
      assertThat(follow.end().code()).isEqualTo(2);
      assertThat(shell.type("cat followed").out()).isEqualTo("attempt 1\nend\nattempt 2\nend\n");
    }
  }

  @Test
  void earlier_attempts_keep_their_logs() {
    String number =
        bed.type("add", "sh", "-c", "echo $BIDE_JOB_ATTEMPT; exit $BIDE_JOB_ATTEMPT").line();
    assertThat(bed.type("wait", number).code()).isEqualTo(1);
    assertThat(bed.type("retry", number)).isEqualTo(new Said(0, number + "\n", ""));
    assertThat(bed.type("follow", number)).isEqualTo(new Said(2, "2\n", ""));
    assertThat(bed.type("logs", "--attempt", "1", number).out()).isEqualTo("1\n");
    assertThat(bed.type("follow", "--attempt", "1", number)).isEqualTo(new Said(1, "1\n", ""));
    assertThat(bed.type("logs", "--attempt", "3", number))
        .isEqualTo(new Said(1, "", "bide: job " + number + " has had 2 attempts\n"));
    String once = bed.type("add", "true").line();
    bed.type("wait", once);
    assertThat(bed.type("logs", "--attempt", "2", once))
        .isEqualTo(new Said(1, "", "bide: job " + once + " has had 1 attempt\n"));
    bed.type("queue", "pause", "default");
    String waiting = bed.type("add", "true").line();
    assertThat(bed.type("logs", "--attempt", "1", waiting))
        .isEqualTo(
            new Said(1, "", "bide: job " + waiting + " has not started: it has had no attempt\n"));
    bed.type("cancel", waiting);
    bed.type("queue", "resume", "default");
  }

  @Test
  void cancel_says_what_became_of_each() {
    String running = bed.type("add", "sleep", "300").line();
    assertThat(bed.type("cancel", running, "--grace", "5s").out())
        .isEqualTo(running + " stopping\n");
    Said waited = bed.type("wait", running);
    assertThat(waited.code()).isEqualTo(123);
    assertThat(waited.out()).isEmpty();
    assertThat(waited.err()).isEqualTo("bide: job " + running + " was cancelled\n");
    assertThat(bed.type("cancel", running)).isEqualTo(new Said(0, running + " cancelled\n", ""));
  }

  @Test
  void of_jobs_that_are_cancelled_together_none_starts_in_the_place_of_another() {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      numbers.add(bed.type("add", "--", "sleep", "300").line());
    }
    List<String> began =
        bed.type("ls", "--state", "RUNNING")
            .out()
            .lines()
            .map(line -> line.replaceAll("\t.*", ""))
            .toList();
    assertThat(began).isNotEmpty().doesNotContain(numbers.get(11));

    Said said = bed.type("cancel", "-y", "--now", numbers.get(0) + "-" + numbers.get(11));
    assertThat(said.code()).isZero();
    assertThat(said.out().lines().map(line -> line.replaceAll(" .*", "")))
        .as("in the order in which they were named")
        .containsExactlyElementsOf(numbers);
    for (String number : numbers) {
      if (!began.contains(number)) {
        assertThat(bed.type("show", number, "-o", "json").out()).contains("\"attempts\":[]");
      }
    }
  }

  @Test
  void cancelling_a_range_of_jobs_that_have_ended_says_so() {
    String first = bed.type("add", "true").line();
    String last = bed.type("add", "true").line();
    bed.type("wait", first, last);
    assertThat(bed.type("cancel", "-y", first + "-" + last))
        .isEqualTo(new Said(0, "", "all 2 jobs had ended before\n"));
    assertThat(bed.type("cancel", "-y", last + "-" + last))
        .isEqualTo(new Said(0, "", "job " + last + " had ended before\n"));
  }

  @Test
  void a_signal_reaches_the_command_or_all_its_processes_and_ends_nothing() {
    String number =
        bed.type(
                "add",
                "sh",
                "-c",
                "trap 'echo one' USR1; trap 'echo two' USR2;"
                    + " (trap 'echo child' USR2; echo child is ready; while :; do sleep 0.05; done) &"
                    + " echo ready; while :; do sleep 0.05; done")
            .line();
    awaitLine(number, "child is ready");
    awaitLine(number, "ready");
    assertThat(bed.type("signal", "-s", "usr1", number))
        .isEqualTo(new Said(0, number + " got USR1\n", ""));
    awaitLine(number, "one");
    assertThat(bed.type("signal", "-s", "SIGUSR2", "--all", number).code()).isZero();
    awaitLine(number, "two");
    awaitLine(number, "child");
    assertThat(bed.type("signal", number).err()).contains("which signal?");
    assertThat(bed.type("signal", "-s", "NOPE", number).err()).contains("HUP, INT");
    bed.type("cancel", "--now", number);
    bed.type("wait", number);
    Said late = bed.type("signal", "-s", "USR1", number);
    assertThat(late.code()).isEqualTo(1);
    assertThat(late.err()).isEqualTo("bide: job " + number + " has ended\n");
  }

  private void awaitLine(String number, String line) {
    Awaitility.await().until(() -> bed.type("logs", number).out().lines().anyMatch(line::equals));
  }

  @Test
  void rm_takes_what_has_ended_and_refuses_what_runs() {
    String done = bed.type("add", "true").line();
    bed.type("wait", done);
    assertThat(bed.type("rm", done)).isEqualTo(new Said(0, done + "\n", ""));
    assertThat(bed.type("show", done).err()).isEqualTo("bide: job " + done + " was removed\n");
    String running = bed.type("add", "sleep", "300").line();
    Said refused = bed.type("rm", running);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains(running).contains("cancel");
    bed.type("cancel", "--now", running);
    bed.type("wait", running);
  }

  @Test
  void queues_are_shown_and_changed() {
    assertThat(bed.type("queue", "set", "default", "--slots", "5").out())
        .matches("default\t5\tfalse\t[0-9]+\t[0-9]+\n");
    assertThat(bed.type("queue", "pause", "default").out()).startsWith("default\t5\ttrue\t");
    String waiting = bed.type("add", "true").line();
    assertThat(bed.type("show", waiting).out())
        .contains("state: PENDING\n", "reason: QUEUE_PAUSED\n", "position: 1\n");
    assertThat(bed.type("logs", waiting)).isEqualTo(new Said(0, "", ""));
    assertThat(bed.type("logs", "--path", waiting).err())
        .isEqualTo("bide: job " + waiting + " has not started: it has no log yet\n");
    assertThat(bed.type("cancel", waiting).out()).isEqualTo(waiting + " cancelled\n");
    assertThat(bed.type("queue", "resume", "default").out()).startsWith("default\t5\tfalse\t");
    assertThat(bed.type("queue", "ls").out()).startsWith("default\t5\tfalse\t");
    assertThat(bed.type("queue", "ls", "-o", "json").out()).startsWith("[{\"name\":\"default\"");
  }

  @Test
  void the_old_file_is_imported_and_exported() throws Exception {
    String sample =
        """
        6f640ce6-5a3a-4161-8135-fc62bd573897 countdown.py 25 COMPLETED
        694d73e2-0d5f-4090-8518-d241c94aaf6b countdown.py 25 COMPLETED
        broken line
        cc057b2d-f471-4b19-b11b-c5be9d2fd8ac countdown.py 10 RUNNING
        """;
    Files.writeString(bed.directory().resolve("job_queue.txt"), sample);
    Said said = bed.type("import", "job_queue.txt");
    assertThat(said.code()).isZero();
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).startsWith("3 jobs imported, 1 line skipped\n  line 3: ");
    assertThat(bed.type("import", "job_queue.txt").err()).startsWith("0 jobs imported, 4 lines");
    Said exported = bed.type("export", "--format", "job_queue.txt");
    assertThat(exported.out())
        .contains(sample.lines().findFirst().orElseThrow() + "\n")
        .contains(sample.lines().skip(1).findFirst().orElseThrow() + "\n");
    assertThat(exported.err())
        .matches("[0-9]+ jobs? left out: the old form cannot hold (it|them)\n");
    assertThat(bed.type("wait", "cc057b2d-f471").code()).isEqualTo(122);
  }

  @Test
  void status_and_open_and_version_say_what_they_are_asked() {
    Said status = bed.type("status");
    assertThat(status.code()).isZero();
    assertThat(status.out())
        .startsWith("running: true\nversion: 1.2.3\n")
        .contains("home: " + bed.home());
    assertThat(bed.type("open").out()).matches("http://127\\.0\\.0\\.1:[0-9]+/login#code=\\S+\n");
    assertThat(bed.type("version").out()).isEqualTo("bide 1.2.3\n");
  }

  @Test
  void nothing_waits_longer_than_it_is_told_to() {
    String running = bed.type("add", "sleep", "300").line();
    Said said = bed.type("wait", "--timeout", "1s", running);
    assertThat(said.code()).isEqualTo(124);
    assertThat(said.err()).isEqualTo("bide: job " + running + " has not ended within 1 s\n");
    bed.type("cancel", "--now", running);
    bed.type("wait", running);
  }

  private String newest() {
    return bed.type("ls", "-aq", "--limit", "1").line();
  }

  private static byte[] bytes(Said said) {
    return said.out().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
