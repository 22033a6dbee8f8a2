package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link Pause}; {@code ./bide-checks pause} is the long one. */
@Timeout(240)
class PauseTest {
  @Test
  void aServerThatStoodStillTellsTheTruthOfWhatEndedMeanwhile() {
    List<String> told = new ArrayList<>();
    boolean kept = new Pause(Duration.ofSeconds(1)).run(told::add);
    assertThat(kept).as(String.join("\n", told)).isTrue();
  }
}
