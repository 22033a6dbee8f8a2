package dev.bide.cli;

import dev.bide.api.JobJson;
import dev.bide.api.Json;

/** {@code pin} and {@code unpin}: jobs that stay, whatever their age. */
final class PinVerb implements Verb {
  private final boolean pin;

  /**
   * One of the two.
   *
   * @param pin false: unpin
   */
  PinVerb(boolean pin) {
    this.pin = pin;
  }

  @Override
  public Grammar grammar() {
    return pin
        ? Grammar.of("pin JOB…", "Keeps jobs with their logs, whatever their age.")
        : Grammar.of("unpin JOB…", "Lets pinned jobs go again when they are old.");
  }

  @Override
  public int run(Call call) throws Trouble {
    int code = 0;
    for (JobJson job : new Selectors(call).many(pin ? "pin" : "unpin").jobs()) {
      try {
        JobJson after = call.api().pin(job.number(), pin);
        call.console()
            .line(call.inJson() ? Json.write(after.toMap()) : Long.toString(job.number()));
      } catch (Refusal e) {
        call.console().message("bide: " + e.line());
        code = 1;
      }
    }
    return code;
  }
}
