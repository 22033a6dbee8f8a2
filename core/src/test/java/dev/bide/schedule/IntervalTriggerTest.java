package dev.bide.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntervalTriggerTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant FIRST = Instant.parse("2027-10-30T22:00:00.123Z");

  private static Instant next(Trigger trigger, Instant after) {
    Occurrence next = trigger.next(after, BERLIN);
    assertThat(next).isNotNull();
    return next.instant();
  }

  @Test
  void runsAtTheFirstTimeAndAgainAfterEachIntervalWhateverTheClocksDo() throws Exception {
    Trigger trigger = IntervalTrigger.of(FIRST, Duration.ofHours(3));

    assertThat(next(trigger, FIRST.minusNanos(1))).isEqualTo(FIRST);
    assertThat(next(trigger, FIRST)).isEqualTo(FIRST.plus(Duration.ofHours(3)));
    assertThat(next(trigger, FIRST.plus(Duration.ofHours(3)).minusNanos(1)))
        .isEqualTo(FIRST.plus(Duration.ofHours(3)));
    assertThat(next(trigger, FIRST.plus(Duration.ofHours(300)).plusNanos(1)))
        .isEqualTo(FIRST.plus(Duration.ofHours(303)));
  }

  @Test
  void aTimeThatComesTwiceIsMarkedInBothPasses() throws Exception {
    Trigger trigger =
        IntervalTrigger.of(Instant.parse("2027-10-31T00:30:00Z"), Duration.ofHours(1));
    Instant at = Instant.parse("2027-10-31T00:00:00Z");

    Occurrence first = trigger.next(at, BERLIN);
    assertThat(first).isNotNull();
    Occurrence second = trigger.next(first.instant(), BERLIN);
    assertThat(second).isNotNull();
    assertThat(List.of(first, second))
        .extracting(Occurrence::clockChange)
        .containsExactly(ClockChange.OVERLAP, ClockChange.OVERLAP);
    assertThat(first.key()).isNotEqualTo(second.key());
  }

  @Test
  void anIntervalOfNothingOrOfAgesIsRefused() {
    assertThatThrownBy(() -> IntervalTrigger.of(FIRST, Duration.ZERO))
        .hasMessage("an interval is at least 1 second");
    assertThatThrownBy(() -> IntervalTrigger.of(FIRST, Duration.ofSeconds(Long.MAX_VALUE)))
        .hasMessage("an interval is at most 10 years");
  }

  @Test
  void nothingIsPlannedBeyondAllTime() throws Exception {
    Trigger trigger = IntervalTrigger.of(FIRST, Duration.ofSeconds(1));

    assertThat(trigger.next(Instant.parse("9999-12-31T00:00:00Z"), BERLIN)).isNull();
    assertThat(trigger.next(Instant.MAX, BERLIN)).isNull();
    assertThat(next(trigger, Instant.MIN)).isEqualTo(FIRST);
    assertThatThrownBy(() -> IntervalTrigger.of(Instant.MAX, Duration.ofSeconds(1)))
        .hasMessage("the first run is not in the years 1 to 9999");
  }

  @Test
  void namedInstantsComeInOrderAndEachOnce() throws Exception {
    Instant a = Instant.parse("2026-12-01T08:00:00Z");
    Instant b = Instant.parse("2026-12-02T08:00:00Z");
    Trigger trigger = InstantsTrigger.of(List.of(b, a, b));

    assertThat(next(trigger, a.minusSeconds(1))).isEqualTo(a);
    assertThat(next(trigger, a)).isEqualTo(b);
    assertThat(trigger.next(b, BERLIN)).isNull();
    assertThatThrownBy(() -> InstantsTrigger.of(List.of())).hasMessage("no time is given");
  }
}
