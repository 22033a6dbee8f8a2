package dev.bide.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kernel's own word on which processes live, by {@code /proc}. */
public final class ProcessTable {
  private ProcessTable() {}

  /**
   * A process that belongs to a home.
   *
   * @param pid its process id
   * @param cookie of the attempt it belongs to, or null for a launcher or a server
   * @param commandLine for people
   */
  public record Entry(long pid, @Nullable String cookie, String commandLine) {}

  /** Every process whose environment, command line or directory names this home. */
  public static List<Entry> of(Path home) {
    List<Entry> found = new ArrayList<>();
    String variable = "BIDE_HOME=" + home;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        List<String> environment = strings(process.resolve("environ"));
        String command = String.join(" ", strings(process.resolve("cmdline")));
        boolean itsOwn = environment.contains(variable) || command.contains(home.toString());
        if (itsOwn && !command.isEmpty()) {
          found.add(
              new Entry(
                  Long.parseLong(process.getFileName().toString()),
                  environment.contains(variable)
                      ? environment.stream()
                          .filter(value -> value.startsWith("BIDE_JOB_ATTEMPT_ID="))
                          .map(value -> value.substring("BIDE_JOB_ATTEMPT_ID=".length()))
                          .findFirst()
                          .orElse(null)
                      : null,
                  command));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /**
   * A process that runs.
   *
   * @param pid its process id
   * @param directory where it is; empty where that cannot be known
   * @param environment its variables, {@code NAME=value}
   * @param commandLine for people
   */
  record Living(long pid, Path directory, List<String> environment, String commandLine) {
    @Override
    public String toString() {
      return pid + " " + commandLine;
    }
  }

  /** Every process that runs. One whose first thread has ended is looked at by its others. */
  static List<Living> living() {
    List<Living> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        Path thread = livingThread(process);
        if (thread != null) {
          found.add(
              new Living(
                  Long.parseLong(process.getFileName().toString()),
                  directoryOf(thread),
                  strings(thread.resolve("environ")),
                  String.join(" ", strings(thread.resolve("cmdline")))));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Null when there is none: it has ended, or waits to be reaped. */
  private static @Nullable Path livingThread(Path process) {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path thread : threads) {
        String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
        if ("ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0) {
          return thread;
        }
      }
    } catch (IOException | DirectoryIteratorException ended) {
      return null;
    }
    return null;
  }

  private static Path directoryOf(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd"));
    } catch (IOException goneOrNotOurs) {
      return Path.of("");
    }
  }

  /** kill -9, whoever it is. */
  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** The processes of jobs alone. */
  public static List<Entry> ofJobs(Path home) {
    return of(home).stream().filter(entry -> entry.cookie() != null).toList();
  }

  /** Ends every process of this home, and what they start meanwhile. */
  public static void endAll(Path home) {
    for (int round = 0; round < 100 && !of(home).isEmpty(); round++) {
      for (Entry entry : of(home)) {
        ProcessHandle.of(entry.pid()).ifPresent(ProcessHandle::destroyForcibly);
      }
      BideServer.pause(Duration.ofMillis(20));
    }
  }

  /** Whether this process lives; a zombie does not. */
  public static boolean lives(long pid) {
    return !strings(Path.of("/proc", Long.toString(pid), "cmdline")).isEmpty();
  }

  private static List<String> strings(Path file) {
    try {
      String all = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return all.isEmpty() ? List.of() : List.of(all.split("\0", -1));
    } catch (IOException goneOrNotOurs) {
      return List.of();
    }
  }
}
