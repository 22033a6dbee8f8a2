package dev.bide.checks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** {@link FaultRounds} by the command line. */
final class FaultRoundsCheck implements LongCheck {
  @Override
  public String name() {
    return "faults";
  }

  @Override
  public String what() {
    return "kills and other faults of the server under load: --rounds 20 --faults-per-round 3"
        + " --slots 3 --clients 8 --rate 10 --faults kill|all|kill,pause,… --seed N";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    String faults = options.text("faults", "kill");
    FaultRounds rounds =
        new FaultRounds(
            options.number("rounds", 20),
            options.number("faults-per-round", 3),
            options.number("slots", 3),
            options.number("clients", 8),
            options.fraction("rate", 10),
            Duration.ofSeconds(3),
            faults.equals("all") ? List.of(Fault.values()) : named(faults),
            options.seed("seed", System.nanoTime()));
    options.nothingElse();
    return rounds.run(tell);
  }

  private static List<Fault> named(String faults) {
    return Arrays.stream(faults.split(",", -1))
        .map(
            name -> {
              try {
                return Fault.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                    name + " is no fault; there are " + Arrays.toString(Fault.values()), e);
              }
            })
        .toList();
  }
}
