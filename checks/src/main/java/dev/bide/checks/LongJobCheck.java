package dev.bide.checks;

import java.util.function.Consumer;

/** {@link LongJob} by the command line. */
final class LongJobCheck implements LongCheck {
  @Override
  public String name() {
    return "longjob";
  }

  @Override
  public String what() {
    return "one job through restarts and an upgrade of the server: --restarts 20 --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    LongJob check =
        new LongJob(options.number("restarts", 20), options.seed("seed", System.nanoTime()));
    options.nothingElse();
    LongJob.Outcome outcome = check.run(tell);
    outcome.findings().forEach(tell);
    tell.accept(
        "%s: %d kill -9 and %d TERM, one of them with an upgrade; %d lines written, findings %d"
            .formatted(
                check,
                outcome.kills(),
                check.restarts() + 1 - outcome.kills(),
                outcome.lines(),
                outcome.findings().size()));
    return outcome.findings().isEmpty();
  }
}
