package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link Output}. */
@Timeout(240)
class OutputTest {
  @Test
  void muchAndBadOutputIsKeptAsItIsAndCostsTheServerNoMemory() {
    Map<Output.Kind, Long> bytes = new LinkedHashMap<>();
    bytes.put(Output.Kind.LINES, 24L << 20); // more than a million
    bytes.put(Output.Kind.LINE, 100L << 20);
    bytes.put(Output.Kind.RANDOM, 20L << 20);
    bytes.put(Output.Kind.NO_TEXT, 20L << 20);
    List<String> told = new ArrayList<>();
    assertThat(new Output(bytes).run(told::add).findings()).as(String.join("\n", told)).isEmpty();
  }
}
