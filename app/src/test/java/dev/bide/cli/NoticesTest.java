package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.cli.Shell.Said;
import dev.bide.server.HttpReceiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Notices of the program as a process, which may be killed. */
class NoticesTest {
  @SuppressWarnings("NullAway.Init")
  private Shell shell;

  @SuppressWarnings("NullAway.Init")
  private HttpReceiver web;

  @BeforeEach
  void open() throws Exception {
    shell = new Shell();
    web = new HttpReceiver();
    Path file = shell.directory().resolve(".config/bide/bide.toml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "notify-allow = [\"127.0.0.0/8\"]\nnotify = [\"failure=" + web.url("/hook") + "\"]\n");
  }

  @AfterEach
  void close() throws Exception {
    try {
      shell.close();
    } finally {
      web.close();
    }
  }

  @Test
  void a_notice_that_a_kill_broke_off_comes_again_with_the_same_id() throws Exception {
    web.answer("/hook", 0); // taken, and never answered
    assertThat(shell.type("bide run -- false").code()).isEqualTo(1);
    String id = web.await(1).get(0).json().needed("id");
    shell.killServer();
    web.answer("/hook", 204);
    Said status = shell.type("bide status");
    assertThat(status.err()).doesNotContain("exception");
    assertThat(shell.type("bide ls").code()).isZero(); // starts another server

    assertThat(web.await(2)).allMatch(one -> one.json().needed("id").equals(id));
    Said listed = shell.type("bide notices ls");
    assertThat(listed.out()).startsWith(id + "\t").contains("\tfailure\t");
  }

  @Test
  void a_rule_can_be_tried_out_and_what_failed_be_sent_again() throws Exception {
    assertThat(shell.type("bide notices test command:true"))
        .isEqualTo(new Said(0, "sent to command:true\n", ""));
    Said failed = shell.type("bide notices test 'command:echo no; exit 2'");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err())
        .isEqualTo(
            "bide: nothing was sent to command:echo no; exit 2: the command ended with exit code 2:"
                + " no\n");
    web.answer("/hook", 410);
    shell.type("bide run -- false");
    web.await(1);
    org.awaitility.Awaitility.await()
        .until(() -> !shell.type("bide notices ls --state failed").out().isEmpty());
    web.answer("/hook", 204);
    shell.type("bide notices retry $(bide notices ls | cut -f1)");
    web.await(2);
    Said wrong = shell.type("bide add --notify nowhere true");
    assertThat(wrong.code()).isNotZero();
    assertThat(wrong.err()).contains("'nowhere' is no place to send a notice to");
    assertThat(shell.type("bide queue set default --notify command:true").code()).isZero();
    assertThat(shell.type("bide queue ls -o json").out()).contains("end=command:true");
    assertThat(shell.type("bide queue set default --notify ''").code()).isZero();
    assertThat(shell.type("bide queue ls -o json").out()).contains("\"notify\":[]");
  }

  @Test
  void only_the_server_minds_a_password_file_that_is_wrong() throws Exception {
    Path password = Files.writeString(shell.directory().resolve("password"), "geheim\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        shell.directory().resolve(".config/bide/bide.toml"),
        "smtp = \"smtp://me@localhost\"\nmail-from = \"me@localhost\"\nsmtp-password-file = \""
            + password
            + "\"\n");
    assertThat(shell.type("bide run -- true").code()).isZero();
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(shell.type("bide status").code()).isZero();
    assertThat(shell.type("bide ls -a").out()).contains("COMPLETED");
    assertThat(shell.type("bide stop").code()).isZero();

    assertThat(shell.type("bide serve"))
        .isEqualTo(
            new Said(
                1,
                "",
                "bide: others may use "
                    + password
                    + " (rw-r--r--): chmod 600 '"
                    + password
                    + "'\n"));
    Files.delete(password);
    assertThat(shell.type("bide serve").err())
        .startsWith(
            "bide: there is no file " + password + ": smtp-password-file in bide.toml names")
        .hasLineCount(1);
    Files.writeString(password, "two\nlines\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    assertThat(shell.type("bide serve").err()).contains("has more than one line").hasLineCount(1);
    assertThat(shell.type("bide status").code()).isEqualTo(3);
    Said starting = shell.type("bide ls");
    assertThat(starting.err()).contains("has more than one line");
  }
}
