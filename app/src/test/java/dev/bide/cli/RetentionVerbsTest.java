package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Bed.Said;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionVerbsTest {
  private Bed bed;

  @BeforeEach
  void open() throws Exception {
    bed = Bed.open();
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  private String done(String... words) {
    String[] run = new String[words.length + 2];
    run[0] = "add";
    run[1] = "--";
    System.arraycopy(words, 0, run, 2, words.length);
    String number = bed.type(run).out().strip();
    bed.type("wait", number);
    return number;
  }

  @Test
  void rm_older_says_how_much_would_go_and_takes_it_when_told() {
    done("echo", "one");
    String kept = done("echo", "two");
    assertThat(bed.type("pin", kept)).isEqualTo(new Said(0, kept + "\n", ""));
    assertThat(bed.type("rm", "--older", "1d", "--dry-run").out())
        .isEqualTo("would go: 0 jobs with 0 bytes of logs\n");
    assertThat(bed.type("rm", "--older", "99999999d", "--dry-run").out())
        .isEqualTo("would go: 0 jobs with 0 bytes of logs\n");
    assertThat(bed.type("rm", "--older", "0s", "--dry-run").out())
        .isEqualTo("would go: 1 job with 4 bytes of logs\n");
    assertThat(bed.type("rm", "--older", "0s", "--dry-run", "-o", "json").out())
        .isEqualTo("{\"jobs\":1,\"logBytes\":4,\"dryRun\":true}\n");
    Said unasked = bed.type("rm", "--older", "0s");
    assertThat(unasked.code()).isEqualTo(2);
    assertThat(unasked.err()).contains("Remove 1 job with 4 bytes of logs? Nobody can be asked");
    assertThat(bed.atTerminal("no\n", "rm", "--older", "0s").err()).contains("nothing was done");
    assertThat(bed.type("rm", "--older", "0s", "--state", "failed", "-y").out())
        .isEqualTo("removed 0 jobs with 0 bytes of logs\n");
    assertThat(bed.atTerminal("1\n", "rm", "--older", "0s").out())
        .contains("removed 1 job with 4 bytes of logs");
    assertThat(bed.type("ls", "-aq").out()).isEqualTo(kept + "\n");
    assertThat(bed.type("unpin", kept).code()).isZero();
    assertThat(bed.type("rm", "--older", "0s", "--queue", "default", "-y").out())
        .isEqualTo("removed 1 job with 4 bytes of logs\n");
  }

  @Test
  void options_of_rm_older_are_refused_without_it() {
    Said said = bed.type("rm", "--dry-run", "1");
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("--dry-run goes with --older AGE");
    assertThat(bed.type("rm", "--older", "1d", "7").code()).isEqualTo(2);
    assertThat(bed.type("rm", "--older", "soon").code()).isEqualTo(2);
    assertThat(bed.type("rm", "--older", "90", "-y").err())
        .isEqualTo(
            "bide: --older wants an age with its unit, such as 90d, 12h or 2w, not \"90\"\n");
    Said running = bed.type("rm", "--older", "1d", "--state", "running", "-y");
    assertThat(running.code()).isEqualTo(1);
    assertThat(running.err()).contains("RUNNING jobs have not ended");
  }

  @Test
  void pin_refuses_what_is_not_there() {
    assertThat(bed.type("pin", "99").code()).isEqualTo(1);
    assertThat(bed.type("pin").code()).isEqualTo(2);
  }

  @Test
  void stats_count_endings_by_queue() {
    assertThat(bed.type("stats").out()).isEmpty();
    done("true");
    done("false");
    assertThat(bed.type("stats").out())
        .matches("default\t1 completed, 1 failed\t[^\t]+\t[^\t]+\t[^\t]+\t[^\t]+\n");
    assertThat(bed.atTerminal("", "stats", "--since", "1h").out())
        .matches("(?s)QUEUE +ENDED +WAITED +95 % +RAN +95 %\r?\ndefault +1 completed, 1 failed .*");
    assertThat(bed.type("stats", "-o", "json").out()).startsWith("{\"since\":\"");
    assertThat(bed.type("stats", "--since", "long").code()).isEqualTo(2);
  }
}
