package dev.bide.server.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetriesTest {
  @Test
  void pausesGrowAndEndAboutADayAfterTheFirstTry() {
    Duration all = Duration.ZERO;
    Duration last = Duration.ZERO;
    int tries = 1;
    for (Optional<Duration> pause = Retries.pauseAfter(tries, 0);
        pause.isPresent();
        pause = Retries.pauseAfter(++tries, 0)) {
      assertThat(pause.get()).isGreaterThanOrEqualTo(last);
      last = pause.get();
      all = all.plus(last);
    }

    assertThat(Retries.pauseAfter(1, 0)).contains(Duration.ofSeconds(5));
    assertThat(all).isBetween(Duration.ofHours(20), Duration.ofHours(24));
  }

  @Test
  void upToAFifthIsAdded() {
    assertThat(Retries.pauseAfter(1, 1)).contains(Duration.ofSeconds(6));
  }
}
