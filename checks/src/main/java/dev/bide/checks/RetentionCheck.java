package dev.bide.checks;

import java.util.function.Consumer;

/** {@link RetentionSoak} by the command line. */
final class RetentionCheck implements LongCheck {
  @Override
  public String name() {
    return "retention";
  }

  @Override
  public String what() {
    return "many jobs through a home with little room for logs: --jobs 200000 --megabytes 50"
        + " --log-bytes 2000";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    int jobs = options.number("jobs", 200_000);
    int megabytes = options.number("megabytes", 50);
    int logBytes = options.number("log-bytes", 2_000);
    options.nothingElse();
    if (jobs < 1_000 || megabytes < 1 || logBytes < 1) {
      throw new IllegalArgumentException("--jobs 1000, --megabytes 1, --log-bytes 1 or more");
    }
    return new RetentionSoak(jobs, megabytes * 1_000_000L, logBytes).run(tell);
  }
}
