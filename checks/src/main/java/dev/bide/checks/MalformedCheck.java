package dev.bide.checks;

import dev.bide.checks.malformed.Malformed;
import java.util.function.Consumer;

/** {@link Malformed} by the command line. */
final class MalformedCheck implements LongCheck {
  @Override
  public String name() {
    return "malformed";
  }

  @Override
  public String what() {
    return "requests that are wrong in every way, and slow clients until they are cut off: --requests 1000000"
        + " --seed 2433 --from 0 --patient yes";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    Malformed malformed =
        new Malformed(
            options.number("requests", 1_000_000),
            options.seed("seed", 2433),
            options.number("from", 0),
            options.text("patient", "yes").equals("yes"));
    options.nothingElse();
    Malformed.Outcome outcome = malformed.run(line -> {});
    outcome.findings().forEach(tell);
    tell.accept(outcome.table());
    return outcome.findings().isEmpty();
  }
}
