package dev.bide.runner.process;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The process of an attempt that its run directory names: known also where it wears no mark. */
public final class RecordedProcess {
  private RecordedProcess() {}

  /**
   * The process that an attempt's command became, while it runs on this host.
   *
   * @param runs the directory of all runs
   * @return empty too where it was recorded before the host was started again
   * @throws IOException when the record cannot be read
   */
  public static Optional<ProcessIdentity> alive(Path runs, AttemptId attempt) throws IOException {
    if (new RunDirectory(runs, attempt).record() instanceof ProcessRecord.Runs recorded
        && recorded.process().bootId().equals(Node.here().bootId())
        && recorded.commandAlive()) {
      return Optional.of(recorded.process());
    }
    return Optional.empty();
  }
}
