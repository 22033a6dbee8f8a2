package dev.bide.cli;

import dev.bide.api.Fields;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The server that {@code server.json} tells of.
 *
 * @param pid its process, or null where that is not said
 * @param startTicks by which the process is told from a later one of the same number
 * @param bootId of the time that the machine has been up when it started
 * @param port on which it answers whoever has the token
 * @param socket its Unix socket, or null
 */
record Announced(
    @Nullable Long pid,
    @Nullable Long startTicks,
    @Nullable String bootId,
    int port,
    @Nullable Path socket) {
  static Announced of(Fields server) {
    String socket = server.text("socket");
    return new Announced(
        server.longOrNull("pid"),
        server.longOrNull("startTicks"),
        server.text("bootId"),
        (int) server.number("port"),
        socket == null ? null : Path.of(socket));
  }

  /** True while its process is there: another server may have its port by now. */
  boolean lives() {
    if (pid == null || ProcessHandle.of(pid).isEmpty()) {
      return false;
    }
    String boot = MachineFile.text(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    if (bootId != null && !boot.isEmpty() && !boot.equals(bootId)) {
      return false;
    }
    // field 22 (proc(5)); the name in field 2 may hold blanks
    String stat = MachineFile.text(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (firstThreadEnded(fields) && !otherThreadsGoOn(fields)) {
      return false; // it was killed, and whoever started it has not looked yet
    }
    return startTicks == null
        || fields.length <= 19
        || fields[19].equals(Long.toString(startTicks));
  }

  private static boolean firstThreadEnded(String[] fields) {
    return fields[0].equals("Z") || fields[0].equals("X");
  }

  /** The kernel shows a process as a zombie as soon as its first thread has ended. */
  private static boolean otherThreadsGoOn(String[] fields) {
    // field 20, in which the first one is counted even when it has ended
    return fields.length > 17 && !fields[17].equals("0") && !fields[17].equals("1");
  }

  /** Where it should answer, in words. */
  String ways() {
    String tcp = "at http://127.0.0.1:" + port;
    return socket == null ? "not " + tcp : "neither at its socket " + socket + " nor " + tcp;
  }
}
