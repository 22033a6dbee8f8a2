package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Shell.Said;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who calls it ./bide, as in a clone, is told to type ./bide next. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CalledNameTest {
  private static final Map<String, String> IN_A_CLONE = Map.of("BIDE_PROGRAM", "./bide");

  @SuppressWarnings("NullAway.Init")
  private Shell shell;

  @BeforeAll
  void open() throws Exception {
    shell = new Shell();
    shell.type("bide queue pause default; bide add true");
  }

  @AfterAll
  void close() throws Exception {
    shell.close();
  }

  private void says(int code, String line, String typed) throws Exception {
    Said said = shell.start(typed, IN_A_CLONE).end();
    assertThat(said).isEqualTo(new Said(code, "", "bide: " + line + "\n"));
  }

  @Test
  void hints_name_the_program_as_it_was_called() throws Exception {
    says(2, "unknown option --zzzzzz (./bide run --help)", "bide run --zzzzzz true");
    says(2, "unknown option --zzzzzz (./bide --help)", "bide --zzzzzz ls");
    says(2, "no verb \"zzzzzz\" (./bide help -a)", "bide help zzzzzz");
    says(2, "no verb \"zzzzzz\" (./bide --help)", "bide zzzzzz");
    says(1, "no job 812: the newest is 1 (./bide ls)", "bide show 812");
    says(1, "no job in 8-9 (./bide ls)", "bide cancel 8-9");
    says(1, "job 1 is PENDING: cancel it first (./bide cancel 1)", "bide rm 1");
    says(2, "which job? ./bide show NUMBER… (or last; ./bide ls lists them)", "bide show");
    says(
        1,
        "another server (pid "
            + shell.server()
            + ") holds "
            + shell.home()
            + " (./bide stop ends it; jobs go on)",
        "bide serve");
    says(
        1,
        "no server runs for " + shell.directory() + "/none (./bide serve starts one)",
        "bide ls --no-start --home none");
  }

  @Test
  void no_help_names_another_program() throws Exception {
    for (String verb : Verbs.ALL) {
      assertThat(shell.start("bide help " + verb, IN_A_CLONE).end().out())
          .as(verb)
          .startsWith("Usage: ./bide " + verb)
          .doesNotContainPattern("(^|[^/])bide [a-z]");
    }
  }
}
