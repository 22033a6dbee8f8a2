package dev.bide.cli;

import dev.bide.api.HomeFiles;
import dev.bide.job.ProcessMarks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * A server that a verb started: in a session of its own, in {@code /}, with default signals,
 * nothing to read, and {@code server.log} to write to, so that it outlives its starter.
 */
final class StartedServer {
  private static final int LINES_TO_SHOW = 10;
  private static final String ANOTHER_HOME = ": choose another (--home or BIDE_HOME)";

  private final Process process;
  private final HomeFiles files;
  private final long logStart;

  private StartedServer(Process process, HomeFiles files, long logStart) {
    this.process = process;
    this.files = files;
    this.logStart = logStart;
  }

  static StartedServer start(HomeFiles files, Caller caller, ServerProgram program) throws Trouble {
    try {
      makeHome(files.home());
      Path log = files.serverLog();
      if (!Files.exists(log)) {
        makePrivate(log);
      }
      long logStart = Files.size(log);
      List<String> words = new ArrayList<>(detached(caller));
      words.addAll(program.commandLine(files.home()));
      words.addAll(List.of("serve", "--home", files.home().toString(), "--background"));
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.directory(Path.of("/").toFile());
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      Path environment = program.unusedFile(files.home());
      makePrivate(environment);
      Map<String, String> variables = builder.environment();
      variables.keySet().removeIf(name -> name.startsWith("BIDE_JOB_"));
      variables.put(Caller.ENVIRONMENT_FILE, environment.toString());
      variables.put("LC_ALL", "C.UTF-8");
      variables.put(ProcessMarks.SERVER, "1");
      try {
        Files.write(environment, caller.environmentForServer());
        return new StartedServer(builder.start(), files, logStart);
      } catch (IOException | RuntimeException e) { // not an Error: the server may run by then
        Files.deleteIfExists(environment);
        throw e;
      }
    } catch (IOException e) {
      throw new Trouble("the server cannot be started: " + e.getMessage(), e);
    }
  }

  /** Made with its modes at once: there is no moment in which others can look in. */
  private static void makeHome(Path home) throws IOException {
    if (Files.isDirectory(home)) {
      return;
    }
    try {
      Path parent = home.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(
          home,
          PosixFilePermissions.asFileAttribute(
              EnumSet.of(
                  PosixFilePermission.OWNER_READ,
                  PosixFilePermission.OWNER_WRITE,
                  PosixFilePermission.OWNER_EXECUTE)));
    } catch (java.nio.file.FileAlreadyExistsException e) {
      if (!Files.isDirectory(home)) {
        throw new IOException(home + " is no directory" + ANOTHER_HOME, e);
      }
    } catch (IOException e) {
      throw new IOException("home " + home + " cannot be made: " + why(e) + ANOTHER_HOME, e);
    }
  }

  /** Java names the file and leaves out what is wrong with it. */
  private static String why(IOException e) {
    String reason = e instanceof FileSystemException one ? one.getReason() : e.getMessage();
    if (reason != null) {
      return reason;
    } else if (e instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    return e instanceof AccessDeniedException ? "permission denied" : e.toString();
  }

  private static void makePrivate(Path file) throws IOException {
    try {
      Files.createFile(
          file,
          PosixFilePermissions.asFileAttribute(
              EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
    } catch (java.nio.file.FileAlreadyExistsException e) {
      // another start was quicker
    }
  }

  /** The words in front that give it a session of its own and default signals. */
  private static List<String> detached(Caller caller) {
    String path = caller.variables().getOrDefault("PATH", "/usr/bin:/bin");
    List<String> words = new ArrayList<>();
    if (Programs.find("setsid", path) != null) {
      words.addAll(List.of("setsid"));
    }
    if (Programs.understandsDefaultSignal(path)) {
      words.addAll(0, List.of("env", "--default-signal"));
    }
    return words;
  }

  /** True when its process has ended with a failure. */
  boolean failed() {
    return !process.isAlive() && process.exitValue() != 0;
  }

  /** True when it ended because another server has the home. */
  boolean lostTheRace() {
    return !process.isAlive() && process.exitValue() == ServerProgram.HOME_IS_TAKEN;
  }

  /** What was written to the log since it was started: one line, or the last of several. */
  String said() {
    try (RandomAccessFile log = new RandomAccessFile(files.serverLog().toFile(), "r")) {
      long start = Math.max(logStart, log.length() - (16 << 10));
      byte[] bytes = new byte[(int) Math.max(0, log.length() - start)];
      log.seek(start);
      log.readFully(bytes);
      List<String> lines =
          new String(bytes, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - LINES_TO_SHOW), lines.size());
      if (last.size() == 1 && last.get(0).startsWith("bide: ")) {
        return " " + last.get(0).substring("bide: ".length());
      }
      return last.isEmpty() ? " (it said nothing)" : "\n  " + String.join("\n  ", last);
    } catch (IOException e) {
      return " (" + files.serverLog() + " cannot be read: " + e.getMessage() + ")";
    }
  }
}
