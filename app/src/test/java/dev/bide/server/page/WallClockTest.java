package dev.bide.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class WallClockTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  @Test
  void times_that_are_compared_all_have_their_year_where_one_is_of_another() {
    assertThat(
            WallClock.inMessage(
                "2026-12-31T23:00:00Z is after the end, 2026-01-01T22:59:59Z: nothing",
                BERLIN,
                NOW))
        .isEqualTo("Fri 1 Jan 2027 00:00 is after the end, Thu 1 Jan 2026 23:59:59: nothing");
    assertThat(WallClock.inMessage("2026-12-02T01:00:00Z: nothing", BERLIN, NOW))
        .isEqualTo("Wed 2 Dec 02:00: nothing");
  }
}
