package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The real cron starts the server of a home with an odd name, as after a reboot. Crontabs and /run
 * are empty ones in a mount namespace of the test's own, so that those of the machine stay as they
 * are. It knows no systemd: one that is started for a test moves foreign processes between cgroups.
 */
@Timeout(300)
class RebootTest {
  private static final String MACHINE =
      """
      mount -t tmpfs none /var/spool/cron && mkdir /var/spool/cron/crontabs || exit 1
      chown root:crontab /var/spool/cron/crontabs && chmod 1730 /var/spool/cron/crontabs || exit 1
      mount -t tmpfs none /run || exit 1
      echo mounted
      bide() { "$JAVA" -jar "$JAR" "$@"; }
      printf '# mine\\n5 4 * * * true \\\\%% of it\\n' | crontab - && crontab -l >before || exit 1
      bide run true && bide drain && bide add -- touch "$PWD/ran" && bide stop
      bide service install
      bide service install
      crontab -l >installed
      cron -f &
      cron=$!
      echo booted
      read -r end
      bide serve --service
      echo "the second ended with $?"
      kill "$cron"
      wait "$cron"
      bide service status
      bide service remove
      crontab -l >after
      """;

  private final Ground ground = new Ground();
  private final Path home = ground.directory().resolve("50% of $HOME, it's \"odd\"");

  @AfterEach
  void close() {
    ProcessTable.endAll(home);
    ground.close();
  }

  private String text(String file) {
    try {
      return Files.readString(ground.directory().resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void cron_starts_the_server_at_boot_and_what_waited_runs() throws Exception {
    Needed.check(
        Files.isExecutable(Path.of("/usr/sbin/cron"))
            && Files.exists(Path.of("/usr/bin/crontab"))
            && Files.exists(Path.of("/usr/bin/unshare")),
        "cron or unshare is missing");
    ProcessBuilder builder = new ProcessBuilder("unshare", "-m", "bash", "-c", MACHINE);
    builder.directory(ground.directory().toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ground.directory().resolve("said").toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("BIDE_") || name.startsWith("XDG_"));
    environment.put("HOME", ground.directory().toString());
    environment.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("BIDE_HOME", home.toString());
    environment.put("XDG_RUNTIME_DIR", ground.directory().toString());
    environment.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    environment.put("JAVA", Path.of(System.getProperty("java.home", ""), "bin/java").toString());
    environment.put("JAR", Ground.root().resolve("app/target/bide.jar").toString());
    Process machine = builder.start();
    try {
      Awaitility.await()
          .atMost(Unhurried.LONG)
          .until(() -> !machine.isAlive() || text("said").contains("booted\n"));
      Needed.check(
          text("said").contains("mounted\n"),
          "no crontab of one's own can be mounted here: that needs root\n" + text("said"));
      Awaitility.await(text("said"))
          .atMost(Unhurried.LONG)
          .until(
              () ->
                  Files.exists(ground.directory().resolve("ran"))
                      && Files.exists(home.resolve("server.json")));
      machine.getOutputStream().close();
      assertThat(machine.waitFor(90, TimeUnit.SECONDS)).isTrue();
    } finally {
      machine.descendants().forEach(ProcessHandle::destroyForcibly);
      machine.destroyForcibly();
    }
    assertThat(text("said"))
        .contains("added one @reboot line of your crontab", "nothing to change")
        .contains("the server that runs", "the second ended with 17")
        .contains("removed the @reboot line from your crontab");
    assertThat(home.resolve("server.log")).content().contains(" serves ").doesNotContain("#code=");
    assertThat(text("installed"))
        .startsWith(text("before") + "@reboot BIDE_HOME='")
        .hasLineCount(3);
    assertThat(text("after")).isEqualTo(text("before"));
  }
}
