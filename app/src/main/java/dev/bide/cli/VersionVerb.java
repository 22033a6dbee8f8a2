package dev.bide.cli;

import dev.bide.api.Json;
import java.util.Map;

/** {@code version}: of this program; {@code status} says the server's. */
final class VersionVerb implements Verb {
  @Override
  public Grammar grammar() {
    return Grammar.of("version", "Prints this program's version.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    String version = call.program().version();
    call.console().line(call.inJson() ? Json.write(Map.of("version", version)) : "bide " + version);
    return 0;
  }
}
