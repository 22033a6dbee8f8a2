package dev.bide.checks;

import java.util.function.Consumer;

/** {@link Soak} by the command line. */
final class SoakCheck implements LongCheck {
  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String what() {
    return "load, cancels, restarts, upgrades, a follower and a page, for long: --minutes 60"
        + " --rate 10 --restart-seconds 120 --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    Soak soak =
        new Soak(
            options.fraction("minutes", 60),
            options.fraction("rate", 10),
            options.number("restart-seconds", 120),
            options.seed("seed", System.nanoTime()));
    options.nothingElse();
    return soak.run(tell);
  }
}
