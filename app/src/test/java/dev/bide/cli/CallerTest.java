package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallerTest {
  @TempDir Path directory;

  @Test
  void arguments_are_what_the_kernel_holds() throws Trouble {
    byte[] line = raw("java", "-jar", "bide.jar", "add", "ü 漢\n", "");
    assertThat(Caller.arguments(line, List.of("add", "?? ???", "")))
        .containsExactly("add", "ü 漢\n", "");
    assertThat(Caller.arguments(null, List.of("add"))).containsExactly("add");
    assertThat(Caller.arguments(raw("java", "-jar", "x"), List.of())).isEmpty();
  }

  @Test
  void an_argument_that_is_no_utf8_is_named() {
    byte[] line = raw("java", "add", "x", "a?b");
    line[line.length - 3] = (byte) 0xff;
    assertThatThrownBy(() -> Caller.arguments(line, List.of("add", "x", "a?b")))
        .isInstanceOfSatisfying(Trouble.class, trouble -> assertThat(trouble.code()).isEqualTo(2))
        .hasMessageStartingWith("argument 3 (a\ufffdb) is not valid UTF-8");
  }

  @Test
  void the_environment_goes_to_the_job_without_settings_of_bide() throws Trouble {
    Caller caller =
        Caller.of(
            raw("A=1", "EMPTY=", "odd-name.x=2=3", "BIDE_HOME=/x", "BIDE_JOB_NUMBER=3", "nothing"),
            "/",
            022);
    assertThat(caller.environmentForJobs())
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1", "EMPTY", "", "odd-name.x", "2=3"));
    assertThat(caller.variable("BIDE_HOME")).isEqualTo("/x");
    assertThat(new String(caller.environmentForServer(), StandardCharsets.UTF_8))
        .contains("BIDE_HOME=/x\0")
        .doesNotContain("BIDE_JOB_NUMBER");
  }

  @Test
  void a_variable_that_is_no_utf8_is_named() {
    byte[] raw = raw("A=1", "BAD=x");
    raw[raw.length - 2] = (byte) 0xc3;
    Caller caller = Caller.of(raw, "/", 022);
    assertThatThrownBy(caller::environmentForJobs)
        .hasMessageStartingWith("the environment variable BAD is not valid UTF-8");
  }

  @Test
  void the_directory_is_named_as_the_shell_names_it_when_it_is_the_same() throws Exception {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    assertThat(directoryOf(real, link.toString())).isEqualTo(link.toString());
    assertThat(directoryOf(real, directory.toString())).isEqualTo(real.toString());
    assertThat(directoryOf(real, "real")).isEqualTo(real.toString());
    assertThat(directoryOf(real, directory + "/gone")).isEqualTo(real.toString());
    assertThat(directoryOf(real, real + "/../link")).isEqualTo(real.toString());
    assertThat(directoryOf(real, null)).isEqualTo(real.toString());
  }

  @Test
  void a_directory_that_is_gone_is_said() {
    assertThatThrownBy(() -> directoryOf(directory.resolve("gone"), null))
        .hasMessageStartingWith("the current directory is gone");
  }

  private static String directoryOf(
      Path physical, @org.jspecify.annotations.Nullable String logical) throws Trouble {
    Map<String, String> variables = logical == null ? Map.of() : Map.of("PWD", logical);
    return new Caller(variables, List.of(), physical.toString(), 022).directory();
  }

  private static byte[] raw(String... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String part : parts) {
      out.writeBytes(part.getBytes(StandardCharsets.UTF_8));
      out.write(0);
    }
    return out.toByteArray();
  }
}
