package dev.bide.checks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** {@link IoErrorRounds} by the command line. */
final class IoErrorsCheck implements LongCheck {
  @Override
  public String name() {
    return "ioerrors";
  }

  @Override
  public String what() {
    return "the Nth call on the disk fails, for every N: --jobs 20 --errors EIO,ENOSPC,EROFS,KILL"
        + " --where DATABASE,RUNS --first 1 --step 1 --times 1 --lanes 3";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    IoErrorRounds rounds =
        new IoErrorRounds(
            named(options.text("errors", "EIO,ENOSPC,EROFS,KILL"), IoFault.Failure.class),
            named(options.text("where", "DATABASE,RUNS"), IoFault.Where.class),
            options.number("jobs", 20),
            options.number("first", 1),
            options.number("step", 1),
            options.number("times", 1),
            options.number("lanes", 3));
    options.nothingElse();
    return rounds.run(tell);
  }

  private static <E extends Enum<E>> List<E> named(String names, Class<E> kind) {
    return Arrays.stream(names.split(",", -1))
        .map(name -> Enum.valueOf(kind, name.toUpperCase(Locale.ROOT)))
        .toList();
  }
}
