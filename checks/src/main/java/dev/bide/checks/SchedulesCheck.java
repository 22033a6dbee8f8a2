package dev.bide.checks;

import java.time.Duration;
import java.util.function.Consumer;

/** {@link ScheduleRounds} by the command line. */
final class SchedulesCheck implements LongCheck {
  @Override
  public String name() {
    return "schedules";
  }

  @Override
  public String what() {
    return "kills while schedules of every policy plan a run each second: --rounds 10"
        + " --kills-per-round 10 --away 5 --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    ScheduleRounds rounds =
        new ScheduleRounds(
            options.number("rounds", 10),
            options.number("kills-per-round", 10),
            Duration.ofSeconds(options.number("away", 5)),
            options.seed("seed", System.nanoTime()));
    options.nothingElse();
    return rounds.run(tell);
  }
}
