package dev.bide.checks.clone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.clone.ConsolePage.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command line of README.md and docs/ does what the page says. */
class GuideTest {
  /** The first runs this test; the other takes a quarter of an hour. */
  private static final List<String> NOT_FROM_HERE = List.of("./verify", "./bench");

  private static final List<String> NO_COMMANDS = List.of("text", "json", "java", "toml", "yaml");

  @TempDir Path home;

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(Checkout.file("docs"))) {
      return Stream.concat(
              Stream.of(Checkout.file("README.md")),
              docs.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream())
          .map(file -> Checkout.root().relativize(file));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void commands_answer_as_the_page_shows(Path file) throws IOException {
    List<Step> steps =
        ConsolePage.read(Checkout.root().resolve(file)).steps().stream()
            .filter(step -> !NOT_FROM_HERE.contains(step.command()))
            .toList();
    if (steps.isEmpty()) {
      return;
    }
    List<TerminalSession.Answer> answers = new TerminalSession(home).type(steps);
    assertThat(answers).as("commands that came to an end").hasSameSizeAs(steps);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      boolean codeIsShown = i + 1 < steps.size() && steps.get(i + 1).asksForTheCode();
      check(steps.get(i), answers.get(i), codeIsShown).ifPresent(what -> wrong.add(what));
    }
    assertThat(wrong).as(file.toString()).isEmpty();
  }

  private Optional<String> check(Step step, TerminalSession.Answer answer, boolean codeIsShown) {
    String where = "line " + step.line() + ": $ " + step.command() + "\n";
    String shown = String.join("\n", answer.answer());
    if (answer.code() != 0 && !codeIsShown && !step.interrupted()) {
      return Optional.of(where + "ended with " + answer.code() + ":\n" + shown + "\n");
    }
    List<String> page = step.answer().stream().map(line -> line.replaceFirst("^\\^C", "")).toList();
    List<String> terminal =
        answer.answer().stream().map(line -> line.replaceFirst("^\\^C", "")).toList();
    if (!page.isEmpty() && !Likeness.alike(page, terminal, home)) {
      return Optional.of(
          where + "the page shows\n" + String.join("\n", page) + "\nthe terminal\n" + shown + "\n");
    }
    return Optional.empty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void no_command_hides_in_a_block_that_is_not_run(Path file) {
    assertThat(ConsolePage.read(Checkout.root().resolve(file)).otherFences())
        .isSubsetOf(NO_COMMANDS);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void java_code_is_part_of_an_example_that_runs(Path file) throws IOException {
    String example = Files.readString(Checkout.file("examples/Embedded.java"));
    List<String> lines = example.lines().map(String::strip).toList();
    assertThat(lines).containsAll(ConsolePage.read(Checkout.root().resolve(file)).java());
  }

  @Test
  void continuous_integration_runs_what_a_person_runs() throws IOException {
    assertThat(Checkout.file(".ci/run")).content().contains("/../verify").doesNotContain("mvn");
  }
}
