package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Maintenance.Status;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of jobs when their user logs out, by where the server is. */
class LogoutTest {
  @ParameterizedTest
  @CsvSource({
    // in a session: only its killing matters
    "0::/user.slice/user-1000.slice/session-3.scope, false, false, OK, KillUserProcesses is not set",
    "0::/user.slice/user-1000.slice/session-3.scope, true, true, WARNING, KillUserProcesses=yes",
    // below the user's own systemd, as from a desktop's terminal: only lingering matters
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope, false, false, WARNING, ends with your last log-in",
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/bide.service, true, true, OK, your systemd lingers",
    // a service of the machine
    "0::/system.slice/bide.service, true, false, OK, the server is a service",
    // none runs
    ", true, false, WARNING, KillUserProcesses=yes",
    ", false, false, OK, KillUserProcesses is not set",
  })
  void jobs_outlive_it_or_the_cure_is_named(
      String cgroup, boolean kills, boolean lingers, Status status, String message) {
    Maintenance.Finding found =
        Logout.verdict(cgroup == null ? "" : cgroup, kills, lingers, "./bide");
    assertThat(found.status()).isEqualTo(status);
    assertThat(found.message()).contains(message);
    if (status == Status.WARNING) {
      assertThat(found.message()).contains("./bide service install");
    }
  }
}
