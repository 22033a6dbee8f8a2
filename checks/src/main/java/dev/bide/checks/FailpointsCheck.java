package dev.bide.checks;

import dev.bide.checks.failpoints.Step;
import java.util.List;
import java.util.function.Consumer;

/** {@link FailpointRounds} by the command line. */
final class FailpointsCheck implements LongCheck {
  @Override
  public String name() {
    return "failpoints";
  }

  @Override
  public String what() {
    return "death of the server at each named step: --pairs false --first STEP --nth 1 --lanes 2"
        + " --most N --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    boolean pairs = Boolean.parseBoolean(options.text("pairs", "false"));
    String first = options.text("first", "");
    int most = options.number("most", Integer.MAX_VALUE);
    List<List<Step>> plans =
        (pairs ? FailpointRounds.pairs() : FailpointRounds.singles())
            .stream()
                .filter(plan -> first.isEmpty() || plan.get(0).name().equals(first))
                .limit(most)
                .toList();
    FailpointRounds rounds =
        new FailpointRounds(
            plans,
            options.number("lanes", 2),
            options.number("nth", 1),
            options.seed("seed", System.nanoTime()));
    options.nothingElse();
    return rounds.run(tell);
  }
}
