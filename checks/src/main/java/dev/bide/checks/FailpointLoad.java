package dev.bide.checks;

import dev.bide.checks.LoadJob.Fate;
import dev.bide.checks.failpoints.Step;
import java.util.Map;

/**
 * Seven jobs that take a server through every step: one that runs over the deaths, one that is
 * stopped, one that is cancelled while it waits, one that fails, one that is retried, one that is
 * removed and one that cannot start.
 */
final class FailpointLoad {
  private final MortalServer server;
  private final Map<String, LoadJob> accepted;
  private final String prefix;

  FailpointLoad(MortalServer server, Map<String, LoadJob> accepted, String prefix) {
    this.server = server;
    this.accepted = accepted;
    this.prefix = prefix;
  }

  /**
   * Drives all of them to their end.
   *
   * @param oneRuns done when the first of them runs
   */
  void run(Runnable oneRuns) {
    LoadJob over = job("over", "1.2", 40, 0, Fate.ENDS);
    server.submit(over);
    server.awaitStart(over);
    oneRuns.run();
    LoadJob stopped = job("stopped", "60", 4, 0, Fate.CANCELLED);
    long stoppedNumber = server.submit(stopped);
    server.awaitStart(stopped);
    long waiting = server.submit(job("waiting", "60", 4, 0, Fate.CANCELLED)); // two slots are taken
    server.cancel(waiting);
    server.cancel(stoppedNumber);
    server.submit(job("fails", "0.1", 10, 7, Fate.ENDS));
    long again = server.submit(job("again", "0", 4, 5, Fate.RETRIED));
    long gone = server.submit(job("gone", "0", 4, 0, Fate.REMOVED));
    server.submit(job("cannot", "0", 0, 0, Fate.CANNOT_START));
    if (server.next().filter(step -> step.when() == Step.When.CLOSING).isPresent()) {
      server.terminate();
    }
    server.retry(again);
    server.remove(gone);
    server.awaitAllEnded();
  }

  private LoadJob job(String name, String seconds, int lines, int code, Fate fate) {
    LoadJob job = new LoadJob(prefix + name, seconds, lines, code, fate);
    accepted.put(job.ticket(), job);
    return job;
  }
}
