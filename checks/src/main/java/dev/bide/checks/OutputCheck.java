package dev.bide.checks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** {@link Output} by the command line. */
final class OutputCheck implements LongCheck {
  @Override
  public String name() {
    return "output";
  }

  @Override
  public String what() {
    return "jobs that write much and badly; half of it is one line: --gigabytes 10";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    long all = (long) (options.fraction("gigabytes", 10) * (1L << 30));
    options.nothingElse();
    Map<Output.Kind, Long> bytes = new LinkedHashMap<>();
    bytes.put(Output.Kind.LINES, all / 5);
    bytes.put(Output.Kind.LINE, all / 2);
    bytes.put(Output.Kind.RANDOM, all / 5);
    bytes.put(Output.Kind.NO_TEXT, all / 10);
    Output.Outcome outcome = new Output(bytes).run(tell);
    outcome.findings().forEach(tell);
    tell.accept(
        "%d bytes of output, server memory grew %d KB, logs that are not what was written or were"
                .formatted(all, outcome.grownKb())
            + " read whole for their end: "
            + outcome.findings().size());
    return outcome.findings().isEmpty();
  }
}
