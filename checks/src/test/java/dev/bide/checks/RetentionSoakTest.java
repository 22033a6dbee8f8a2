package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionSoakTest {
  @Test
  void logsStayBelowTheirLimitWhileManyJobsPassThrough() {
    List<String> told = new ArrayList<>();
    boolean kept = new RetentionSoak(2_000, 1_000_000, 2_000).run(told::add);
    assertThat(kept).as(told.toString()).isTrue();
  }
}
