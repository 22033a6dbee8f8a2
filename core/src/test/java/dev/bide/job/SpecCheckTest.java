package dev.bide.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpecCheckTest {
  private static JobSpec spec(
      Program program, String directory, @Nullable String name, Map<String, String> environment) {
    return new JobSpec(program, directory, name, "default", environment, 022);
  }

  private static List<SpecCheck.Fault> command(String... words) {
    return SpecCheck.check(spec(new Program.Argv(List.of(words)), "/", null, Map.of()));
  }

  @Test
  void whatEveryProcessCanBeGivenIsRight() {
    assertThat(command("echo", "", "ä", "😀", "\n\t\r\u0001\u007f", "x".repeat(131_071))).isEmpty();
    assertThat(
            SpecCheck.check(
                spec(
                    new Program.ShellLine("true"),
                    "/",
                    "n".repeat(200),
                    Map.of("A", "", "b c", "=x"))))
        .isEmpty();
  }

  @Test
  void theFaultyWordIsNamed() {
    assertThat(command("a\0"))
        .containsExactly(
            new SpecCheck.Fault(
                "command",
                "the program's name holds a NUL character, which no process can be given"));
    assertThat(command("a", "b", "\udc00"))
        .extracting(SpecCheck.Fault::message)
        .containsExactly("argument 2 holds a lone surrogate (\\udc00), which is no UTF-8");
    assertThat(command("a", "\ud83d")).hasSize(1);
    assertThat(command("a", "\ud83dx\ude00")).hasSize(1);
    assertThat(command("")).hasSize(1);
  }

  @Test
  void lengthsCountBytes() {
    assertThat(command("a", "€".repeat(43_690))).isEmpty();
    assertThat(command("a", "€".repeat(43_691))).hasSize(1);
    assertThat(command("a", "😀".repeat(32_767))).isEmpty();
    assertThat(command("a", "😀".repeat(32_768))).hasSize(1);
  }

  @Test
  void environmentsAreMeasuredWithTheirNames() {
    Program program = new Program.ShellLine("true");
    assertThat(SpecCheck.check(spec(program, "/", null, Map.of("A", "x".repeat(131_069)))))
        .isEmpty();
    assertThat(SpecCheck.check(spec(program, "/", null, Map.of("A", "x".repeat(131_070)))))
        .hasSize(1);
    assertThat(SpecCheck.check(spec(program, "/", null, Map.of("", "x", "A=", "y", "B", "\0"))))
        .hasSize(3);
    assertThat(
            SpecCheck.check(spec(program, "/", null, Map.of("\u001b[31m=", "y"))).get(0).message())
        .doesNotContain("\u001b");
  }

  @Test
  void directoriesNamesAndMasksAreChecked() {
    Program program = new Program.ShellLine("true");
    assertThat(SpecCheck.check(spec(program, "tmp", null, Map.of())))
        .extracting(SpecCheck.Fault::field)
        .containsExactly("directory");
    assertThat(SpecCheck.check(spec(program, "/", "n".repeat(201), Map.of())))
        .extracting(SpecCheck.Fault::field)
        .containsExactly("name");
    assertThat(SpecCheck.check(new JobSpec(program, "/", null, "default", Map.of(), 01000)))
        .extracting(SpecCheck.Fault::field)
        .containsExactly("umask");
    assertThat(SpecCheck.check(spec(new Program.ShellLine(" "), "/", null, Map.of())))
        .extracting(SpecCheck.Fault::field)
        .containsExactly("shell");
  }
}
