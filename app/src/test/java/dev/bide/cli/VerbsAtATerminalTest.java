package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Bed.Said;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person sees who types at a terminal of 80 columns. */
class VerbsAtATerminalTest {
  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  @BeforeEach
  void open() throws Exception {
    bed = Bed.open();
    bed.variables().put("NO_COLOR", "1");
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  @Test
  void add_says_why_a_job_waits_and_how_to_follow_it() {
    bed.type("queue", "set", "default", "--slots", "1");
    Said first = bed.atTerminal("", "add", "sleep", "300");
    assertThat(first.out()).isEqualTo("1  started\n");
    assertThat(first.err()).isEqualTo("follow it: bide follow 1\n");
    assertThat(bed.atTerminal("", "add", "true").out())
        .isEqualTo("2  waits for a slot: 1 of 1 busy, next in line\n");
    assertThat(bed.atTerminal("", "add", "true").out())
        .isEqualTo("3  waits for a slot: 1 of 1 busy, 1 ahead\n");
    assertThat(bed.atTerminal("", "add", "-q", "true")).isEqualTo(new Said(0, "4\n", ""));
    assertThat(bed.atTerminal("", "show", "3").out())
        .startsWith("job 3  ◌ pending\n")
        .contains("waits for a slot: 1 of 1 busy, 1 ahead\n", "  command     true\n");
    bed.type("cancel", "2", "3", "4");
    bed.type("queue", "pause", "default");
    assertThat(bed.atTerminal("", "add", "true").out())
        .isEqualTo("5  waits: the queue default is paused (queue resume default)\n");
  }

  @Test
  void ls_is_a_table_that_fits_with_signs_words_and_the_last_line_of_what_failed() {
    bed.type("add", "sleep", "300");
    bed.type("run", "sh", "-c", "echo 'OSError: No space left on device'; exit 2");
    bed.type("run", "echo", "x".repeat(200), "\u202e\u001b[31m");
    bed.type("run", "no-such-program");
    Awaitility.await().until(() -> bed.type("show", "1").out().contains("phase: running\n"));
    Said said = bed.atTerminal("", "ls");
    List<String> lines = said.out().lines().toList();
    assertThat(lines).allMatch(line -> Text.columns(line) <= 80);
    assertThat(lines.get(0)).matches("JOB  STATE +TIME  SUBMITTED  COMMAND");
    assertThat(said.out())
        .contains("  4  ✗ failed to start")
        .contains("program not found: no-such-program")
        .contains("  3  ✓ completed")
        .contains("xxx…\n")
        .contains("  2  ✗ failed 2")
        .contains("       OSError: No space left on device\n")
        .contains("  1  ● running")
        .endsWith("default: 3 slots, 1 running, 0 waiting\n")
        .doesNotContain("\u001b");
    assertThat(bed.atTerminal("", "ls", "--color", "always").out())
        .contains("\u001b[31m✗ failed 2");
    assertThat(bed.type("ls", "-o", "table").out())
        .contains("JOB  STATE")
        .contains("x".repeat(200));
    bed.variables().put("LANG", "C");
    assertThat(bed.atTerminal("", "ls").out()).contains("x failed 2").contains("xxx...\n");
  }

  @Test
  void an_empty_list_says_what_to_do() {
    Said said = bed.atTerminal("", "ls");
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).contains("bide ls -a shows all");
    assertThat(bed.type("ls")).isEqualTo(new Said(0, "", ""));
  }

  @Test
  void the_last_of_no_jobs_is_said_to_be_none_also_when_all_were_removed() {
    String none = "bide: there is no job (bide add COMMAND adds one)\n";
    assertThat(bed.type("show", "last")).isEqualTo(new Said(1, "", none));
    bed.type("run", "true");
    bed.type("rm", "1");
    assertThat(bed.type("show", "last")).isEqualTo(new Said(1, "", none));
    assertThat(bed.type("show", "7").err()).isEqualTo("bide: no job 7: there is none (bide ls)\n");
  }

  @Test
  void colors_follow_the_common_variables() {
    bed.type("run", "true");
    assertThat(bed.atTerminal("", "ls").out()).doesNotContain("\u001b");
    bed.variables().remove("NO_COLOR");
    assertThat(bed.atTerminal("", "ls").out()).contains("\u001b[32m✓ completed");
    bed.variables().put("TERM", "dumb");
    assertThat(bed.atTerminal("", "ls").out()).doesNotContain("\u001b");
    bed.variables().put("CLICOLOR_FORCE", "1");
    assertThat(bed.type("ls", "-o", "table").out()).contains("\u001b[32m");
    assertThat(bed.type("ls", "-o", "table", "--color=never").out()).doesNotContain("\u001b");
  }

  @Test
  void logs_show_colors_and_keep_back_what_steers() {
    String number = bed.type("add", "printf", "\\033[31mred\\033[2J\\033]0;t\\007 x\\n").line();
    Said said = bed.atTerminal("", "follow", number);
    assertThat(said.out()).isEqualTo("\u001b[31mred x\n\u001b[0m");
  }

  @Test
  void a_question_is_asked_before_a_range_and_before_more_than_ten() {
    bed.type("queue", "pause", "default");
    for (int i = 0; i < 12; i++) {
      bed.type("add", "true");
    }
    Said asked = bed.atTerminal("\n", "cancel", "1-2");
    assertThat(asked.err()).isEqualTo("Cancel 2 jobs? Type 2: bide: nothing was done\n");
    assertThat(asked.code()).isEqualTo(1);
    assertThat(bed.atTerminal("2\n", "cancel", "1-2").out())
        .isEqualTo("1 cancelled\n2 cancelled\n");

    Said nobody = bed.type("cancel", "3-4");
    assertThat(nobody.code()).isEqualTo(2);
    assertThat(nobody.err()).contains("add -y");
    assertThat(bed.type("cancel", "-y", "3-4").out()).isEqualTo("3 cancelled\n4 cancelled\n");
    assertThat(bed.type("cancel", "5", "6").out()).isEqualTo("5 cancelled\n6 cancelled\n");
    assertThat(bed.typeWith(bed.type("ls", "-q").out(), "rm", "-").code()).isEqualTo(2);
    bed.type("cancel", "-y", "7-12");
    assertThat(bed.atTerminal("12\n", "rm", "1-12").out().lines()).hasSize(12);
  }

  @Test
  void the_range_that_is_cancelled_names_what_it_costs() {
    bed.type("add", "sleep", "300");
    bed.type("add", "sleep", "300");
    Said said = bed.atTerminal("2\n", "cancel", "--now", "1-2");
    assertThat(said.err()).matches("Cancel 2 jobs \\(2 running, longest [^)]+\\)\\? Type 2: ");
    assertThat(said.out()).isEqualTo("1 stopping\n2 stopping\n");
    bed.type("wait", "1-2");
  }

  @Test
  void endings_are_said_where_the_code_alone_does_not_tell() {
    Said signal = bed.atTerminal("", "run", "sh", "-c", "kill -9 $$");
    assertThat(signal.code()).isEqualTo(137);
    assertThat(signal.err()).contains("ended with exit code 137 (SIGKILL?)");
    Said show = bed.atTerminal("", "show", "last");
    assertThat(show.out()).contains("job 1  ✗ failed 137 (SIGKILL?)").contains("  exit code   137");
  }

  @Test
  void status_and_queues_speak_in_sentences() {
    assertThat(bed.atTerminal("", "status").out())
        .contains("bide 1.2.3 runs, process ")
        .contains("  home  " + bed.home() + "\n")
        .contains("  default: 3 slots, 0 running, 0 waiting\n")
        .contains("ssh -L ");
    assertThat(bed.atTerminal("", "queue").out())
        .isEqualTo("default: 3 slots, 0 running, 0 waiting\n");
    bed.variables().put("DISPLAY", ":0");
    assertThat(bed.atTerminal("", "status").out()).doesNotContain("ssh -L");
  }
}
