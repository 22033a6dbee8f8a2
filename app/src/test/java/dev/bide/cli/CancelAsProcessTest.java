package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Shell.Running;
import dev.bide.cli.Shell.Said;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code cancel} as a process, which may be ended or lose its reader while it works. */
class CancelAsProcessTest {
  @SuppressWarnings("NullAway.Init")
  private Shell shell;

  @BeforeEach
  void open() throws Exception {
    shell = new Shell();
    shell.type("bide queue pause default");
  }

  @AfterEach
  void close() throws Exception {
    shell.close();
  }

  private List<String> cancelled() throws Exception {
    return shell
        .type("bide ls --state CANCELLED")
        .out()
        .lines()
        .map(line -> line.replaceAll("\t.*", ""))
        .toList();
  }

  @Test
  void ctrl_c_in_a_long_range_says_which_jobs_were_cancelled_in_the_order_of_their_names()
      throws Exception {
    assertThat(shell.type("yes true | head -n 1000 | bide add -").code()).isZero();
    Running newest = shell.start("ebide wait 1000"); // the first one that is cancelled
    Running cancel = shell.start("ebide cancel -y 1-1000");
    newest.end();
    cancel.signal("INT");
    Said said = cancel.end();
    List<String> named = said.out().lines().map(line -> line.replaceAll(" .*", "")).toList();
    assertThat(named).isNotEmpty().isSortedAccordingTo(Comparator.comparing(Integer::valueOf));
    List<String> cancelled = cancelled();
    assertThat(cancelled).containsAll(named);
    // one may have been under way
    assertThat(cancelled.size() - named.size()).isBetween(0, 1);
    if (said.code() != 0) {
      assertThat(said.code()).isEqualTo(130);
      assertThat(said.err())
          .isEqualTo(
              "bide: interrupted when " + named.size() + " of 1000 jobs were cancelled: bide ls\n");
    }
  }

  @Test
  void what_became_of_a_job_is_said_before_all_others_are_cancelled() throws Exception {
    // of the line of one of them no pipe holds all
    shell.type("for i in 1 2 3 4 5; do printf 'true %0100000d\\n' $i; done | bide add -");
    shell.type("mkfifo pipe");
    Running cancel = shell.start("ebide cancel -y -o json 5 4 3 1-2 >pipe");
    try (BufferedReader reader =
        Files.newBufferedReader(shell.directory().resolve("pipe"), StandardCharsets.UTF_8)) {
      assertThat(reader.readLine()).startsWith("{\"number\":5,");
      assertThat(cancelled()).contains("5").doesNotContain("1");
      assertThat(reader.lines().map(line -> line.replaceAll(",.*", "")))
          .containsExactly("{\"number\":4", "{\"number\":3", "{\"number\":1", "{\"number\":2");
    }
    assertThat(cancel.end().code()).isZero();
  }

  @Test
  void all_are_cancelled_though_nobody_can_be_told() throws Exception {
    shell.type("yes true | head -n 5 | bide add -");
    Said said = shell.type("bide cancel -y 5 4 3 1-2 >/dev/full");
    assertThat(said.err()).startsWith("bide: standard output cannot be written to: ");
    assertThat(said.code()).isEqualTo(1);
    assertThat(cancelled()).hasSize(5);
  }
}
