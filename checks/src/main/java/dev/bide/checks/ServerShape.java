package dev.bide.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a server takes at an instant, as the kernel says.
 *
 * @param memoryKb resident
 * @param poolThreads those that answer requests
 * @param otherThreads all others
 * @param files open ones
 */
public record ServerShape(long memoryKb, int poolThreads, int otherThreads, int files) {
  /** Closed connections have been noticed by then. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  /** All threads. */
  public int threads() {
    return poolThreads + otherThreads;
  }

  /** Looks. */
  public static ServerShape of(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    int pool = 0;
    int others = 0;
    try (var tasks = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path task : tasks) {
        String name = nameOf(task);
        if (name != null && name.startsWith("http-")) {
          pool++;
        } else if (name != null) {
          others++;
        }
      }
    }
    long memory =
        Files.readAllLines(process.resolve("status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElse(0);
    try (var files = Files.list(process.resolve("fd"))) {
      return new ServerShape(memory, pool, others, (int) files.count());
    }
  }

  /** What its live objects take: after a collection of the others, which it is asked for. */
  public static long liveHeapKb(long pid) {
    String jcmd = Path.of(System.getProperty("java.home", ""), "bin", "jcmd").toString();
    String histogram =
        Commands.run(List.of(jcmd, Long.toString(pid), "GC.class_histogram")).strip();
    String[] total = histogram.substring(histogram.lastIndexOf('\n') + 1).strip().split(" +", -1);
    if (!total[0].equals("Total")) {
      throw new IllegalStateException("no histogram: " + histogram);
    }
    return Long.parseLong(total[2]) >> 10;
  }

  /** How many threads there are of each name, without the numbers in it. */
  public static Map<String, Integer> threadNames(long pid) throws IOException {
    Map<String, Integer> names = new TreeMap<>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path task : tasks) {
        String name = nameOf(task);
        if (name != null) {
          names.merge(name.strip().replaceAll("[0-9]+", ""), 1, Integer::sum);
        }
      }
    }
    return names;
  }

  private static @Nullable String nameOf(Path task) {
    try {
      return Files.readString(task.resolve("comm"));
    } catch (IOException ended) {
      return null;
    }
  }

  /** Once closed connections have been noticed, and threads that live for that alone have ended. */
  public static ServerShape settled(
      long pid, ServerShape before, int moreFiles, int moreOtherThreads) throws IOException {
    long deadline = System.nanoTime() + SETTLING.toNanos();
    ServerShape now = of(pid);
    while ((now.files() > before.files() + moreFiles
            || now.otherThreads() > before.otherThreads() + moreOtherThreads)
        && System.nanoTime() < deadline) {
      BideServer.pause(Duration.ofMillis(50));
      now = of(pid);
    }
    return now;
  }

  @Override
  public String toString() {
    return "%d KB, %d+%d threads, %d files".formatted(memoryKb, poolThreads, otherThreads, files);
  }
}
