package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * Where a check takes place: a directory of its own with a home, and outside that home the ledger
 * and the script of its jobs. One server at a time. Closing it ends every process of the home and
 * deletes everything.
 */
public final class Ground implements AutoCloseable {
  private final Path directory;
  private final Path script;
  private Path jar;
  private final Ledger ledger;
  private final NoticeLedger told;
  private Function<LoadJob, List<String>> rules = job -> List.of();
  private final int port;
  private List<String> wrapper = List.of();
  private @Nullable String command;
  private boolean quick;
  private int[] accepted = {200, 201};
  private @Nullable BideServer server;
  private int gates;

  /** For Ctrl+C and a test that takes too long: no server outlives who started it. */
  private final Thread lastResort = new Thread(this::giveUp);

  private volatile boolean closed;

  /**
   * A new one with an empty home.
   *
   * @param parent where its directory is made
   */
  public Ground(Path parent) {
    try {
      jar = findJar();
      directory = Files.createTempDirectory(parent, "bide-check-").toRealPath();
      ledger = new Ledger(directory.resolve("ledger"));
      told = new NoticeLedger(directory.resolve("told"));
      script = Files.writeString(directory.resolve("load.sh"), LoadJob.SCRIPT);
      port = freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      Runtime.getRuntime().addShutdownHook(lastResort);
    } catch (IllegalStateException theProgramEnds) {
      delete();
      throw theProgramEnds;
    }
  }

  /** A new one where temporary files belong. */
  public Ground() {
    this(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  /** Where everything is; the home is in it. */
  public Path directory() {
    return directory;
  }

  /** The home. */
  public Path home() {
    return directory.resolve("home");
  }

  /** The port of every server here. */
  public int port() {
    return port;
  }

  /** What the jobs noted. */
  public Ledger ledger() {
    return ledger;
  }

  /** What the commands noted that people are told by. */
  NoticeLedger told() {
    return told;
  }

  /** Each later load job comes with these rules of who is told what. */
  void notify(Function<LoadJob, List<String>> newRules) {
    rules = newRules;
  }

  /** Every later server is started with this as its {@code bide.toml}. */
  void configure(String toml) {
    try {
      Path file = directory.resolve("config/bide/bide.toml");
      Files.createDirectories(file.getParent());
      Files.writeString(file, toml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server that was launched last. */
  public BideServer server() {
    if (server == null) {
      throw new IllegalStateException("no server was launched");
    }
    return server;
  }

  /** A new one, closed. */
  Gate gate() {
    return new Gate(directory.resolve("gate-" + ++gates));
  }

  /** Asks the server things. */
  public Client client() {
    return server().client();
  }

  /** Launches a server and returns at once. */
  public BideServer launch(String... options) {
    server = launch("output", List.of(options));
    return server;
  }

  /** Every server is started by {@link QuickStart}, and not from the copy that its home has. */
  public Ground quick() {
    quick = true;
    return this;
  }

  /** Puts the program into the home, as the first launch does otherwise. */
  void prepare() {
    command = printCommand();
  }

  /** Launches a server and waits until it answers. */
  public BideServer serve(String... options) {
    return launch(options).awaitReady();
  }

  /** Launches another server on the same home and port, which is expected to end by itself. */
  BideServer launchApart() {
    return launch("output-apart", List.of());
  }

  private BideServer launch(String output, List<String> options) {
    if (command == null) {
      command = quick ? QuickStart.join(QuickStart.program()) : printCommand();
    }
    if (closed) {
      throw new IllegalStateException("closed");
    }
    return BideServer.launch(wrapper, command, home(), port, directory.resolve(output), options);
  }

  /** What starts the program from its copy in the home, as {@code ./bide} asks for it. */
  private String printCommand() {
    return Commands.run(
        List.of(
            Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
            "-jar",
            jar.toString(),
            "--home",
            home().toString(),
            "serve",
            "--print-command"));
  }

  /** Whether later servers are started with the archive of classes, where there is one. */
  public void useArchive(boolean use) {
    String printed = printCommand();
    command = use ? printed : printed.replaceAll("-XX:SharedArchiveFile=\\S+", "");
  }

  /** Every later server is started by these words; and asked anew for what starts the program. */
  public void wrap(List<String> words) {
    wrapper = List.copyOf(words);
    command = null;
  }

  /**
   * Every later server is started from a copy of the program, which {@link #upgrade} may change.
   */
  void install() {
    try {
      Path directory = Files.createDirectories(this.directory.resolve("installation"));
      jar = Files.copy(jar, directory.resolve("bide.jar"));
      command = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts another program in the place of that copy, into the same file, as a rebuild does. */
  void upgrade(String version) {
    try {
      ByteArrayOutputStream rebuilt = new ByteArrayOutputStream();
      try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
        Manifest manifest = in.getManifest();
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
        try (JarOutputStream out = new JarOutputStream(rebuilt, manifest)) {
          for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            out.putNextEntry(new ZipEntry(entry.getName()));
            in.transferTo(out);
          }
        }
      }
      Files.write(jar, rebuilt.toByteArray());
      command = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command line of the program on this home. */
  ProcessBuilder program(String... words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-jar",
                jar.toString(),
                "--home",
                home().toString()));
    all.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(all);
    builder.environment().keySet().removeIf(name -> name.startsWith("BIDE_"));
    builder.environment().put("XDG_CONFIG_HOME", directory.resolve("config").toString());
    return builder;
  }

  /**
   * Every later server is started so.
   *
   * @param words in the syntax of sh; a verb and its options are added
   */
  void startWith(String words) {
    command = words;
  }

  /** What was accepted without an answer may be gone when it is asked for again. */
  void jobsGoSoon() {
    accepted = new int[] {200, 201, 410};
  }

  /** Submits a load job; empty when no answer came or the server was too busy. */
  public Optional<JsonNode> submit(LoadJob job) {
    return ask(job)
        .filter(answer -> answer.status() != 503)
        .map(answer -> answer.expect(accepted).json());
  }

  /** What the server answers to the submit of a load job; empty when nothing. */
  Optional<Client.Answer> ask(LoadJob job) {
    Map<String, Object> request = new HashMap<>();
    request.put("command", job.command(script, ledger.file()));
    request.put("directory", directory.toString());
    request.put("name", job.ticket());
    List<String> notify = rules.apply(job);
    if (!notify.isEmpty()) {
      request.put("notify", notify);
    }
    return client().send("POST", "/api/v1/jobs", request, Map.of("Idempotency-Key", job.ticket()));
  }

  /** The number of a load job that must be accepted at once. */
  public long mustSubmit(LoadJob job) {
    return submit(job)
        .orElseThrow(() -> new IllegalStateException("no answer to " + job))
        .get("number")
        .asLong();
  }

  /** Waits until no job waits or runs. */
  public void awaitAllEnded(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      JsonNode open =
          client()
              .get("/api/v1/jobs?state=PENDING,RUNNING&limit=5")
              .orElseThrow(() -> new IllegalStateException("no answer"))
              .expect(200)
              .json()
              .get("jobs");
      if (open.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("jobs do not end, the newest of them: " + open);
      }
      BideServer.pause(Duration.ofMillis(50));
    }
  }

  /** Every process that lives and belongs to this home. */
  public List<ProcessTable.Entry> processes() {
    return ProcessTable.of(home());
  }

  /** Waits until no process of this home is left; answers those that stayed. */
  public List<ProcessTable.Entry> awaitNoProcess(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    List<ProcessTable.Entry> left = processes();
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      BideServer.pause(Duration.ofMillis(50));
      left = processes();
    }
    return left;
  }

  /** Ends the server that was launched last, if there is one, and waits until it is gone. */
  void endServer() {
    if (server != null) {
      server.close();
    }
  }

  private void giveUp() {
    closed = true;
    ProcessTable.endAll(home());
    delete(); // whoever was at work here may still be: what it makes meanwhile stays
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(lastResort);
    } catch (IllegalStateException itRuns) {
      return;
    }
    closed = true;
    try {
      endServer();
    } finally {
      ProcessTable.endAll(home());
    }
    delete();
  }

  private void delete() {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The top directory of the repository. */
  public static Path root() {
    Path here = Path.of("").toAbsolutePath();
    for (Path root = here; root != null; root = root.getParent()) {
      if (Files.isDirectory(root.resolve("checks")) && Files.isDirectory(root.resolve("app"))) {
        return root;
      }
    }
    throw new IllegalStateException("not inside the repository: " + here);
  }

  /** The program, as Maven has built it. */
  static Path findJar() {
    Path jar = root().resolve("app/target/bide.jar");
    if (!Files.isReadable(jar)) {
      throw new IllegalStateException(jar + " is missing: mvn -pl app -am package makes it");
    }
    return jar;
  }

  /** Below the range from which the kernel takes ports for outgoing connections. */
  private static int freePort() throws IOException {
    BindException last = new BindException("no port tried");
    for (int tries = 0; tries < 100; tries++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        last = taken;
      }
    }
    throw last;
  }
}
