package dev.bide.checks;

import java.util.function.Consumer;

/** {@link SweepRounds} by the command line. */
final class SweepsCheck implements LongCheck {
  @Override
  public String name() {
    return "sweeps";
  }

  @Override
  public String what() {
    return "kills while everything that has ended goes at once: --rounds 10 --kills-per-round 10"
        + " --rate 8 --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    SweepRounds rounds =
        new SweepRounds(
            options.number("rounds", 10),
            options.number("kills-per-round", 10),
            options.fraction("rate", 8),
            options.seed("seed", System.nanoTime()));
    options.nothingElse();
    return rounds.run(tell);
  }
}
