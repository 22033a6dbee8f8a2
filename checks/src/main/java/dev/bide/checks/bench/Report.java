package dev.bide.checks.bench;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What was measured, as a part of a Markdown document between two marks. Told as it grows. */
final class Report {
  private static final String BEGIN = "<!-- measured: begin -->";
  private static final String END = "<!-- measured: end -->";

  private final StringBuilder text = new StringBuilder();

  Report(String command, Path directory) throws IOException {
    add("Measured on %s by `%s`.\n\n".formatted(LocalDate.now(ZoneOffset.UTC), command));
    add("- machine: " + machine() + "\n");
    add("- Java: " + System.getProperty("java.runtime.version") + "\n");
    FileStore store = Files.getFileStore(directory);
    add("- file system: %s on %s\n".formatted(store.type(), store.name()));
    add("- load of the machine before: " + firstWord("/proc/loadavg") + "\n");
  }

  void heading(String heading, String explanation) {
    add("\n### " + heading + "\n\n" + explanation + "\n\n");
  }

  void row(String... cells) {
    add("| " + String.join(" | ", cells) + " |\n");
  }

  void target(String target) {
    add("\nAim: " + target + ".\n");
  }

  /** Says something to who waits, and only to him. */
  void tell(String line) {
    System.err.println(line);
  }

  private void add(String more) {
    System.out.print(more);
    System.out.flush();
    text.append(more);
  }

  /** Replaces what stands between the marks. */
  void writeInto(Path document) throws IOException {
    String old =
        Files.exists(document)
            ? Files.readString(document)
            : "# Performance\n\n" + BEGIN + "\n" + END + "\n";
    int begin = old.indexOf(BEGIN);
    int end = old.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(document + " lacks the marks " + BEGIN + " and " + END);
    }
    Files.writeString(document, old.substring(0, begin) + BEGIN + "\n" + text + old.substring(end));
  }

  private static String machine() throws IOException {
    String processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown processor");
    String memory = Files.readAllLines(Path.of("/proc/meminfo")).get(0).replaceAll("[^0-9]", "");
    return "%d cores of %s, %d GB, Linux %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            processor,
            Math.round(Long.parseLong(memory) / 1e6),
            System.getProperty("os.version"));
  }

  private static String firstWord(String file) throws IOException {
    return Files.readString(Path.of(file)).split(" ", 2)[0];
  }
}
