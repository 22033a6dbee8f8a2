package dev.bide.checks;

import dev.bide.checks.LoadJob.Fate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One life of a server on a disk with a fault: it starts on an empty home, runs jobs and ends. Then
 * one on a good disk takes over, and everything is counted.
 */
final class IoErrorRound extends StubbornClient implements AutoCloseable {
  /** As many as a new home has. */
  private static final int SLOTS = 3;

  private final IoFault fault;
  private final Path report;
  private final Map<String, LoadJob> accepted = new TreeMap<>();
  private final List<String> findings = new ArrayList<>();
  private boolean ready;
  private @Nullable String said;

  IoErrorRound(IoFault fault, Path library) {
    super(new Ground().quick());
    this.fault = fault;
    this.report = ground().directory().resolve("report");
    ground().wrap(fault.words(library, ground().home(), report));
  }

  /**
   * What came of it.
   *
   * @param failed which calls; none when there were fewer
   * @param said how a server that could not start explained itself, or null when none had to
   */
  record Result(IoFault fault, List<String> failed, @Nullable String said, Verdict verdict) {}

  /** Runs it with so many jobs. */
  Result run(int jobs) {
    ground().launch();
    awaitReady();
    ready = true;
    drive(jobs);
    ground().server().signal("TERM");
    int code = ground().server().awaitEnd();
    if (code != 0 && !died(code)) {
      findings.add("told to end, the server ended with " + code);
    }
    restart();
    awaitReady();
    awaitAllEnded();
    Verdict verdict = Checker.check(ground(), accepted, new HashSet<>(), SLOTS);
    ground().server().signal("TERM");
    ground().server().awaitEnd();
    List<ProcessTable.Entry> left = ground().awaitNoProcess(Duration.ofSeconds(20));
    if (!left.isEmpty()) {
      findings.add("processes are left: " + left);
    }
    String printed = ground().server().printed();
    if (printed.contains("\tat ")) {
      findings.add("the server printed: " + printed);
    }
    return new Result(fault, IoFault.failed(report), said, verdict.plus(Verdict.found(findings)));
  }

  private void drive(int jobs) {
    List<Long> retried = new ArrayList<>();
    List<Long> removed = new ArrayList<>();
    List<Long> cancelled = new ArrayList<>();
    Fate[] fates = {
      Fate.ENDS, Fate.REMOVED, Fate.RETRIED, Fate.CANCELLED, Fate.CANNOT_START, Fate.ENDS
    };
    for (int index = 0; index < jobs; index++) {
      Fate fate = fates[index % fates.length];
      String seconds = fate == Fate.CANCELLED ? "60" : "0.2";
      LoadJob job = new LoadJob("job-" + index, seconds, 20, index % 3 == 0 ? 7 : 0, fate);
      accepted.put(job.ticket(), job);
      long number = submit(job);
      switch (fate) {
        case RETRIED -> retried.add(number);
        case REMOVED -> removed.add(number);
        case CANCELLED -> cancelled.add(number);
        default -> {}
      }
    }
    cancelled.forEach(this::cancel);
    retried.forEach(this::retry);
    removed.forEach(this::remove);
    awaitAllEnded();
  }

  private boolean died(int code) {
    return fault.error() == IoFault.Failure.KILL && code == 137;
  }

  /** A start that fails must say why; once ready, only a kill may end it. */
  @Override
  void startAgain() {
    int code = ground().server().awaitEnd();
    String printed = ground().server().printed();
    String last = printed.lines().reduce("", (before, line) -> line);
    boolean refused = !ready && code == 1 && last.startsWith("bide: ");
    if (said != null || !(died(code) || refused)) {
      throw new IllegalStateException(
          "the server ended with %d, %s: %s"
              .formatted(code, ready ? "after it was ready" : "before it was ready", printed));
    }
    said = died(code) ? "killed" : last.replace(ground().home().toString(), "HOME");
    restart();
  }

  /** On a good disk. */
  private void restart() {
    ground().wrap(List.of());
    ground().launch();
  }

  /** What the round met, for people. */
  List<String> failed() {
    return IoFault.failed(report);
  }

  @Override
  public void close() {
    ground().close();
  }
}
