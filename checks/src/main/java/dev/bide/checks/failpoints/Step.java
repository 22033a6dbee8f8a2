package dev.bide.checks.failpoints;

/** A step between the acceptance of a job and its removal, at which the server can die. */
public enum Step {
  // ---- in the store: written in a transaction, which is then lost; or committed, and not yet said
  /** Before a transaction begins. */
  BEGINNING(When.WORKING),
  INSERT_WRITTEN(When.WORKING),
  ACCEPT_WRITTEN(When.WORKING),
  INSERT_COMMITTED(When.WORKING),
  ASSIGN_WRITTEN(When.WORKING),
  ASSIGN_COMMITTED(When.WORKING),
  STARTED_WRITTEN(When.WORKING),
  STARTED_COMMITTED(When.WORKING),
  STOPPING_WRITTEN(When.WORKING),
  STOPPING_COMMITTED(When.WORKING),
  FINISH_WRITTEN(When.WORKING),
  FINISH_COMMITTED(When.WORKING),
  END_WRITTEN(When.WORKING),
  END_COMMITTED(When.WORKING),
  RETRY_WRITTEN(When.WORKING),
  RETRY_COMMITTED(When.WORKING),
  REMOVE_WRITTEN(When.WORKING),
  REMOVE_COMMITTED(When.WORKING),
  /** An attempt that was never prepared is put back. */
  WITHDRAW_WRITTEN(When.WITHDRAWING),
  WITHDRAW_COMMITTED(When.WITHDRAWING),
  /** Those who asked have their answers, those who listen are being told. */
  ANSWERED(When.WORKING),

  // ---- at the runner
  START_ASKED(When.WORKING),
  START_RETURNED(When.WORKING),
  /** Another thread begins to prepare the start. */
  PREPARING(When.WORKING),
  /** Before and after the engine is told what the runner saw. */
  STARTED_HEARD(When.WORKING),
  STARTED_TOLD(When.WORKING),
  EXITED_HEARD(When.WORKING),
  EXITED_TOLD(When.WORKING),
  NOT_STARTED_HEARD(When.WORKING),
  NOT_STARTED_TOLD(When.WORKING),
  /** A cancel has looked whether an exit is recorded. */
  EXIT_LOOKED_FOR(When.WORKING),
  STOP_ASKED(When.WORKING),
  STOP_RETURNED(When.WORKING),
  REMOVE_ASKED(When.WORKING),
  REMOVE_RETURNED(When.WORKING),

  // ---- on the disk, as seen from outside: what the runner and the launcher do between two steps
  DIRECTORY_THERE(When.WORKING),
  SCRIPT_THERE(When.WORKING),
  /** All is ready for a launcher, which is told next. */
  BLANK_EXIT_THERE(When.WORKING),
  /** The launcher has taken the fence. */
  FENCE_THERE(When.WORKING),
  /** The fence names the process. */
  PID_RECORDED(When.WORKING),
  EXIT_RECORDED(When.WORKING),
  FILES_REMOVED(When.WORKING),

  // ---- at start and end
  STORE_OPENED(When.STARTING),
  ADOPT_ASKED(When.STARTING),
  ADOPT_RETURNED(When.STARTING),
  SWEEP_RETURNED(When.STARTING),
  /** It begins to listen. */
  SOCKET_THERE(When.STARTING),
  RUNNER_CLOSING(When.CLOSING),
  STORE_CLOSING(When.CLOSING),
  STORE_CLOSED(When.CLOSING);

  /** What has to happen for a server to pass it. */
  public enum When {
    /** Clients ask for things. */
    WORKING,
    /** It starts. */
    STARTING,
    /** It starts after one that died at {@link #ASSIGN_COMMITTED}. */
    WITHDRAWING,
    /** It is told to end. */
    CLOSING
  }

  private final When when;

  Step(When when) {
    this.when = when;
  }

  /** What has to happen for a server to pass it. */
  public When when() {
    return when;
  }
}
