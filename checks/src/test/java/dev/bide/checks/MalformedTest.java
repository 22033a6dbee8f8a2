package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.malformed.Malformed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link Malformed}. */
@Timeout(120)
class MalformedTest {
  @Test
  void nothingThatCanBeSentMakesTheServerFailHangOrGrow() {
    List<String> told = new ArrayList<>();
    assertThat(new Malformed(10_000, 2433, 0, false).run(told::add).findings())
        .as(String.join("\n", told))
        .isEmpty();
  }
}
