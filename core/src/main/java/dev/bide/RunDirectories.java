package dev.bide;

import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import dev.bide.runner.process.RecordedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What the run directories of a home say that nobody has open. */
public final class RunDirectories {
  private RunDirectories() {}

  /**
   * The process that an attempt's command became, while it runs on this host: known also where it
   * has wiped its environment, and so wears no mark.
   *
   * @param runs the directory of all runs
   * @throws IOException when the record cannot be read
   */
  public static Optional<ProcessIdentity> alive(Path runs, AttemptId attempt) throws IOException {
    return RecordedProcess.alive(runs, attempt);
  }
}
