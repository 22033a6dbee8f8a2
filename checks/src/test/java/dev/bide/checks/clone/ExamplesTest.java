package dev.bide.checks.clone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.ProcessTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void anEmptyDirectory() {
    shell = new Shell(folder, Map.of("PATH", System.getenv("PATH"), "HOME", folder.toString()));
  }

  @AfterEach
  void endAll() {
    ProcessTable.endAll(folder.resolve("home"));
  }

  static Stream<List<String>> countdowns() {
    return Stream.of(
        List.of("python3", Checkout.file("examples/countdown.py").toString()),
        List.of(JAVA, Checkout.file("examples/Countdown.java").toString()));
  }

  @ParameterizedTest
  @MethodSource("countdowns")
  void counts_down_one_line_a_second(List<String> countdown) {
    long start = System.nanoTime();

    Shell.Result result = run(countdown, "2");

    assertThat(result.code()).isZero();
    assertThat(result.output()).isEqualTo("Countdown: 2 seconds\nCountdown: 1 seconds\n");
    assertThat(System.nanoTime() - start).isGreaterThan(2_000_000_000L);
  }

  @ParameterizedTest
  @MethodSource("countdowns")
  void wants_its_parameter(List<String> countdown) {
    Shell.Result result = run(countdown);

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.output()).isEqualTo("Error: Missing parameter\n");
  }

  @ParameterizedTest
  @MethodSource("countdowns")
  void refuses_a_parameter_that_is_no_number_of_seconds(List<String> countdown) {
    for (String bad : List.of("x", "", "-1", "1.5")) {
      Shell.Result result = run(countdown, bad);

      assertThat(result.code()).as(bad).isEqualTo(1);
      assertThat(result.output()).as(bad).isEqualTo("Error: Invalid parameter\n");
    }
  }

  @Test
  void the_queue_works_as_a_library() {
    Shell.Result result =
        shell.run(
            JAVA,
            "-cp",
            Checkout.file("app/target/bide.jar").toString(),
            Checkout.file("examples/Embedded.java").toString(),
            folder.resolve("home").toString());

    assertThat(result.code()).as(result.errors()).isZero();
    assertThat(result.output())
        .containsPattern(
            "\\Aaccepted as job 1\njob 1 is FAILED, exit code 7\nhello from \\d+\n\\z");
  }

  private Shell.Result run(List<String> countdown, String... parameters) {
    return shell.run(
        Stream.concat(countdown.stream(), Stream.of(parameters)).toArray(String[]::new));
  }
}
