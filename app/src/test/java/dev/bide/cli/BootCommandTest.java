package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Odd names reach systemd and cron as they are. */
class BootCommandTest {
  private static BootCommand command(String home, String program) {
    return new BootCommand(Path.of(home), List.of(program), Map.of("BIDE_HOME", home));
  }

  @Test
  void a_plain_command_stands_as_it_is_typed() throws Trouble {
    BootCommand plain = command("/data/bide", "/opt/bide/bide");
    assertThat(plain.unit().lines())
        .contains(
            "# Home: /data/bide",
            "Environment=BIDE_HOME=/data/bide",
            "ExecStart=/opt/bide/bide serve --service",
            "KillMode=process",
            "Delegate=yes",
            "OOMPolicy=continue",
            "Restart=on-failure",
            "WantedBy=default.target");
    assertThat(plain.cronLine())
        .isEqualTo(
            "@reboot BIDE_HOME=/data/bide /opt/bide/bide serve --service"
                + " >>/data/bide/server.log 2>&1 # bide service");
  }

  @Test
  void a_unit_keeps_blanks_percent_signs_quotes_dollars_and_backslashes() {
    assertThat(command("/a b/%h \"q\" $x \\n", "/opt/50% \"x\"/bide").unit().lines())
        .contains(
            "Environment=\"BIDE_HOME=/a b/%%h \\\"q\\\" $x \\\\n\"",
            "ExecStart=\"/opt/50%% \\\"x\\\"/bide\" serve --service");
  }

  @Test
  void a_program_with_a_dollar_is_started_by_a_shell_since_systemd_would_double_it() {
    assertThat(command("/a", "/opt/$x/bide").unit().lines())
        .contains(
            "ExecStart=/bin/sh -c \"exec \\\"$$0\\\" \\\"$$@\\\"\" \"/opt/$$x/bide\" serve --service");
  }

  @Test
  void a_crontab_keeps_blanks_percent_signs_and_dollars() throws Trouble {
    BootCommand odd = command("/a b/50% $x it's", "/opt/bide");
    assertThat(odd.cronLine())
        .startsWith("@reboot BIDE_HOME='/a b/50\\% $x it'\\''s' /opt/bide serve --service >>");
    assertThat(BootCommand.isCronLine(odd.cronLine(), odd.home())).isTrue();
    assertThat(BootCommand.isCronLine(odd.cronLine(), Path.of("/a b"))).isFalse();
    assertThat(BootCommand.isCronLine(odd.cronLine(), Path.of("/a b/50% $x it's/x"))).isFalse();
  }

  @Test
  void what_cron_would_change_or_drop_is_refused() {
    assertThatThrownBy(() -> command("/a\\b", "/opt/bide").cronLine())
        .hasMessageContaining("backslash");
    assertThatThrownBy(() -> command("/" + "a".repeat(600), "/opt/bide").cronLine())
        .hasMessageContaining("and cron takes 990");
  }
}
