package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.failpoints.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link FailpointRounds}; pairs of steps take half an hour, by hand. */
@Timeout(400)
class FailpointsTest {
  private static final Set<Step.When> BESIDE_JOBS =
      EnumSet.of(Step.When.PLANNING, Step.When.TELLING, Step.When.SWEEPING);

  @Test
  void nothingIsLostOrRunTwiceWhicheverStepTheServerDiesAt() {
    holds(step -> !BESIDE_JOBS.contains(step.when()));
  }

  @Test
  void whatIsPlannedToldAndSweptIsWholeWhicheverStepTheServerDiesAt() {
    holds(step -> BESIDE_JOBS.contains(step.when()));
  }

  private static void holds(Predicate<Step> which) {
    List<List<Step>> plans =
        FailpointRounds.singles().stream().filter(plan -> which.test(plan.get(0))).toList();
    List<String> told = new ArrayList<>();
    // a round mostly waits for its jobs: more lanes than cores
    FailpointRounds rounds = new FailpointRounds(plans, 4, 1, 2433);
    assertThat(rounds.run(told::add)).as(String.join("\n", told)).isTrue();
  }
}
