package dev.bide.runner.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a launcher is started on this machine: with default signals, in a session of its own, from a
 * copy of the script that no upgrade touches (a shell reads a script while it runs it). Found out
 * once. Immutable.
 */
final class LauncherCommand {
  private static final Logger LOG = LoggerFactory.getLogger(LauncherCommand.class);

  private static final String OWN_SESSION =
      "$SIG{$_}='DEFAULT' for keys %SIG; setsid; exec {$ARGV[0]} @ARGV; exit 127";

  private final Path directory;
  private final List<String> words;
  private final Map<String, String> environment;
  private final Path script;

  /**
   * Copies the script and finds out what the machine offers.
   *
   * @param directory where the copy goes
   * @param environment the whole environment of the launcher
   * @param shell the shell that runs it
   * @throws IOException when the copy cannot be made, or the machine lacks setsid and perl
   */
  LauncherCommand(Path directory, Map<String, String> environment, List<String> shell)
      throws IOException {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
    this.script = install(directory);
    this.words = new ArrayList<>(prefix());
    words.addAll(shell);
    words.add(script.toString());
  }

  /** The copy that runs. */
  Path script() {
    return script;
  }

  /** Starts one: reads run directories from its input, below {@code runs}, and speaks to a FIFO. */
  Process start(Path runs, Path fifo) throws IOException {
    if (!Files.exists(script)) {
      LOG.warn("{} is gone: making it again", script);
      install(directory);
    }
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.directory(runs.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(fifo.toFile()));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return builder.start();
  }

  private List<String> prefix() throws IOException {
    String path = environment.get("PATH");
    Path anywhere = Path.of("/");
    boolean setsid = ProgramLookup.find("setsid", anywhere, path).executable();
    boolean perl = ProgramLookup.find("perl", anywhere, path).executable();
    if (setsid && defaultSignals()) {
      return List.of("env", "--default-signal", "setsid");
    }
    if (perl) {
      LOG.info("no `env --default-signal setsid` here: perl starts the launchers instead");
      return List.of("perl", "-MPOSIX=setsid", "-e", OWN_SESSION);
    }
    if (setsid) {
      LOG.warn(
          "this machine's env has no --default-signal: jobs ignore the signals this server"
              + " ignores (GNU coreutils 8.31 or perl would cure it)");
      return List.of("setsid");
    }
    throw new IOException(
        "cannot start jobs: neither setsid (util-linux) nor perl is on the PATH " + path);
  }

  private boolean defaultSignals() {
    try {
      ProcessBuilder builder = new ProcessBuilder("env", "--default-signal", "true");
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      Process process = builder.start();
      process.getOutputStream().close();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The script, in a file named after what is in it. */
  private static Path install(Path directory) throws IOException {
    byte[] content = resource();
    Path script = directory.resolve("launcher-1-" + hash(content) + ".sh");
    if (Files.isRegularFile(script) && Arrays.equals(Files.readAllBytes(script), content)) {
      return script;
    }
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path unfinished =
        Files.createTempFile(
            directory,
            "launcher",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(unfinished, content);
    try {
      Files.move(unfinished, script, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(unfinished, script, StandardCopyOption.REPLACE_EXISTING);
    }
    return script;
  }

  static byte[] resource() {
    try (InputStream in =
        Objects.requireNonNull(LauncherCommand.class.getResourceAsStream("launcher.sh"))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest).substring(0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
