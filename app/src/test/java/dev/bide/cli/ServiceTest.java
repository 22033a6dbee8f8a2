package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Bed.Said;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code service} does to a machine whose systemd and cron are stand-ins. */
class ServiceTest {
  private static final String SYSTEMCTL =
      """
      #!/bin/sh
      echo "$@" >>S/systemctl-log
      case "$*" in
        *show*) [ ! -e S/no-systemd ] || { echo 'Failed to connect to bus: No medium found' >&2; exit 1; } ;;
        *is-enabled*) if [ -e S/enabled ]; then echo enabled; else echo disabled; exit 1; fi ;;
        *enable*bide.service) echo >S/enabled ;;
        *disable*bide.service) /bin/rm -f S/enabled ;;
      esac
      """;

  private static final String LOGINCTL =
      """
      #!/bin/sh
      case "$*" in
        *show-user*) if [ -e S/lingers ]; then echo Linger=yes; else echo Linger=no; fi ;;
        *enable-linger*) [ ! -e S/no-linger ] || { echo 'Could not enable linger: Access denied' >&2; exit 1; }
          echo >S/lingers ;;
      esac
      """;

  private static final String CRONTAB =
      """
      #!/bin/sh
      case "$1" in
        -l) [ ! -e S/forbidden ] || { echo 'You (ada) are not allowed to use this program' >&2; exit 1; }
          /bin/cat S/table 2>/dev/null || { echo 'no crontab for ada' >&2; exit 1; } ;;
        -r) /bin/rm S/table ;;
        -) /bin/cat >S/table ;;
      esac
      """;

  @SuppressWarnings("NullAway.Init")
  private Bed bed;

  @SuppressWarnings("NullAway.Init")
  private Path stage;

  @BeforeEach
  void open() throws Exception {
    bed = Bed.open();
    stage = Files.createDirectory(bed.directory().resolve("machine"));
    program("systemctl", SYSTEMCTL);
    program("loginctl", LOGINCTL);
    program("crontab", CRONTAB);
    bed.variables().put("PATH", stage + ":" + System.getenv("PATH"));
  }

  @AfterEach
  void close() throws Exception {
    bed.close();
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(stage.resolve(name), script.replace("S/", stage + "/"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void mark(String what) throws IOException {
    Files.createFile(stage.resolve(what));
  }

  private Path unit() {
    return bed.directory().resolve(".config/systemd/user/bide.service");
  }

  private String crontab() throws IOException {
    return Files.readString(stage.resolve("table"), StandardCharsets.ISO_8859_1);
  }

  private String reboot() {
    return bed.type("doctor")
        .out()
        .lines()
        .filter(line -> line.startsWith("reboot"))
        .findAny()
        .orElseThrow();
  }

  private Said well(String... words) {
    Said said = bed.type(words);
    assertThat(said.code()).as(said.err()).isZero();
    return said;
  }

  @Test
  void with_systemd_a_unit_is_made_and_enabled_and_lingering_turned_on() throws Exception {
    assertThat(reboot()).startsWith("reboot\twarning\t").endsWith("(bide service install)");
    assertThat(bed.type("service", "status").code()).isEqualTo(3);
    Said said = well("service", "install");
    assertThat(said.out().lines())
        .contains(
            "installed " + unit(),
            "turned lingering on: your systemd starts with the machine, not at log-in",
            "after a reboot the server comes back, and waiting jobs go on",
            "the server that runs (process " + ProcessHandle.current().pid() + ") is left alone");
    assertThat(unit()).content().contains("ExecStart=/opt/bide serve --service\n");
    assertThat(stage.resolve("systemctl-log"))
        .content()
        .contains("--user daemon-reload\n--user enable bide.service\n");
    assertThat(stage.resolve("lingers")).exists();
    assertThat(stage.resolve("table")).doesNotExist();
    assertThat(reboot()).isEqualTo("reboot\tok\tsystemd starts the server: " + unit());
    assertThat(well("service", "status").out())
        .isEqualTo("after a reboot: systemd starts the server: " + unit() + "\n");
    assertThat(well("service", "status", "-o", "json").out())
        .startsWith("{\"installed\":true,\"by\":\"systemd\",");
  }

  @Test
  void a_second_install_changes_nothing_and_remove_undoes_it() throws Exception {
    well("service", "install");
    Object before = Files.getLastModifiedTime(unit());
    Files.delete(stage.resolve("systemctl-log"));
    assertThat(well("service", "install").out())
        .contains("nothing to change: " + unit())
        .contains("lingering was on");
    assertThat(Files.getLastModifiedTime(unit())).isEqualTo(before);
    assertThat(stage.resolve("systemctl-log")).content().doesNotContain("daemon-reload");
    assertThat(well("service", "remove").out()).contains("removed " + unit());
    assertThat(unit()).doesNotExist();
    assertThat(stage.resolve("enabled")).doesNotExist();
    assertThat(stage.resolve("systemctl-log"))
        .content()
        .contains("--user disable bide.service\n--user daemon-reload\n");
    assertThat(well("service", "remove").out()).contains("nothing to remove");
  }

  @Test
  void the_configuration_directory_of_the_caller_is_respected() throws Exception {
    Path config = bed.directory().resolve("my config");
    bed.variables().put("XDG_CONFIG_HOME", config.toString());
    well("service", "install");
    assertThat(config.resolve("systemd/user/bide.service"))
        .content()
        .contains("\"XDG_CONFIG_HOME=" + config + "\"");
  }

  @Test
  void a_unit_that_a_person_wrote_is_not_touched() throws Exception {
    Files.createDirectories(unit().getParent());
    Files.writeString(unit(), "[Service]\nExecStart=/usr/bin/bide serve\n");
    Said said = bed.type("service", "install");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).contains("was made by somebody else and stays");
    well("service", "remove");
    assertThat(unit()).content().isEqualTo("[Service]\nExecStart=/usr/bin/bide serve\n");
  }

  @Test
  void the_unit_of_another_home_is_named_and_kept() throws Exception {
    well("service", "install");
    String other = Files.readString(unit()).replace("# Home: " + bed.home(), "# Home: /other home");
    Files.writeString(unit(), other);
    Said said = bed.type("service", "install");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).contains("another home: bide service remove --home '/other home'");
    assertThat(reboot()).contains("another home, /other home, not of this one");
    well("service", "remove");
    assertThat(unit()).content().isEqualTo(other);
  }

  @Test
  void what_is_missing_for_a_start_at_boot_is_told() throws Exception {
    well("service", "install");
    Files.delete(stage.resolve("lingers"));
    assertThat(reboot())
        .isEqualTo(
            "reboot\twarning\tsystemd starts the server only when you log in: loginctl enable-linger");
    Files.delete(stage.resolve("enabled"));
    assertThat(reboot()).endsWith("is not enabled: systemctl --user enable bide.service");
    well("service", "install");
    assertThat(reboot()).startsWith("reboot\tok");
  }

  @Test
  void without_systemd_one_line_is_added_to_the_crontab_and_the_others_stay() throws Exception {
    mark("no-systemd");
    String others =
        "# mine\n\n  MAILTO=ada\t\n5 4 * * * echo \\% \u00e9\u00ff # bide service\n@reboot other\n";
    Files.writeString(stage.resolve("table"), others, StandardCharsets.ISO_8859_1);
    Said said = well("service", "install");
    assertThat(said.out().lines())
        .contains(
            "added one @reboot line of your crontab",
            "not systemd, since systemctl --user: Failed to connect to bus: No medium found");
    assertThat(unit()).doesNotExist();
    assertThat(crontab()).startsWith(others + "@reboot BIDE_HOME=" + bed.home() + " PATH=");
    assertThat(crontab().substring(others.length())).endsWith(" # bide service\n").hasLineCount(1);
    String installed = crontab();
    assertThat(well("service", "install").out()).contains("nothing to change");
    assertThat(crontab()).isEqualTo(installed);
    assertThat(reboot()).contains("cron");
    bed.variables().put("LANG", "de_DE.UTF-8");
    assertThat(well("service", "install").out()).contains("renewed one @reboot line");
    assertThat(crontab()).isEqualTo(installed.replace("LANG=C.UTF-8", "LANG=de_DE.UTF-8"));
    assertThat(well("service", "remove").out()).contains("removed the @reboot line");
    assertThat(crontab()).isEqualTo(others);
  }

  @Test
  void a_crontab_that_was_not_there_is_not_there_after_remove() throws Exception {
    mark("no-systemd");
    well("service", "install");
    assertThat(crontab()).hasLineCount(1);
    well("service", "remove");
    assertThat(stage.resolve("table")).doesNotExist();
  }

  @Test
  void where_lingering_is_refused_cron_does_it() throws Exception {
    mark("no-linger");
    assertThat(well("service", "install").out())
        .contains(
            "not systemd, since lingering was refused (Could not enable linger: Access denied)");
    assertThat(unit()).doesNotExist();
    assertThat(crontab()).contains("@reboot");
  }

  @Test
  void a_crontab_that_cannot_be_read_is_not_written_over() throws Exception {
    mark("no-systemd");
    mark("forbidden");
    Files.writeString(stage.resolve("table"), "1 2 3 4 5 mine\n");
    Said said = bed.type("service", "install");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err()).contains("not allowed to use this program");
    assertThat(crontab()).isEqualTo("1 2 3 4 5 mine\n");
  }

  @Test
  void without_systemd_and_cron_it_says_what_is_missing_and_what_to_run_by_hand() throws Exception {
    bed.variables().put("PATH", Files.createDirectory(bed.directory().resolve("empty")).toString());
    Said said = bed.type("service", "install");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .contains("there is no systemctl; there is no crontab. Install cron")
        .endsWith("/opt/bide serve --service\n");
  }

  @Test
  void wrong_words_are_answered_in_one_line() {
    assertThat(bed.type("service"))
        .isEqualTo(new Said(2, "", "bide: which? bide service install, remove or status\n"));
    for (String typed : List.of("instal", "uninstall")) {
      assertThat(bed.type("service", typed).code()).isEqualTo(2);
    }
    assertThat(bed.type("service", "instal").err()).endsWith("did you mean install?\n");
    assertThat(bed.type("service", "install", "now").err()).isEqualTo("bide: unexpected \"now\"\n");
  }
}
