package dev.bide.cli;

import dev.bide.Bide;
import dev.bide.Leftovers;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.server.Server;
import dev.bide.server.ServerSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real server in a home of its own, and the command line in this process before it. */
final class Bed implements AutoCloseable {
  /** What a verb said. */
  record Said(int code, String out, String err) {
    /** The only line on standard output. */
    String line() {
      return out.strip();
    }
  }

  /** A test may set the clock far ahead, or take longer than it is until something old goes. */
  private static final Keep ALL =
      new Keep(
          new Limits(Limits.FOREVER, Map.of(), null, null), Map.of(), Keep.DEFAULT_LONGEST_LOG);

  private final Path directory;
  private @Nullable Server server;
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Clock clock;

  private Bed(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
    variables.put("PATH", System.getenv("PATH"));
    variables.put("HOME", directory.toString());
    variables.put("LANG", "C.UTF-8");
    variables.put("MARK", "of the caller");
  }

  static Bed open() throws Exception {
    return open(Clock.systemUTC());
  }

  /** One whose server takes this for the time. */
  static Bed open(Clock clock) throws Exception {
    Bed bed = new Bed(Files.createTempDirectory("bide-cli"), clock);
    try {
      bed.startServer();
      return bed;
    } catch (Exception e) {
      bed.close();
      throw e;
    }
  }

  void startServer() throws Exception {
    server =
        Server.start(
            new ServerSettings(
                home(),
                0,
                List.of(),
                Duration.ofSeconds(5),
                false,
                variables,
                directory.toString(),
                "1.2.3"),
            config -> Bide.open(config.withClock(clock).withKeep(ALL)));
  }

  void stopServer() {
    Server running = server;
    server = null;
    if (running != null) {
      running.close();
    }
  }

  Path directory() {
    return directory;
  }

  Path home() {
    return directory.resolve("home");
  }

  Map<String, String> variables() {
    return variables;
  }

  /** How many are connected to the socket of its server. */
  long connections() throws IOException {
    String bound = home() + "/"; // under another name first
    try (Stream<String> lines = Files.lines(Path.of("/proc/net/unix"))) {
      return lines
          .map(line -> line.strip().split(" +", -1)) // Num RefCount Protocol Flags Type St Inode
          .filter(words -> words.length > 7 && words[7].startsWith(bound))
          .filter(words -> words[5].equals("03"))
          .count();
    }
  }

  /** In a pipe, with nothing on standard input. */
  Said type(String... words) {
    return typeWith("", words);
  }

  /** In a pipe, with this on standard input. */
  Said typeWith(String input, String... words) {
    return type(input, new Console.Terminals(false, false, false, null), words);
  }

  /** At a terminal of 80 columns, at which this is typed when something is asked. */
  Said atTerminal(String input, String... words) {
    return type(input, new Console.Terminals(true, true, true, 80), words);
  }

  private Said type(String input, Console.Terminals terminals, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            err,
            terminals,
            variables);
    Caller caller = new Caller(variables, List.of(), directory.toString(), 027);
    Settings.Source settings =
        (asker, home, port) -> new Settings(home(), null, List.of(), Duration.ofSeconds(5));
    int code = new Cli(console, caller, settings, new NoServerProgram()).run(List.of(words));
    return new Said(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Starts no server: the bed has one. */
  static final class NoServerProgram implements ServerProgram {
    @Override
    public List<String> commandLine(Path home) throws IOException {
      throw new IOException("this test has a server of its own");
    }

    @Override
    public Path unusedFile(Path home) throws IOException {
      throw new IOException("this test has a server of its own");
    }

    @Override
    public List<String> asStarted() {
      return List.of("/opt/bide");
    }

    @Override
    public int serve(Serving serving) throws Trouble {
      throw new Trouble("not here");
    }

    @Override
    public Maintenance maintenance() {
      return new dev.bide.app.HomeMaintenance();
    }

    @Override
    public String version() {
      return "1.2.3";
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Server running = server;
      if (running != null) {
        running.stop(true);
      }
    } finally {
      // a test that failed between two servers left its jobs
      Leftovers.end(directory);
      Leftovers.delete(directory);
    }
  }
}
