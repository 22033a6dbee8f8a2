package dev.bide.checks;

import java.util.function.Consumer;

/** {@link DiskRounds} by the command line. */
final class DiskRoundsCheck implements LongCheck {
  @Override
  public String name() {
    return "disk";
  }

  @Override
  public String what() {
    return "a disk that is full or read-only, in turn (as root): --rounds 10 --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    DiskRounds rounds =
        new DiskRounds(options.number("rounds", 10), options.seed("seed", System.nanoTime()));
    options.nothingElse();
    return rounds.run(tell);
  }
}
