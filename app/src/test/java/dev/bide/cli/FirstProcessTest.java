package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.Needed;
import dev.bide.cli.Shell.Running;
import org.junit.jupiter.api.Test;

/** A server as the first process of a container, which is given the children that others leave. */
class FirstProcessTest {
  @Test
  void a_server_that_nobody_collects_for_says_so_and_how_to_start_it() throws Exception {
    Needed.check(
        Needed.succeeds("unshare", "--pid", "--fork", "--mount-proc", "true"),
        "no namespace of processes can be made here");
    try (Shell shell = new Shell()) {
      Running serve =
          shell.start(
              "exec unshare --pid --fork --kill-child --mount-proc " + Shell.program() + " serve");
      serve.awaitErr("\n");
      assertThat(serve.errSoFar())
          .startsWith("bide: this server is the first process here")
          .contains("docker run --init");
      serve.process().destroyForcibly().waitFor();
    }
  }

  @Test
  void any_other_server_says_nothing_of_that() throws Exception {
    try (Shell shell = new Shell()) {
      Running serve = shell.start("ebide serve");
      serve.awaitOut("page  ");
      assertThat(serve.errSoFar()).doesNotContain("first process");
    }
  }
}
