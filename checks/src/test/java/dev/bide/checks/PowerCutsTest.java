package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of {@link PowerCuts}; {@code ./bide-checks power} is the long one. */
@Timeout(180)
class PowerCutsTest {
  @Test
  void whatWasToldBeforeThePowerWentIsStillTrueWhenItIsBack() {
    LoopDisk.missing().ifPresent(what -> Needed.check(false, what));
    List<String> told = new ArrayList<>();
    boolean kept = new PowerCuts(3, 3, 4, 6, 20, 2435).run(told::add);
    assertThat(kept).as(String.join("\n", told)).isTrue();
  }
}
