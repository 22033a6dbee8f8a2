package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link LongJob}. */
@Timeout(240)
class LongJobTest {
  @Test
  void aJobRunsThroughRestartsAndAnUpgradeOfTheServer() {
    List<String> told = new ArrayList<>();
    LongJob.Outcome outcome = new LongJob(2, 2026).run(told::add);
    assertThat(outcome.findings()).as(String.join("\n", told)).isEmpty();
    assertThat(outcome.lines()).isPositive();
  }
}
