package dev.bide.runner.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.Leftovers;
import dev.bide.Needed;
import dev.bide.Unhurried;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher script by itself, without any of the code that drives it. */
@ParameterizedClass
@ValueSource(strings = {"/bin/sh", "bash --posix", "busybox sh"})
class LauncherScriptTest {
  @Parameter String shell;

  @TempDir Path home;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final List<Launcher> launchers = new ArrayList<>();
  private LauncherCommand command;
  private ExitChannel exits;
  private int number;

  @BeforeEach
  void open() throws IOException {
    String program = shell.split(" ", -1)[0];
    Needed.check(
        ProgramLookup.find(program, home, RunnerHome.PATH.get("PATH")).executable(),
        program + " is not installed");
    command =
        new LauncherCommand(home.resolve("lib"), RunnerHome.PATH, List.of(shell.split(" ", -1)));
    exits =
        new ExitChannel(home.resolve("exits"), (name, hint) -> said.add(name + " " + hint.kind()));
  }

  @AfterEach
  void close() throws Exception {
    try {
      for (Launcher launcher : launchers) {
        launcher.release();
        assertThat(launcher.process().waitFor(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS))
            .isTrue();
      }
      if (exits != null) {
        exits.close();
      }
    } finally {
      Leftovers.end(home);
    }
  }

  private Launcher launcher() throws IOException {
    Launcher launcher = new Launcher(command.start(home, home.resolve("exits")), null);
    launchers.add(launcher);
    return launcher;
  }

  private String prepared(String script) throws IOException {
    String name = "run" + number++;
    Path directory = Files.createDirectory(home.resolve(name));
    Files.write(directory.resolve("job"), script.getBytes(ISO_8859_1));
    Files.writeString(directory.resolve("exit"), " ".repeat(64));
    return name;
  }

  private static String line(String line) {
    return "exec ${bide_run-} /bin/sh -c '" + line.replace("'", "'\\''") + "'\n";
  }

  private String next() throws InterruptedException {
    String line = said.poll(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS);
    return line == null ? "nothing" : line;
  }

  private String end(String name) throws InterruptedException {
    String line = next();
    return line.equals(name + " STARTED") ? next() : line;
  }

  private String file(String name, String file) throws IOException {
    Path path = home.resolve(name).resolve(file);
    return Files.exists(path) ? new String(Files.readAllBytes(path), ISO_8859_1) : "(missing)";
  }

  @Test
  void everyCodeIsRecordedAsItIs() throws Exception {
    Launcher launcher = launcher();
    String[][] cases = {
      {"exit 0", "0"},
      {"exit 7", "7"},
      {"exit 125", "125"},
      {"exit 255", "255"},
      {"kill -9 $$", "137"},
      {"kill -TERM $$", "143"},
      {"kill 0; exit 3", "143"},
      {"kill -9 0", "137"},
      {"trap \"exit 9\" TERM; kill -TERM 0", "9"}
    };
    for (String[] each : cases) {
      String name = prepared(line(each[0]));
      launcher.send(name);
      assertThat(end(name)).as(each[0]).isEqualTo(name + " ENDED");
      assertThat(file(name, "exit"))
          .as(each[0])
          .startsWith(String.format("%-20s%n", each[1]))
          .hasSize(64);
    }
  }

  @Test
  void theRecordNamesCommandLauncherAndBoot() throws Exception {
    Launcher launcher = launcher();
    String name = prepared(line("cut -d\" \" -f22 /proc/$$/stat; echo $$"));
    launcher.send(name);
    end(name);
    String[] log = file(name, "log").split("\n", -1);
    long ticks = ProcessTable.stat(launcher.process().pid()).orElseThrow().startTicks();
    assertThat(file(name, "pid"))
        .isEqualTo(
            "%s %s %d:%d %s\n"
                .formatted(log[1], log[0], launcher.process().pid(), ticks, Node.here().bootId()));
    assertThat(ProcessRecord.parse(file(name, "pid"))).isInstanceOf(ProcessRecord.Runs.class);
  }

  @Test
  void everyByteThatCanBeInAWordArrives() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int c = 1; c < 256; c++) {
      all.append((char) c);
    }
    String bytes = all.toString();
    String reversed = all.reverse().toString();
    String word = "'" + bytes.replace("'", "'\\''") + "'";
    String other = "'" + reversed.replace("'", "'\\''") + "'";
    for (String language : List.of("C", "C.UTF-8")) {
      String name =
          prepared(
              "export A="
                  + word
                  + "\nexec ${bide_run-} /usr/bin/env 'LC_ALL="
                  + language
                  + "' printf '%s\\0%s\\0%s' "
                  + word
                  + " "
                  + other
                  + " '\u00ff\u00fe\u0081\u0088\u0082'\n");
      Launcher launcher = launcher();
      launcher.send(name);
      end(name);
      assertThat(file(name, "log"))
          .isEqualTo(bytes + "\0" + reversed + "\0" + "\u00ff\u00fe\u0081\u0088\u0082");
      name = prepared("export A=" + word + "\nexec ${bide_run-} cat /proc/self/environ\n");
      launcher.send(name);
      end(name);
      assertThat(file(name, "log")).contains("A=" + bytes + "\0");
    }
  }

  @Test
  void aSecondStartIsRefusedByThisAndByAnotherLauncher() throws Exception {
    Launcher launcher = launcher();
    String name = prepared(line("echo ran; exit 5"));
    launcher.send(name);
    end(name);
    launcher.send(name);
    assertThat(next()).isEqualTo(name + " REFUSED");
    launcher().send(name);
    assertThat(next()).isEqualTo(name + " REFUSED");
    assertThat(file(name, "log")).isEqualTo("ran\n");
    assertThat(file(name, "exit")).startsWith("5 ");
  }

  @Test
  void ofManyLaunchersOneRunsIt() throws Exception {
    List<Launcher> all = List.of(launcher(), launcher(), launcher(), launcher());
    List<String> names = new ArrayList<>();
    for (int round = 0; round < 50; round++) {
      String name = prepared(line("echo ran"));
      names.add(name);
      for (Launcher launcher : all) {
        launcher.send(name);
      }
      await().pollInterval(Duration.ofMillis(2)).until(() -> file(name, "exit").startsWith("0 "));
    }
    for (Launcher launcher : all) {
      launcher.release();
      assertThat(launcher.process().waitFor(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    for (String name : names) {
      assertThat(file(name, "log")).isEqualTo("ran\n");
    }
  }

  @Test
  void betweenServerAndLauncherExactlyOneDecides() throws Exception {
    Launcher launcher = launcher();
    Random random = new Random();
    for (int round = 0; round < 150; round++) {
      String name = prepared(line("echo ran"));
      launcher.send(name);
      long until = System.nanoTime() + random.nextInt(2_000_000);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      boolean won = takeFence(name);
      String end = end(name);
      assertThat(file(name, "log").equals("ran\n")).isNotEqualTo(won);
      assertThat(end).isEqualTo(name + (won ? " REFUSED" : " ENDED"));
    }
  }

  private boolean takeFence(String name) throws IOException {
    Path pid = home.resolve(name).resolve("pid");
    try {
      Files.createFile(pid);
      Files.writeString(pid, ProcessRecord.never("boot"));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Test
  void whenTheServerIsGoneTheAttemptAtHandIsFinished() throws Exception {
    Launcher launcher = launcher();
    String name = prepared(line("while [ ! -e go ]; do sleep 0.02; done; echo end; exit 6"));
    launcher.send(name);
    assertThat(next()).isEqualTo(name + " STARTED");
    launcher.release();
    Files.createFile(home.resolve("go"));
    assertThat(launcher.process().waitFor(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(file(name, "exit")).startsWith("6 ");
    assertThat(file(name, "log")).isEqualTo("end\n");
  }

  @Test
  void whenNobodyListensTheCommandRunsAllTheSame() throws Exception {
    String script = command.script().toString();
    Process deaf =
        new ProcessBuilder(
                "sh", "-c", "exec env --default-signal setsid " + shell + " \"$0\"", script)
            .directory(home.toFile())
            .start();
    deaf.getInputStream().close();
    deaf.getErrorStream().close();
    for (int i = 0; i < 3; i++) {
      String name = prepared(line("echo ran; exit 5"));
      deaf.getOutputStream().write((name + "\n").getBytes(UTF_8));
      deaf.getOutputStream().flush();
      await().until(() -> file(name, "exit").startsWith("5 "));
      assertThat(file(name, "log")).isEqualTo("ran\n");
    }
    deaf.getOutputStream().close();
    assertThat(deaf.waitFor(Unhurried.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aMissingOrRemovedDirectoryDoesNotStopIt() throws Exception {
    Launcher launcher = launcher();
    launcher.send("no-such-run");
    assertThat(next()).isEqualTo("no-such-run ENDED");
    String name = prepared(line("while [ ! -e go ]; do sleep 0.02; done; exit 6"));
    launcher.send(name);
    assertThat(next()).isEqualTo(name + " STARTED");
    for (String file : List.of("job", "log", "pid", "exit", "")) {
      Files.delete(home.resolve(name).resolve(file));
    }
    Files.createFile(home.resolve("go"));
    assertThat(next()).isEqualTo(name + " ENDED");
    String after = prepared(line("exit 3"));
    launcher.send(after);
    assertThat(end(after)).isEqualTo(after + " ENDED");
  }

  @Test
  void aCommandThatRemovesOrSpoilsItsRecordDoesNotHideItsCode() throws Exception {
    Launcher launcher = launcher();
    for (String spoiling : List.of("rm ", "echo 1 2 3 4 >")) {
      String name = prepared("");
      Files.writeString(home.resolve(name).resolve("job"), line(spoiling + name + "/pid; exit 9"));
      launcher.send(name);
      assertThat(end(name)).isEqualTo(name + " ENDED");
    }
  }

  @Test
  void aChildInTheBackgroundDoesNotHoldItAndIsMentioned() throws Exception {
    Launcher launcher = launcher();
    String name = prepared(line("sleep 300 & echo $!"));
    exits.close();
    List<ExitChannel.Hint> hints = new ArrayList<>();
    try (ExitChannel channel =
        new ExitChannel(
            home.resolve("exits"),
            (run, hint) -> {
              synchronized (hints) {
                hints.add(hint);
              }
            })) {
      assertThat(channel).isNotNull();
      launcher.send(name);
      await().until(() -> file(name, "exit").startsWith("0 "));
      await()
          .until(
              () -> {
                synchronized (hints) {
                  return hints.stream().anyMatch(ExitChannel.Hint::left);
                }
              });
    }
  }
}
