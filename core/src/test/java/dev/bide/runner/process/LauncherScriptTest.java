package dev.bide.runner.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script alone, without a server. */
class LauncherScriptTest {
  @TempDir Path runs;

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash --posix", "busybox sh"})
  void aCommandRunsAlthoughTheServerDiedAndNobodyReadsWhatTheLauncherSays(String shell)
      throws Exception {
    String[] words = shell.split(" ", -1);
    assumeTrue(
        new ProcessBuilder("sh", "-c", "command -v " + words[0]).start().waitFor() == 0,
        words[0] + " is not installed");
    Path run = Files.createDirectories(runs.resolve("1-abc/1"));
    Files.writeString(run.resolve("job"), "exec ${bide_run-} sh -c 'echo ran; exit 7'\n");
    Files.createFile(run.resolve("log"));
    Files.writeString(run.resolve("exit"), " ".repeat(64));
    Path script = Files.write(runs.resolve("launcher.sh"), LauncherCommand.resource());

    ProcessBuilder builder = new ProcessBuilder(words);
    builder.command().add(script.toString());
    Process launcher = builder.directory(runs.toFile()).start();
    launcher.getInputStream().close();
    try (OutputStream lines = launcher.getOutputStream()) {
      lines.write("1-abc/1\n".getBytes(UTF_8));
    }

    assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(run.resolve("log")).hasContent("ran\n");
    assertThat(Files.readString(run.resolve("exit"))).startsWith("7 ");
  }
}
