package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The short form of the check of schedules. */
class ScheduleRoundsTest {
  @Test
  void no_planned_instant_runs_twice_or_is_lost_over_kills_of_the_server() {
    ScheduleRounds rounds =
        new ScheduleRounds(1, 3, Duration.ofSeconds(2), ThreadLocalRandom.current().nextLong());
    assertThat(rounds.run(System.out::println)).as(rounds.toString()).isTrue();
  }
}
