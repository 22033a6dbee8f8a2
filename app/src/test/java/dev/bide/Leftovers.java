package dev.bide;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * What a test leaves behind when it fails halfway: servers, launchers and jobs that know its
 * directory by their command line, environment or working directory.
 */
public final class Leftovers {
  private Leftovers() {}

  /** Ends every process of the directory, and waits until none is left. */
  public static void end(Path directory) {
    Awaitility.await("no process of " + directory)
        .pollDelay(Duration.ZERO)
        .atMost(Unhurried.LONG)
        .until(
            () -> {
              List<ProcessHandle> left = of(directory);
              left.forEach(ProcessHandle::destroyForcibly);
              return left.isEmpty();
            });
  }

  /** The processes of the directory but for this one. */
  public static List<ProcessHandle> of(Path directory) {
    Pattern named = Pattern.compile(Pattern.quote(directory.toString()) + "(?![0-9A-Za-z])");
    long self = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != self && belongs(process.pid(), named, directory))
        .toList();
  }

  private static boolean belongs(long pid, Pattern named, Path directory) {
    Path process = Path.of("/proc/" + pid);
    return named.matcher(text(process.resolve("environ"))).find()
        || named.matcher(text(process.resolve("cmdline"))).find()
        || worksIn(process.resolve("cwd"), directory);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended, or is somebody else's
    }
  }

  private static boolean worksIn(Path link, Path directory) {
    try {
      return Files.readSymbolicLink(link).startsWith(directory);
    } catch (IOException e) {
      return false;
    }
  }

  /** Deletes the directory with all that is in it. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
