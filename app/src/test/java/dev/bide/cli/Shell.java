package dev.bide.cli;

import dev.bide.Leftovers;
import dev.bide.api.Fields;
import dev.bide.api.HomeFiles;
import dev.bide.api.Json;
import dev.bide.job.CommandLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A home of its own and a shell in which {@code bide} is the program; ends all that it started. */
final class Shell implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(90);

  /** What a line of the shell said. */
  record Said(int code, String out, String err) {}

  /** A line that runs. */
  record Running(Process process, Path out, Path err) {
    String outSoFar() {
      return read(out);
    }

    String errSoFar() {
      return read(err);
    }

    Said end() {
      try {
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("still running; it said " + outSoFar() + errSoFar());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
      return new Said(process.exitValue(), outSoFar(), errSoFar());
    }

    /** Asks until it has said this. */
    void awaitOut(String text) {
      Awaitility.await().atMost(LONGEST).until(() -> outSoFar().contains(text));
    }

    void awaitErr(String text) {
      Awaitility.await().atMost(LONGEST).until(() -> errSoFar().contains(text));
    }

    /** Sends it a signal, as a terminal or a person would. */
    void signal(String name) throws Exception {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    private static String read(Path file) {
      try {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      } catch (IOException e) {
        return "";
      }
    }
  }

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private int lines;

  Shell() throws IOException {
    directory = Files.createTempDirectory("bide-shell");
  }

  Path directory() {
    return directory;
  }

  Path home() {
    return directory.resolve("home");
  }

  /** The words that start the program. */
  static String program() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Djava.util.logging.config.file=/dev/null"));
    if (Runtime.version().feature() >= 24) {
      words.add("--enable-native-access=ALL-UNNAMED"); // what the manifest of the jar says
    }
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.bide.app.Main"));
    return CommandLine.join(words);
  }

  /** Runs a line of sh in which {@code bide} is the program, to its end. */
  Said type(String line) throws IOException {
    return start(line).end();
  }

  Running start(String line) throws IOException {
    return start(line, Map.of());
  }

  /** Starts a line with some variables more; the program replaces the shell where it can. */
  Running start(String line, Map<String, String> variables) throws IOException {
    lines++;
    Path out = directory.resolve("out" + lines);
    Path err = directory.resolve("err" + lines);
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            "-c",
            "bide() { "
                + program()
                + " \"$@\"; }; ebide() { exec "
                + program()
                + " \"$@\"; }; "
                + line);
    builder.directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("BIDE_") || name.startsWith("XDG_"));
    environment.put("BIDE_HOME", home().toString());
    environment.put("HOME", directory.toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.putAll(variables);
    builder.redirectOutput(out.toFile());
    builder.redirectError(err.toFile());
    Process process = builder.start();
    processes.add(process);
    return new Running(process, out, err);
  }

  /** The process of the server that runs, or null. */
  @Nullable Long server() {
    try {
      Fields server = Fields.of(Json.read(Files.readAllBytes(new HomeFiles(home()).serverJson())));
      Long pid = server.longOrNull("pid");
      return pid != null && ProcessHandle.of(pid).isPresent() ? pid : null;
    } catch (IOException | Json.Malformed e) {
      return null;
    }
  }

  /** As a power cut would, but for the jobs. */
  void killServer() throws Exception {
    Long pid = server();
    if (pid == null) {
      throw new AssertionError("no server runs");
    }
    ProcessHandle handle = ProcessHandle.of(pid).orElseThrow();
    handle.destroyForcibly();
    handle.onExit().get(LONGEST.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    try {
      if (server() != null) {
        type("bide stop --kill-jobs");
      }
      Long left = server();
      if (left != null) {
        throw new AssertionError("the server " + left + " did not stop");
      }
    } finally {
      for (Process process : processes) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      // a server that was killed left its jobs and launchers
      Leftovers.end(directory);
      Leftovers.delete(directory);
    }
  }
}
