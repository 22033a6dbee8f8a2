package dev.bide.engine.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a simulation. What it concerns is chosen when it is done, by the dice, among what
 * there is then; so a history stays one when some of its actions are left out.
 */
record Action(Kind kind, int dice) {

  /** What can happen, and how often beside the others. */
  enum Kind {
    // people
    SUBMIT(10, false),
    SUBMIT_AGAIN(4, false),
    CANCEL(5, false),
    RETRY(6, false),
    REMOVE(2, false),
    SLOTS(2, false),
    PAUSE(1, false),
    RESUME(2, false),
    DRAIN(1, true),
    // the server
    TURN(24, false),
    ANSWER(6, false),
    PREPARE(10, false),
    LOOK(6, false),
    TELL(12, false),
    TELL_ALL(4, false),
    TELL_AGAIN(4, true),
    STOP(1, true),
    CRASH(2, true),
    KILL_IN_COMMIT(2, true),
    KILL_IN_ACTION(2, true),
    // the machine
    BEGIN(10, false),
    END(8, false),
    RECORD(8, false),
    MACHINES_FAULT(3, true),
    COMMANDS_FAULT(2, true),
    KILL_PROCESS(1, true),
    KILL_LAUNCHER(2, true),
    LOSE_DIRECTORY(3, true),
    OUT_OF_REACH(1, true),
    REBOOT(1, true),
    CLOCK(3, true),
    LOW_DISK(1, true),
    // the store
    COMMIT_FAILS(2, true),
    ANSWER_IS_LOST(3, true),
    REFUSED(1, true),
    STATEMENT_FAILS(2, true),
    READ_FAILS(1, true),
    STAYS_DOWN(1, true);

    final int weight;
    final boolean trouble;

    Kind(int weight, boolean trouble) {
      this.weight = weight;
      this.trouble = trouble;
    }
  }

  /** One of these, or null when there is none. */
  <T> @Nullable T pick(List<T> from) {
    return from.isEmpty() ? null : from.get(dice % from.size());
  }

  /** Further dice, independent enough of the first. */
  int more(int sides) {
    return Math.floorMod(((dice ^ 0x5bd1e995) * 0x9e3779b1) >>> 8, sides);
  }
}
