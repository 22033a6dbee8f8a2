package dev.bide.runner.process;

import dev.bide.job.ProcessIdentity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the file {@code pid} of a run directory says: who decided whether the attempt runs. Its
 * first writer decides, for ever.
 */
sealed interface ProcessRecord {

  /** Nobody decided yet. */
  record Absent() implements ProcessRecord {}

  /** Somebody made the file, but the line is not there, or not whole. */
  record Unfinished() implements ProcessRecord {}

  /** A server decided: it never ran and never will. */
  record NeverRuns() implements ProcessRecord {}

  /**
   * The attempt's own process decided: it runs, or did.
   *
   * @param process the command
   * @param launcher the launcher that waits for it, or null when it did not say
   */
  record Runs(ProcessIdentity process, @Nullable ProcessIdentity launcher)
      implements ProcessRecord {

    /** True while the command or its launcher is there. */
    boolean anyAlive() {
      return commandAlive() || launcherAlive();
    }

    /** True while somebody waits for the command, who will record how it ended. */
    boolean launcherAlive() {
      return launcher != null && ProcessTable.runs(launcher.pid(), launcher.startTicks());
    }

    boolean commandAlive() {
      return ProcessTable.runs(process.pid(), process.startTicks());
    }
  }

  /** Third word of the line a server writes, where a launcher's identity would stand. */
  String SERVER = "server";

  /** The line by which a server says that the attempt never runs. */
  static String never(String bootId) {
    return "0 0 " + SERVER + " " + bootId + "\n";
  }

  /** Reads the content of the file: {@code PID TICKS LAUNCHERPID:TICKS BOOT}. */
  static ProcessRecord parse(String content) {
    int end = content.indexOf('\n');
    if (end < 0) {
      return new Unfinished();
    }
    String[] words = content.substring(0, end).split(" ", -1);
    if (words.length != 4) {
      return new Unfinished();
    }
    if (words[2].equals(SERVER)) {
      return new NeverRuns();
    }
    Optional<ProcessIdentity> process = identity(words[0], words[1], words[3]);
    String[] launcher = words[2].split(":", -1);
    if (process.isEmpty()) {
      return new Unfinished();
    }
    return new Runs(
        process.get(),
        launcher.length == 2 ? identity(launcher[0], launcher[1], words[3]).orElse(null) : null);
  }

  private static Optional<ProcessIdentity> identity(String pid, String ticks, String bootId) {
    try {
      return Optional.of(new ProcessIdentity(Long.parseLong(pid), Long.parseLong(ticks), bootId));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
