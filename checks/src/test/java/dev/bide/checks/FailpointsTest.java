package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link FailpointRounds}; pairs of steps take half an hour, by hand. */
@Timeout(400)
class FailpointsTest {
  @Test
  void nothingIsLostOrRunTwiceWhicheverStepTheServerDiesAt() {
    List<String> told = new ArrayList<>();
    // a round mostly waits for its jobs: more lanes than cores
    FailpointRounds rounds = new FailpointRounds(FailpointRounds.singles(), 4, 1, 2433);
    assertThat(rounds.run(told::add)).as(String.join("\n", told)).isTrue();
  }
}
