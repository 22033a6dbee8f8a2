package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.malformed.Malformed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link Malformed}; {@code ./bide-checks malformed} is the long one. */
@Timeout(240)
class MalformedTest {
  private static final long SEED = Long.getLong("bide.malformed.seed", 2433);
  private static final int REQUESTS = 1_000;

  @Test
  void nothingThatCanBeSentMakesTheServerFailHangOrGrow() {
    List<String> told = new ArrayList<>();
    List<String> findings = new Malformed(REQUESTS, SEED, 0, false).run(told::add).findings();
    told.forEach(System.out::println);
    assertThat(findings).as(String.join("\n", told)).isEmpty();
  }
}
