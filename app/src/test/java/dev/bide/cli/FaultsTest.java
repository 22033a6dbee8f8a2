package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nobody foresaw ends a verb in one line, and never with what looks like a job's code. */
class FaultsTest {
  private static final String NO_THREAD =
      "unable to create native thread: possibly out of memory or process/resource limits reached";

  @ParameterizedTest
  @CsvSource({"run true, 125", "follow 1, 125", "wait 1, 125", "logs -f 1, 125", "ls, 1"})
  void a_want_of_threads_is_trouble_of_bides_own(String typed, int code) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Settings.Source none =
        (asker, home, port) -> {
          throw new OutOfMemoryError(NO_THREAD);
        };

    int ended = cli(OutputStream.nullOutputStream(), err, Map.of(), none).run(words(typed));

    assertThat(ended).isEqualTo(code);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("bide: no more threads can be made here: ")
        .contains("ulimit -u")
        .containsOnlyOnce("\n")
        .doesNotContain("report");
  }

  @Test
  void what_is_a_fault_of_bide_asks_for_a_report() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Settings.Source none =
        (asker, home, port) -> {
          throw new NoClassDefFoundError("dev/bide/cli/Gone");
        };

    int ended = cli(OutputStream.nullOutputStream(), err, Map.of(), none).run(words("wait 1"));

    assertThat(ended).isEqualTo(125);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "bide: a fault of Bide's own: java.lang.NoClassDefFoundError: dev/bide/cli/Gone"
                + " (--debug shows where; please report it)\n");
  }

  @Test
  void a_run_that_breaks_off_names_the_job_that_goes_on() throws Exception {
    try (Bed bed = Bed.open()) {
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Settings.Source settings =
          (asker, home, port) -> new Settings(bed.home(), null, List.of(), Duration.ofSeconds(5));

      int ended =
          cli(new NoMore(), err, bed.variables(), settings).run(List.of("run", "--", "echo", "x"));

      assertThat(ended).isEqualTo(125);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .endsWith("; job 1 goes on; follow it again: bide follow 1\n")
          .containsOnlyOnce("\n");
    }
  }

  @Test
  void a_command_line_that_could_not_be_looked_at_has_the_code_of_its_verb() {
    assertThat(code("--home", "ls", "run", "true")).isEqualTo(125);
    assertThat(code("--no-start", "wait", "1")).isEqualTo(125);
    assertThat(code("ls")).isEqualTo(1);
    assertThat(code()).isEqualTo(1);
  }

  private static int code(String... typed) {
    return Cli.codeOfTrouble(typed);
  }

  private static List<String> words(String typed) {
    return List.of(typed.split(" ", -1));
  }

  private static Cli cli(
      OutputStream out, OutputStream err, Map<String, String> variables, Settings.Source settings) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            out,
            err,
            new Console.Terminals(false, false, false, null),
            variables);
    Caller caller = new Caller(variables, List.of(), Path.of("").toAbsolutePath().toString(), 022);
    return new Cli(console, caller, settings, new Bed.NoServerProgram());
  }

  /** Stands for whatever part finds at that moment that there are no more threads. */
  private static final class NoMore extends OutputStream {
    @Override
    public void write(int one) {
      throw new OutOfMemoryError(NO_THREAD);
    }
  }
}
