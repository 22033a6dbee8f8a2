package dev.bide.checks;

import java.time.Duration;
import java.util.function.Consumer;

/** {@link Pause} by the command line. */
final class PauseCheck implements LongCheck {
  @Override
  public String name() {
    return "pause";
  }

  @Override
  public String what() {
    return "a server that stands still while its jobs go on: --seconds 30";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    int seconds = options.number("seconds", 30);
    options.nothingElse();
    if (seconds < 1) {
      throw new IllegalArgumentException("--seconds must be 1 or more");
    }
    return new Pause(Duration.ofSeconds(seconds)).run(tell);
  }
}
