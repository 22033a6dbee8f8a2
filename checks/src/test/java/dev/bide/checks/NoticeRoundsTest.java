package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The short form of the check of notices. */
class NoticeRoundsTest {
  @Test
  void everybody_is_told_of_everything_that_happened_over_kills_of_the_server() {
    NoticeRounds rounds = new NoticeRounds(1, 2, 8, 1, ThreadLocalRandom.current().nextLong());
    assertThat(rounds.run(System.out::println)).as(rounds.toString()).isTrue();
  }
}
