package dev.bide.checks.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A server that has nothing to do.
 *
 * @param residentMegabytes of it, shared pages included
 * @param cpuPercent of one core, over the whole time
 */
record Idle(double residentMegabytes, double cpuPercent) {
  private static final double TICKS_PER_SECOND = 100;

  static Idle of(long pid, Duration time) throws Exception {
    double before = cpuSeconds(pid);
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
    double used = cpuSeconds(pid) - before;
    return new Idle(resident(pid), used / time.toMillis() * 1000 * 100);
  }

  private static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(words[11]) + Long.parseLong(words[12])) / TICKS_PER_SECOND;
  }

  private static double resident(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("no VmRSS of process " + pid);
  }
}
