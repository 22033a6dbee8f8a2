package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.AttemptId;
import dev.bide.job.Program;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of an attempt from start to end, with real processes. */
class ProcessRunnerTest {
  @TempDir Path home;
  private RunnerHome bench;

  @BeforeEach
  void open() {
    bench = new RunnerHome(home);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aCommandRunsAndItsCodeAndLastLineAreTold() throws Exception {
    AttemptId attempt = bench.shell("echo one; echo two; exit 7");
    var exit = bench.end(attempt);
    assertThat(exit.code()).isEqualTo(7);
    assertThat(exit.lastLine()).isEqualTo("two");
    assertThat(exit.logSize()).isEqualTo(8);
    assertThat(exit.left()).isEmpty();
    assertThat(bench.log(attempt)).isEqualTo("one\ntwo\n");
    assertThat(bench.news().of(attempt)).hasSize(2);
    assertThat(bench.news().of(attempt).get(0)).isInstanceOf(News.Started.class);
  }

  @Test
  void aProgramIsStartedWithoutAnyShell() throws Exception {
    AttemptId attempt =
        bench.start(
            new Program.Argv(List.of("printf", "%s|", "; rm", "$(id)", "a\nb", "-x", "")),
            home.toString(),
            RunnerHome.PATH);
    assertThat(bench.end(attempt).code()).isZero();
    assertThat(bench.log(attempt)).isEqualTo("; rm|$(id)|a\nb|-x||");
  }
}
