package dev.bide.checks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@link CommandTable} by the command line. */
final class CommandTableCheck implements LongCheck {
  @Override
  public String name() {
    return "commands";
  }

  @Override
  public String what() {
    return "a table of all kinds of commands, with each /bin/sh: --shells dash,bash,busybox"
        + " --rounds 1";
  }

  @Override
  public boolean run(Options options, Consumer<String> tell) {
    List<String> shells = List.of(options.text("shells", "dash,bash,busybox").split(",", -1));
    int rounds = options.number("rounds", 1);
    options.nothingElse();
    int commands = 0;
    int left = 0;
    int findings = 0;
    for (int round = 1; round <= rounds; round++) {
      for (String shell : shells) {
        long began = System.nanoTime();
        CommandTable.Outcome outcome =
            CommandTable.run(
                path(shell)
                    .orElseThrow(() -> new IllegalArgumentException("there is no " + shell)));
        commands += outcome.commands();
        left += outcome.processesLeft();
        findings += outcome.findings().size();
        outcome.findings().forEach(tell);
        tell.accept(
            "round %d, %s (%.1f s): %d commands, findings %d"
                .formatted(
                    round,
                    shell,
                    (System.nanoTime() - began) / 1e9,
                    outcome.commands(),
                    outcome.findings().size()));
      }
    }
    tell.accept(
        "%d rounds under %s: %d rows, %d commands, processes left %d, not as documented %d"
            .formatted(
                rounds,
                String.join(", ", shells),
                CommandTable.rows().size(),
                commands,
                left,
                findings));
    return findings == 0 && left == 0;
  }

  /** Where a shell is installed. */
  static Optional<Path> path(String shell) {
    return List.of("/bin", "/usr/bin", "/usr/local/bin").stream()
        .map(directory -> Path.of(directory, shell))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
