package dev.bide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.engine.HandClock;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final HandClock wall = new HandClock();
  private Duration passed = Duration.ofHours(5);
  private final ClockWatch watch = new ClockWatch(wall, () -> passed);

  private void pass(Duration time) {
    passed = passed.plus(time);
    wall.now = wall.now.plus(time);
  }

  @Test
  void timeThatPassesIsNoJump() {
    pass(DAY.multipliedBy(400));
    assertThat(watch.jump()).isNull();
    assertThat(watch.trouble()).isNull();
  }

  @Test
  void aCorrectionIsNoJump() {
    wall.now = wall.now.plus(DAY);
    assertThat(watch.jump()).isNull();
    wall.now = wall.now.minus(DAY.multipliedBy(2));
    assertThat(watch.jump()).isNull();
  }

  @Test
  void aClockThatWasSetForwardIsNoticedUntilItIsSetBack() {
    wall.now = wall.now.plus(DAY.multipliedBy(365));
    pass(Duration.ofHours(3));
    assertThat(watch.jump()).isEqualTo(DAY.multipliedBy(365));
    assertThat(watch.trouble()).startsWith("the clock was set forward by 365 days: nothing is");
    wall.now = wall.now.minus(DAY.multipliedBy(365));
    assertThat(watch.jump()).isNull();
  }

  @Test
  void aClockThatWasSetBackIsNoticedUntilItIsRight() {
    pass(DAY.multipliedBy(2));
    wall.now = wall.now.minus(Duration.ofHours(25));
    assertThat(watch.trouble()).startsWith("the clock was set back by 1 day: nothing is planned");
    wall.now = wall.now.plus(Duration.ofHours(2));
    assertThat(watch.jump()).isNull();
  }

  @Test
  void theClockOfThisMachineIsRight() {
    assertThat(ClockWatch.of(Clock.systemUTC()).jump()).isNull();
  }
}
