package dev.bide.job;

/** Variables in the environment by which a process of Bide is known, whoever its parent is. */
public final class ProcessMarks {
  /** In every process of an attempt: its {@link AttemptId#cookie}. */
  public static final String ATTEMPT = "BIDE_JOB_ATTEMPT_ID";

  /**
   * With the value 1 in a server that a command line has started. Stopping a job spares it and what
   * it runs, though it may be the job's child.
   */
  public static final String SERVER = "BIDE_IS_SERVER";

  private ProcessMarks() {}
}
