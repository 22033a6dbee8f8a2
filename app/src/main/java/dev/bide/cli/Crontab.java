package dev.bide.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The caller's crontab. All lines but Bide's own stay as they are, to the byte. */
final class Crontab {
  /** What programs named crontab say when there is none: Vixie's, cronie's, busybox's. */
  private static final Pattern NONE =
      Pattern.compile("(?i)no crontab for|can't open '|can't open \"");

  private static final Set<String> DAEMONS = Set.of("cron", "crond", "fcron");

  private final Map<String, String> environment;
  private final Path home;

  /** The line is that of this home. */
  Crontab(Caller caller, Path home) {
    environment = new LinkedHashMap<>(caller.variables());
    environment.put("LC_ALL", "C");
    this.home = home;
  }

  private record Contents(String text, @Nullable String trouble) {}

  private Contents read() {
    Programs.Answer answer = Programs.ask(environment, List.of("crontab", "-l"), new byte[0]);
    if (answer.code() == 0) {
      return new Contents(answer.out(), null);
    } else if (answer.code() == 127) {
      return new Contents("", "there is no crontab");
    }
    // any other failure must not be taken for an empty crontab, which would then be written over
    return new Contents(
        "", NONE.matcher(answer.err()).find() ? null : "crontab -l: " + answer.why());
  }

  /** Why it cannot be used, or null. */
  @Nullable String missing() {
    return read().trouble();
  }

  /** Its line of this home, or null. */
  @Nullable String line() {
    return read().text().lines().filter(this::isOurs).findFirst().orElse(null);
  }

  private boolean isOurs(String line) {
    return BootCommand.isCronLine(
        new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8), home);
  }

  /** Adds the line of this home, or changes the one that is there. */
  void put(String line) throws Trouble {
    String others = others(read());
    String begin = others.isEmpty() || others.endsWith("\n") ? others : others + "\n";
    String ours = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    write(begin + ours + "\n");
  }

  /** Takes the line of this home away; a crontab that held nothing else goes with it. */
  void remove() throws Trouble {
    String others = others(read());
    if (!others.isEmpty()) {
      write(others);
      return;
    }
    Programs.Answer answer = Programs.ask(environment, List.of("crontab", "-r"), new byte[0]);
    if (answer.code() != 0) {
      throw new Trouble("crontab -r failed: " + answer.why());
    }
  }

  private String others(Contents contents) throws Trouble {
    if (contents.trouble() != null) {
      throw new Trouble(contents.trouble());
    }
    StringBuilder kept = new StringBuilder();
    for (String line : contents.text().split("(?<=\n)", -1)) {
      if (!isOurs(line.endsWith("\n") ? line.substring(0, line.length() - 1) : line)) {
        kept.append(line);
      }
    }
    return kept.toString();
  }

  private void write(String text) throws Trouble {
    Programs.Answer answer =
        Programs.ask(
            environment, List.of("crontab", "-"), text.getBytes(StandardCharsets.ISO_8859_1));
    if (answer.code() != 0) {
      throw new Trouble("crontab does not take the line: " + answer.why());
    }
  }

  /** True when a process is seen that would read it. */
  static boolean isServed() {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        boolean ended =
            MachineFile.text(process.resolve("cmdline")).isEmpty(); // and not waited for
        if (!ended && DAEMONS.contains(MachineFile.text(process.resolve("comm")).strip())) {
          return true;
        }
      }
    } catch (IOException e) {
      // no such file system: nothing is seen
    }
    return false;
  }
}
