package dev.bide.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.engine.Engine;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The promises, over thousands of histories. {@code -Dbide.simulation.seeds=100000} tries more of
 * them, {@code -Dbide.simulation.from=N} others; a seed that fails names itself.
 */
class SimulationTest {
  private static final Logger ENGINES = Logger.getLogger(Engine.class.getName());

  @BeforeAll
  static void letEnginesBeSilent() {
    ENGINES.setLevel(Level.OFF);
  }

  @AfterAll
  static void letEnginesSpeak() {
    ENGINES.setLevel(null);
  }

  @Test
  void noSeedBreaksAPromise() {
    long from = Long.getLong("bide.simulation.from", 1);
    long seeds = Long.getLong("bide.simulation.seeds", 2_000);
    Coverage coverage = new Coverage();
    long began = System.nanoTime();
    for (long seed = from; seed < from + seeds; seed++) {
      holds(Plan.of(seed), coverage);
    }
    System.out.printf(
        "simulation from seed %d, %.1f s: %s%n", from, (System.nanoTime() - began) / 1e9, coverage);
  }

  @Test
  void aSeedDecidesEverything() {
    Plan plan = Plan.of(7);
    Story first = new Story(true);
    Story second = new Story(true);
    Simulation.run(plan, first, new Coverage());
    Simulation.run(plan, second, new Coverage());

    assertThat(second.lines()).isEqualTo(first.lines()).hasSizeGreaterThan(20);
  }

  @Test
  void aHistoryThatIsWrittenDownIsTheSameWhenItIsRead() {
    Plan plan = Plan.of(7);

    assertThat(Plan.kept(plan.toString())).isEqualTo(plan);
  }

  // ---- what it found

  @Test
  void anAttemptThatIsPutBackAndAssignedAgainInOneTurnIsForgotten() {
    holds("2 deferred late SUBMIT:176396557 TURN:0 MACHINES_FAULT:860090658");
  }

  @Test
  void anAttemptThatEndedInACommitWithoutAnAnswerIsForgotten() {
    holds(
        """
        14 at-once early SUBMIT:514996381 TURN:0 MACHINES_FAULT:368544665 ANSWER_IS_LOST:0
        TELL:850477175 TURN:0
        """);
  }

  @Test
  void aDrainThatIsSaidToHaveFailedIsNotInForce() {
    holds("11 at-once early ANSWER_IS_LOST:0 SUBMIT:376171124 DRAIN:0 TURN:0");
  }

  @Test
  void aCancelThatWasCommittedWithoutAnAnswerIsCarriedOut() {
    holds("207 deferred early SUBMIT:735036211 TURN:0 ANSWER_IS_LOST:0 CANCEL:834504390 TURN:0");
  }

  @Test
  void whoAskedBehindSomethingLargeIsAnsweredWhenAServerStopsWhoseStoreIsDown() {
    holds(
        """
        3950 deferred early STATEMENT_FAILS:889884242 TURN:183325267
        COMMANDS_FAULT:916784501 STAYS_DOWN:644150331 SUBMIT:783362482 STOP:727082924
        """);
  }

  @Test
  void whoIsToldOfACommitWithoutAnAnswerIsToldOnceTheStoreIsBack() {
    holds(
        """
        124 at-once early SUBMIT:501151494 TURN:338242543 ANSWER_IS_LOST:200282629
        CANCEL:334864258 TURN:618190345
        """);
  }

  private static void holds(String history) {
    holds(Plan.kept(history), new Coverage());
  }

  private static void holds(Plan plan, Coverage coverage) {
    Breach breach = Simulation.run(plan, new Story(false), coverage);
    if (breach != null) {
      throw new AssertionError(Shrinking.report(plan, breach));
    }
  }
}
