package dev.bide.checks;

import java.util.function.Consumer;

/** {@link NoticeRounds} by the command line. */
final class NoticesCheck implements LongCheck {
  @Override
  public String name() {
    return "notices";
  }

  @Override
  public String what() {
    return "kills while people are told of short jobs, by a webhook that is not always well and by"
        + " a command: --rounds 10 --kills-per-round 10 --rate 8 --troubles 2 --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    NoticeRounds rounds =
        new NoticeRounds(
            options.number("rounds", 10),
            options.number("kills-per-round", 10),
            options.fraction("rate", 8),
            options.number("troubles", 2),
            options.seed("seed", System.nanoTime()));
    options.nothingElse();
    return rounds.run(tell);
  }
}
