package dev.bide.engine.simulation;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The machine: run directories, launchers and processes, which live and die whether or not a server
 * is there. It knows the truth about every attempt.
 */
final class Machine {
  /** Who took the fence of an attempt. */
  enum Fence {
    FREE,
    PROCESS,
    RUNNER
  }

  /** What there is, or was, of an attempt. */
  static final class Run {
    final AttemptId attempt;
    final String boot;
    boolean directory;
    boolean launcher;
    boolean alive;
    boolean recorded;
    boolean signalled;
    boolean commandsFault;
    int begins;

    /** What it wrote in all, and how long its log is now. */
    long written;

    long log;
    Fence fence = Fence.FREE;
    @Nullable Integer code;
    @Nullable ProcessIdentity process;

    Run(AttemptId attempt, String boot) {
      this.attempt = attempt;
      this.boot = boot;
    }

    /** Its exit can be read. */
    boolean exitCanBeRead() {
      return recorded && directory;
    }

    @Override
    public String toString() {
      return attempt
          + (directory ? " directory" : " no directory")
          + (launcher ? " launcher" : "")
          + (alive ? " alive" : "")
          + " begun "
          + begins
          + " code "
          + code
          + (recorded ? " recorded" : "")
          + (fence == Fence.RUNNER ? " fenced off" : "");
    }
  }

  private final Map<AttemptId, Run> runs = new LinkedHashMap<>();
  private int boots = 1;
  private long lastPid = 100;
  int begun;

  String boot() {
    return "boot-" + boots;
  }

  Run run(AttemptId attempt) {
    return runs.computeIfAbsent(attempt, id -> new Run(id, boot()));
  }

  @Nullable Run known(AttemptId attempt) {
    return runs.get(attempt);
  }

  List<Run> all(Predicate<Run> which) {
    List<Run> found = new ArrayList<>();
    for (Run run : runs.values()) {
      if (which.test(run)) {
        found.add(run);
      }
    }
    return found;
  }

  /** Its launcher could make it begin now. */
  static boolean canBegin(Run run) {
    return run.launcher && run.directory && run.fence == Fence.FREE;
  }

  /** It ended, and its launcher has not written so yet. */
  static boolean awaitsRecord(Run run) {
    return run.launcher && run.fence == Fence.PROCESS && !run.alive;
  }

  void begin(Run run) {
    run.fence = Fence.PROCESS;
    run.alive = true;
    run.written = run.attempt.number() % 2 == 0 ? 3_000_000 : 7;
    run.log = run.written;
    run.begins++;
    run.process = new ProcessIdentity(++lastPid, lastPid * 7, boot());
    begun++;
  }

  void end(Run run, int code) {
    run.alive = false;
    run.code = code;
  }

  void record(Run run) {
    run.recorded = run.directory;
    run.launcher = false;
  }

  /** Who was asked to end and has not will not, unless the next server insists. */
  void serverIsGone() {
    runs.values().forEach(run -> run.signalled = false);
  }

  void reboot() {
    boots++;
    for (Run run : runs.values()) {
      run.alive = false;
      run.launcher = false;
    }
  }
}
