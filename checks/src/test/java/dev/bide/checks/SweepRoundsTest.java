package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The short form of the check of sweeps. */
class SweepRoundsTest {
  @Test
  void what_is_old_goes_whole_and_nothing_else_over_kills_of_the_server() {
    SweepRounds rounds = new SweepRounds(1, 2, 8, ThreadLocalRandom.current().nextLong());
    assertThat(rounds.run(System.out::println)).as(rounds.toString()).isTrue();
  }
}
