package dev.bide.engine.simulation;

import dev.bide.store.StoreDown;

/** What goes wrong next in the model of the store; nothing, unless the simulation says so. */
final class StoreFaults {
  /** What becomes of a transaction. */
  enum Fault {
    /** It is refused before any work. */
    REFUSED,
    /** The commit fails and nothing is kept. */
    COMMIT_FAILS,
    /** The commit is kept, but nobody hears so. */
    ANSWER_IS_LOST,
    /** The server is killed just before the commit. */
    KILLED_BEFORE,
    /** The server is killed just after the commit. */
    KILLED_AFTER
  }

  /** The server is killed in the middle of what it does: no part of it may catch this. */
  static final class ServerKilled extends Error {
    private static final long serialVersionUID = 1L;

    ServerKilled(String when) {
      super(when, null, false, false);
    }
  }

  private Fault[] next = {};
  private int statementsLeft = -1;
  private int readsLeft = -1;
  private int recoveriesThatFail;
  private int happened;

  void next(Fault fault) {
    next = new Fault[] {fault};
  }

  void failStatement(int after) {
    statementsLeft = after;
  }

  void failRead(int after) {
    readsLeft = after;
  }

  void failRecoveries(int times) {
    recoveriesThatFail = times;
  }

  /** From now on nothing goes wrong. */
  void heal() {
    next = new Fault[] {};
    statementsLeft = -1;
    readsLeft = -1;
    recoveriesThatFail = 0;
  }

  int happened() {
    return happened;
  }

  /** True once, if this is what happens now. */
  boolean strikes(Fault fault) {
    if (next.length == 0 || next[0] != fault) {
      return false;
    }
    next = new Fault[] {};
    happened++;
    return true;
  }

  void statement() {
    if (statementsLeft >= 0 && statementsLeft-- == 0) {
      happened++;
      throw down("a statement failed", false);
    }
  }

  void read() {
    if (readsLeft >= 0 && readsLeft-- == 0) {
      happened++;
      throw down("the disk cannot be read", false);
    }
  }

  void recovery() {
    if (recoveriesThatFail > 0) {
      recoveriesThatFail--;
      happened++;
      throw down("the disk still says no", false);
    }
  }

  static StoreDown down(String message, boolean outcomeUnknown) {
    return new StoreDown(message, outcomeUnknown, null);
  }
}
