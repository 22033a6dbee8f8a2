package dev.bide.checks.failpoints;

/** A step of what a server does with jobs, schedules and notices, at which it can die. */
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

  // ---- what schedules ask for
  /** It is written what is to become of a planned run. */
  PLAN_WRITTEN(When.PLANNING),
  PLAN_COMMITTED(When.PLANNING),
  /** A planned run is a job, which is not announced yet. */
  DECIDE_WRITTEN(When.PLANNING),
  DECIDE_COMMITTED(When.PLANNING),
  /** It is written how far a schedule is. */
  STAND_WRITTEN(When.PLANNING),
  STAND_COMMITTED(When.PLANNING),

  // ---- what people are told
  /** A notice is written, and not sent. */
  TELL_WRITTEN(When.TELLING),
  TELL_COMMITTED(When.TELLING),
  /** A notice was sent, and that is not noted. */
  DELIVER_WRITTEN(When.TELLING),
  DELIVER_COMMITTED(When.TELLING),

  // ---- what goes because it is old
  /** The rows of old jobs are gone and counted, their files are not. */
  SWEPT_WRITTEN(When.SWEEPING),
  SWEPT_COMMITTED(When.SWEEPING),
  /** What is to take the place of a log that is too long is being written. */
  LOG_CUT_HALF(When.SWEEPING),
  /** A log was cut, and that is not noted. */
  LOG_CUT_WRITTEN(When.SWEEPING),
  LOG_CUT_COMMITTED(When.SWEEPING),
  /** The database gives room back. */
  SHRINK_WRITTEN(When.SWEEPING),
  SHRINK_COMMITTED(When.SWEEPING),

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
    /** A schedule plans a run each second. */
    PLANNING,
    /** Somebody wants to be told how jobs end. */
    TELLING,
    /** Jobs and logs are to go. */
    SWEEPING,
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
