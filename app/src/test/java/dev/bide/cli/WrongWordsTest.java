package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Bed.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each wrong word gets one line, what, which and what next, and the documented exit code. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongWordsTest {
  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  @BeforeAll
  void open() throws Exception {
    bed = Bed.open();
    bed.type("run", "true");
  }

  @AfterAll
  void close() throws Exception {
    bed.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rnu true                  | 2 | bide: no verb \"rnu\": did you mean run?",
        "sh -c x                   | 2 | bide: no verb \"sh\": did you mean: bide run sh -c x",
        "qqqqq                     | 2 | bide: no verb \"qqqqq\" (bide --help)",
        "--hoem /x ls              | 2 | bide: unknown option --hoem: did you mean --home?",
        "add --nmae x true         | 2 | bide: unknown option --nmae: did you mean --name?",
        "add                       | 2 | bide: which command? bide add -- python3 train.py",
        "run -c x y                | 2 | bide: --shell has the whole command: put \"y\" into its line",
        "add - -n x                | 2 | bide: \"add -\" reads commands from standard input, and"
            + " nothing follows it: options stand before the - (bide add [OPTIONS] -)",
        "add --follow -            | 2 | bide: --follow follows one job; \"add -\" may add many",
        "add -e X true             | 2 | bide: --env wants NAME=VALUE, not \"X\"",
        "show                      | 2 | bide: which job? bide show NUMBER… (or last; bide ls lists them)",
        "show 812                  | 1 | bide: no job 812: the newest is 1 (bide ls)",
        "wait 812                  | 125 | bide: no job 812: the newest is 1 (bide ls)",
        "follow 812                | 125 | bide: no job 812: the newest is 1 (bide ls)",
        "logs 812                  | 1 | bide: no job 812: the newest is 1 (bide ls)",
        "logs -f 812               | 125 | bide: no job 812: the newest is 1 (bide ls)",
        "cancel abc                | 2 | bide: \"abc\" names no job: a number, a range 3-7, a uuid or its first 8 characters, or last",
        "cancel lsat               | 2 | bide: \"lsat\" names no job: did you mean last?",
        "cancel deadbeefdead       | 1 | bide: no job has a uuid that starts with deadbeefdead",
        "cancel 7-3                | 2 | bide: the range 7-3 is empty: did you mean 3-7?",
        "cancel 1-99999999         | 2 | bide: the range 1-99999999 is wider than 10000 jobs",
        "cancel 8-9                | 1 | bide: no job in 8-9 (bide ls)",
        "cancel --grace soon 1     | 2 | bide: --grace wants a duration such as 30s, 5m, 2h30m or 1d, not \"soon\"",
        "cancel --now --grace 1s 1 | 2 | bide: --grace and --now do not go together",
        "ls --state FAILD          | 2 | bide: no state \"FAILD\": did you mean FAILED?",
        "ls 12                     | 2 | bide: unexpected \"12\"",
        "ls --limit 0              | 2 | bide: --limit wants a whole number from 1 to 2147483647, not \"0\"",
        "ls -o jsno                | 2 | bide: --output knows table, json and jsonl, not \"jsno\": did you mean json?",
        "ls --color red            | 2 | bide: --color knows auto, always and never, not \"red\"",
        "queue rseume default       | 2 | bide: queue knows ls, set, pause and resume, not \"rseume\": did you mean resume?",
        "queue set default         | 2 | bide: queue set wants --slots N or --notify RULE",
        "queue set --slots 3       | 2 | bide: which queue? bide queue set default --slots N",
        "queue set default --slots 0 | 2 | bide: --slots wants a whole number from 1 to 10000, not \"0\"",
        "queue pause nosuch        | 1 | bide: there is no queue nosuch: there is default",
        "stop 12                   | 2 | bide: stop ends the server and takes no job: did you mean: bide cancel 12",
        "import                    | 2 | bide: which file? bide import job_queue.txt",
        "import nosuch.txt         | 1 | bide: no file nosuch.txt",
        "export                    | 2 | bide: export wants --format job_queue.txt",
        "export --format csv       | 2 | bide: no format \"csv\": there is job_queue.txt",
        "help lss                  | 2 | bide: no verb \"lss\": did you mean ls?",
        "run --queue nosuch true   | 125 | bide: there is no queue nosuch: there is default",
        "add --queue defualt true  | 1 | bide: there is no queue defualt: did you mean default?",
        "run no-such-program       | 127 | ends: program not found: no-such-program",
        "run ./no-such-program     | 127 | ends: ./no-such-program",
        "run --dir /no/such true   | 126 | ends: no such directory: /no/such",
      })
  void wrong_words_get_one_line_and_their_code(String line, int code, String expected) {
    Said said = bed.type(line.strip().split(" +", -1));
    assertThat(said.out()).isEmpty();
    assertThat(said.code()).as(said.err()).isEqualTo(code);
    assertThat(said.err().lines()).hasSize(1);
    if (expected.startsWith("ends: ")) {
      assertThat(said.err()).contains(expected.substring(6));
    } else {
      assertThat(said.err()).isEqualTo(expected + "\n");
    }
  }

  @Test
  void a_file_that_cannot_be_executed_is_told_from_one_that_is_not_there() throws Exception {
    Path file = Files.writeString(bed.directory().resolve("data"), "x");
    Said said = bed.type("run", file.toString());
    assertThat(said.code()).isEqualTo(126);
    assertThat(said.err()).contains(file + " is not executable");
  }

  @ParameterizedTest
  @CsvSource({
    "countdown.py, false, python3 countdown.py 3",
    "train.sh, true, ./train.sh 3",
    "an analysis.R, false, Rscript 'an analysis.R' 3",
  })
  void a_file_in_place_of_a_verb_is_answered_with_what_runs_it(
      String name, boolean executable, String meant) throws Exception {
    Path file = Files.writeString(bed.directory().resolve(name), "x");
    assertThat(file.toFile().setExecutable(executable)).isTrue();
    assertThat(bed.type(name, "3"))
        .isEqualTo(
            new Said(
                2, "", "bide: no verb \"" + name + "\": did you mean: bide run " + meant + "\n"));
  }

  @Test
  void an_option_of_a_verb_hides_the_one_of_all_verbs_in_its_help() {
    assertThat(bed.type("ls", "--help").out()).containsOnlyOnce("--quiet");
  }

  @Test
  void an_argument_that_no_system_takes_is_refused_before_it_is_stored() {
    assertThat(bed.type("add", "echo", "x".repeat(200_000)).err()).contains("131071");
    assertThat(bed.type("add", "echo", "x".repeat(200_000)).code()).isEqualTo(1);
    assertThat(bed.type("run", "echo", "a\0b").code()).isEqualTo(125);
    assertThat(bed.type("run", "echo", "a\0b").err()).containsIgnoringCase("NUL");
    assertThat(bed.type("add", "-e", "A=b\0", "true").code()).isEqualTo(1);
  }

  @Test
  void help_goes_to_standard_output() {
    assertThat(bed.type().out()).contains("bide run -- ").contains("bide open");
    assertThat(bed.type().code()).isZero();
    assertThat(bed.type("--help").out()).startsWith("Usage: bide VERB");
    assertThat(bed.type("cancel", "--help").out()).startsWith("Usage: bide cancel JOB…");
    assertThat(bed.type("help", "cancel").out()).startsWith("Usage: bide cancel JOB…");
    assertThat(bed.type("run", "--help").code()).isZero();
    assertThat(bed.type("help", "-a").out()).contains("  import").contains("  queue");
    assertThat(bed.type("--version").out()).isEqualTo("bide 1.2.3\n");
  }

  @Test
  void debug_shows_where_it_happened_and_nothing_else_does() {
    assertThat(bed.type("show", "812", "--debug").err()).contains("\tat dev.bide.cli");
    assertThat(bed.type("show", "812").err()).doesNotContain("\tat ");
  }
}
