package dev.bide.runner;

import static java.util.stream.Collectors.joining;

import dev.bide.job.ProcessIdentity;
import java.util.List;

/** In words for people: the processes that are still there of an attempt. */
public final class Remaining {
  private static final int MOST = 10;

  private Remaining() {}

  /** They do not end, whatever was done. */
  public static String doNotEnd(List<ProcessIdentity> processes) {
    return (processes.size() == 1
            ? "1 process of it does not end, even by SIGKILL: "
            : processes.size() + " processes of it do not end, even by SIGKILL: ")
        + pids(processes);
  }

  /** They go on. */
  public static String areRunning(List<ProcessIdentity> processes) {
    return (processes.size() == 1
            ? "1 process of it is still running: "
            : processes.size() + " processes of it are still running: ")
        + pids(processes);
  }

  private static String pids(List<ProcessIdentity> processes) {
    return processes.stream()
            .limit(MOST)
            .map(one -> Long.toString(one.pid()))
            .collect(joining(", "))
        + (processes.size() > MOST ? ", …" : "");
  }
}
