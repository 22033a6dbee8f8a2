package dev.bide.checks;

import java.util.function.Consumer;

/** {@link PowerCuts} by the command line. */
final class PowerCutsCheck implements LongCheck {
  @Override
  public String name() {
    return "power";
  }

  @Override
  public String what() {
    return "power cuts under load, on a disk of its own (as root): --cuts 20 --cuts-per-round 5"
        + " --slots 4 --clients 6 --rate 20 --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    PowerCuts cuts =
        new PowerCuts(
            options.number("cuts", 20),
            options.number("cuts-per-round", 5),
            options.number("slots", 4),
            options.number("clients", 6),
            options.fraction("rate", 20),
            options.seed("seed", System.nanoTime()));
    options.nothingElse();
    return cuts.run(tell);
  }
}
