package dev.bide.checks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code bide serve} as a process of its own, started and ended from outside. */
public final class BideServer implements AutoCloseable {
  private final Process process;
  private final Path output;
  private final Client client;

  private BideServer(Process process, Path output, Client client) {
    this.process = process;
    this.output = output;
    this.client = client;
  }

  /**
   * Starts it and returns at once.
   *
   * @param wrapper words that run the words after them, or none
   * @param command starts the program, as {@code serve --print-command} says it
   * @param options more words for {@code serve}
   */
  static BideServer launch(
      List<String> wrapper,
      String command,
      Path home,
      int port,
      Path output,
      List<String> options) {
    List<String> words = new ArrayList<>(wrapper);
    // A signal that this process was made to ignore would be ignored by the server too.
    words.addAll(List.of("env", "--default-signal", "LC_ALL=C.UTF-8", "sh", "-c"));
    words.addAll(List.of("command=$1; shift; eval \"exec $command \\\"\\$@\\\"\"", "sh", command));
    words.addAll(List.of("serve", "--port", Integer.toString(port)));
    words.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(words);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("BIDE_"));
    environment.put("BIDE_HOME", home.toString());
    environment.put("XDG_CONFIG_HOME", home.resolveSibling("config").toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.redirectInput(new File("/dev/null"));
    try {
      Process process = builder.start();
      Client client = new Client(URI.create("http://127.0.0.1:" + port), home.resolve("token"));
      return new BideServer(process, output, client);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks it things. */
  public Client client() {
    return client;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean lives() {
    return process.isAlive();
  }

  /**
   * Waits until it answers.
   *
   * @throws IllegalStateException when it ended instead or took too long, with what it printed
   */
  public BideServer awaitReady() {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      if (client.healthy()) {
        return this;
      }
      pause(Duration.ofMillis(20));
    }
    throw new IllegalStateException(
        (process.isAlive() ? "the server is not ready: " : "the server ended: ") + printed());
  }

  /** What it printed until now, this and every server before it on the same home. */
  public String printed() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** kill -9, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Sends it a signal by name: TERM, INT, STOP, CONT. */
  public void signal(String name) {
    Commands.run(List.of("kill", "-s", name, Long.toString(process.pid())));
  }

  /** How many bytes of address space it has; 0 when it has ended. */
  long memory() {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmSize:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException ended) {
      return 0;
    }
  }

  /**
   * Gives it no more address space than that from now on, what it has already included.
   *
   * @param bytes a number or {@code unlimited}; others keep their hard limit
   * @return false when it has ended
   */
  boolean limitMemory(String bytes) {
    List<String> words =
        List.of("prlimit", "--pid", Long.toString(pid()), "--as=" + bytes + ":unlimited");
    Commands.Result result = Commands.result(words);
    if (result.code() != 0 && lives()) {
      throw new IllegalStateException(words + ": " + result.printed());
    }
    return result.code() == 0;
  }

  /** Waits until it has ended; answers its exit code. */
  public int awaitEnd() {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server does not end: " + printed());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it, whatever it is doing. */
  @Override
  public void close() {
    if (process.isAlive()) {
      signal("CONT");
      kill();
    }
  }

  /** Lets time pass: the harness acts at instants, and has no signal to wait for between them. */
  static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
