package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people may submit, with the real server, whatever this machine's {@code /bin/sh} is. */
@Timeout(180)
class CommandTableTest {
  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash", "busybox"})
  void everyCommandEndsAsDocumentedAndACancelLeavesNothingOfIt(String shell) throws Exception {
    Optional<Path> path = CommandTableCheck.path(shell);
    Needed.check(path.isPresent(), shell + " is not installed");
    Needed.check(
        (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0
            && Commands.run(List.of("unshare", "--mount", "true")).isEmpty(),
        "another /bin/sh for one server needs root and a namespace of mounts");
    assertThat(CommandTable.run(path.orElseThrow()).findings()).isEmpty();
  }

  @Test
  void theTableHasEveryKindOfCommandOnce() {
    assertThat(CommandTable.rows().size()).isGreaterThan(60);
    assertThat(CommandTable.rows().stream().map(CommandRow::name)).doesNotHaveDuplicates();
  }
}
