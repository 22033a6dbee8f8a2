package dev.bide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.cli.Caller;
import dev.bide.cli.Settings;
import dev.bide.cli.Trouble;
import dev.bide.job.State;
import dev.bide.notice.NoticeSettings;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.retention.LogLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir Path user;
  private final Map<String, String> variables = new HashMap<>();

  @BeforeEach
  void aUser() {
    variables.put("HOME", user.toString());
  }

  @Test
  void without_anything_there_are_defaults() throws Trouble {
    Settings settings = read(null, null);
    assertThat(settings.home()).isEqualTo(user.resolve(".local/share/bide"));
    assertThat(settings.port()).isNull();
    assertThat(settings.hostNames()).isEmpty();
    assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void flag_wins_over_environment_over_file_over_default() throws Exception {
    file("home = \"/from/file\"\nport = 1001\ngrace = \"1m\"\nhost-names = [\"a\", \"b\"]\n");
    Settings fromFile = read(null, null);
    assertThat(fromFile.home()).isEqualTo(Path.of("/from/file"));
    assertThat(fromFile.port()).isEqualTo(1001);
    assertThat(fromFile.grace()).isEqualTo(Duration.ofMinutes(1));
    assertThat(fromFile.hostNames()).containsExactly("a", "b");
    variables.putAll(
        Map.of(
            "BIDE_HOME", "/from/variable",
            "BIDE_PORT", "1002",
            "BIDE_GRACE", "5s",
            "BIDE_HOST_NAMES", "c, d"));
    Settings fromVariables = read(null, null);
    assertThat(fromVariables.home()).isEqualTo(Path.of("/from/variable"));
    assertThat(fromVariables.port()).isEqualTo(1002);
    assertThat(fromVariables.grace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(fromVariables.hostNames()).containsExactly("c", "d");
    Settings fromFlags = read("relative/home", 1003);
    assertThat(fromFlags.home()).isEqualTo(user.resolve("relative/home"));
    assertThat(fromFlags.port()).isEqualTo(1003);
  }

  @Test
  void the_file_says_who_is_told_of_everything_and_how() throws Exception {
    file(
        "notify = [\"failure=slack+https://hooks.example/x\"]\n"
            + "notify-allow = [\"127.0.0.0/8\"]\n"
            + "notify-secret = \"whsec_0123456789abcdef\"\n"
            + "smtp = \"smtp://user@mail.example:25\"\n"
            + "smtp-password-file = \"~/password\"\n"
            + "notify-certificates = \"/etc/own.pem\"\n"
            + "mail-from = \"bide@example.org\"\n");
    NoticeSettings notices = read(null, null).notices();
    assertThat(notices.rules()).hasSize(1);
    assertThat(notices.allowed()).containsExactly("127.0.0.0/8");
    assertThat(notices.secret()).isEqualTo("whsec_0123456789abcdef");
    assertThat(notices.mail())
        .isEqualTo(
            new NoticeSettings.MailServer(
                false,
                "mail.example",
                25,
                "user",
                user.resolve("password"), // which is not there: nothing but the server reads it
                "bide@example.org"))
        .hasToString("smtp://mail.example:25");
    assertThat(notices.certificates()).isEqualTo(Path.of("/etc/own.pem"));
    assertThat(notices.toString()).doesNotContain("0123456789abcdef", "hooks.example/x");
  }

  @Test
  void what_is_wrong_about_notices_is_said_with_its_line() throws Exception {
    file(
        "notify = [\"nowhere\"]\nnotify-secret = \"short\"\n"
            + "smtp = \"smtp://user:password@mail.example\"\n"
            + "smtp-password-file = \"password\"\n");
    assertThatThrownBy(() -> read(null, null))
        .hasMessageContaining("line 1: notify: 'nowhere' is no place")
        .hasMessageContaining("line 2: notify-secret is shorter")
        .hasMessageContaining("line 3: smtp wants")
        .hasMessageContaining("line 4: smtp-password-file wants an absolute path");
    for (String half :
        List.of("smtp = \"smtp://u@h\"\n", "smtp = \"smtp://h\"\nsmtp-password-file = \"/p\"\n")) {
      file(half + "mail-from = \"bide@example.org\"\n");
      assertThatThrownBy(() -> read(null, null)).hasMessageContaining("go together");
    }
  }

  @Test
  void the_directories_of_xdg_count_when_they_are_absolute() throws Exception {
    variables.put("XDG_DATA_HOME", user + "/data");
    variables.put("XDG_CONFIG_HOME", user + "/config");
    Path file = user.resolve("config/bide/bide.toml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "port = 7\n");
    assertThat(read(null, null).home()).isEqualTo(user.resolve("data/bide"));
    assertThat(read(null, null).port()).isEqualTo(7);
    variables.put("XDG_DATA_HOME", "data");
    assertThat(read(null, null).home()).isEqualTo(user.resolve(".local/share/bide"));
  }

  @Test
  void every_wrong_line_is_named_with_what_was_meant() throws Exception {
    file("prot = 5\nport = 99999\ngrace = \"soon\"\nhost-names = 3\nhome = \"relative\"\n");
    assertThatThrownBy(() -> read(null, null))
        .isInstanceOfSatisfying(Trouble.class, trouble -> assertThat(trouble.code()).isEqualTo(2))
        .hasMessageContaining("line 1: unknown key prot: did you mean port?")
        .hasMessageContaining("line 2: port wants a whole number from 1 to 65535")
        .hasMessageContaining("line 3: grace wants a duration")
        .hasMessageContaining("line 4: host-names wants a list")
        .hasMessageContaining("line 5: home wants an absolute path");
  }

  @Test
  void what_is_kept_is_read_from_its_table() throws Exception {
    file(
        """
        [keep]
        age = "30d"
        failed = "forever"
        count = 1000
        logs = "20GB"
        longest-log = "10MB"

        [keep.queue.nightly]
        age = "2w"
        lost = "12h"
        logs = "5%"
        """);
    assertThat(read(null, null).keep())
        .isEqualTo(
            new Keep(
                new Limits(
                    Duration.ofDays(30),
                    Map.of(State.FAILED, Limits.FOREVER),
                    1000L,
                    LogLimit.bytes(20_000_000_000L)),
                Map.of(
                    "nightly",
                    new Limits(
                        Duration.ofDays(14),
                        Map.of(State.LOST, Duration.ofHours(12)),
                        null,
                        LogLimit.percent(5))),
                10_000_000));
    file("port = 1\n");
    assertThat(read(null, null).keep()).isEqualTo(Keep.DEFAULT);
  }

  @Test
  void every_wrong_word_about_what_is_kept_is_named() throws Exception {
    file(
        """
        [keep]
        age = "soon"
        faild = "1d"
        count = "many"
        logs = "110%"
        longest-log = "5kB"
        [keep.queue.a]
        longest-log = "1GB"
        [keep.queue]
        b = 5
        """);
    assertThatThrownBy(() -> read(null, null))
        .hasMessageContaining("line 2: keep.age wants an age such as")
        .hasMessageContaining("line 3: unknown key keep.faild: did you mean failed?")
        .hasMessageContaining("line 4: keep.count wants a whole number")
        .hasMessageContaining("line 5: keep.logs wants a size such as")
        .hasMessageContaining("line 6: keep.longest-log wants a size of 1MB or more")
        .hasMessageContaining("line 8: unknown key keep.queue.a.longest-log")
        .hasMessageContaining("line 10: keep.queue.b is a table: write [keep.queue.b]");
    file("port = 1\nkeep = \"90d\"\n");
    assertThatThrownBy(() -> read(null, null)).hasMessageContaining("line 2: keep is a table");
  }

  @Test
  void wrong_lines_are_named_in_their_order() throws Exception {
    file("smtp = 5\nport = \"x\"\n[keep]\nage = \"soon\"\n[kep]\n");
    assertThatThrownBy(() -> read(null, null))
        .hasMessageContainingAll("line 1: smtp", "line 2: port", "line 4: keep.age", "line 5: ")
        .extracting(thrown -> thrown.getMessage().lines().count())
        .isEqualTo(4L);
  }

  @Test
  void a_file_that_is_no_toml_is_said_with_its_line() throws IOException {
    file("port = 5\nhome = /x\n");
    assertThatThrownBy(() -> read(null, null))
        .isInstanceOf(Trouble.class)
        .hasMessageContaining("bide.toml: line 2");
  }

  @Test
  void wrong_variables_are_said() {
    variables.put("BIDE_PORT", "x");
    assertThatThrownBy(() -> read(null, null)).hasMessageStartingWith("BIDE_PORT wants a port");
    variables.remove("BIDE_PORT");
    variables.put("BIDE_GRACE", "x");
    assertThatThrownBy(() -> read(null, null)).hasMessageStartingWith("BIDE_GRACE wants");
    variables.clear();
    assertThatThrownBy(() -> read(null, null)).hasMessageContaining("say --home DIR");
  }

  private Settings read(@Nullable String home, @Nullable Integer port) throws Trouble {
    Caller caller = new Caller(variables, List.of(), user.toString(), 022);
    return new Configuration().read(caller, home, port);
  }

  private void file(String text) throws IOException {
    Path file = user.resolve(".config/bide/bide.toml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
