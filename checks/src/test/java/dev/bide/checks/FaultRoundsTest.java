package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link FaultRounds}; the long ones are run by hand. */
@Timeout(240)
class FaultRoundsTest {
  private static final Duration CALM = Duration.ofMillis(400);

  @Test
  void nothingIsLostOrRunTwiceWhenTheServerIsKilledUnderLoad() {
    run(new FaultRounds(1, 20, 3, 8, 10, CALM, List.of(Fault.KILL), 2433));
  }

  @Test
  void nothingIsLostOrRunTwiceWhateverElseHappensToTheServer() {
    run(new FaultRounds(1, 6, 3, 8, 10, CALM, List.of(Fault.values()), 2434));
  }

  private static void run(FaultRounds rounds) {
    List<String> told = new ArrayList<>();
    assertThat(rounds.run(told::add)).as(String.join("\n", told)).isTrue();
  }
}
