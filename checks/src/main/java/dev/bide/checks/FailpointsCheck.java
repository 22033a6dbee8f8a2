package dev.bide.checks;

import dev.bide.checks.failpoints.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** {@link FailpointRounds} by the command line. */
final class FailpointsCheck implements LongCheck {
  @Override
  public String name() {
    return "failpoints";
  }

  @Override
  public String what() {
    return "death of the server at each named step: --pairs false --first STEP,STEP --nth 1 --lanes 2"
        + " --from 1 --most N --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    boolean pairs = Boolean.parseBoolean(options.text("pairs", "false"));
    List<String> first = List.of(options.text("first", "").split(",", -1));
    int from = options.number("from", 1); // a long run goes on at the round where it was cut off
    int most = options.number("most", Integer.MAX_VALUE);
    long seed = options.seed("seed", System.nanoTime());
    List<List<Step>> all =
        (pairs ? FailpointRounds.pairs() : FailpointRounds.singles())
            .stream()
                .filter(plan -> first.equals(List.of("")) || first.contains(plan.get(0).name()))
                .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(all, new Random(seed));
    List<List<Step>> plans = all.stream().skip(from - 1).limit(most).toList();
    FailpointRounds rounds =
        new FailpointRounds(plans, options.number("lanes", 2), options.number("nth", 1), seed);
    options.nothingElse();
    tell.accept(
        "rounds %d to %d in the order of seed %d".formatted(from, from + plans.size() - 1, seed));
    return rounds.run(tell);
  }
}
