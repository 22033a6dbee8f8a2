package dev.bide.checks.clone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.checks.Needed;
import dev.bide.checks.ProcessTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./bide} itself where the machine is not as usual: no room in /tmp, no init. */
@Timeout(240)
class OddMachineTest {
  private static final String BIDE = Checkout.file("bide").toString();
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void anEmptyDirectory() {
    shell = new Shell(folder, Map.of("PATH", System.getenv("PATH"), "HOME", folder.toString()));
  }

  @AfterEach
  void endAll() {
    ProcessTable.endAll(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount -t tmpfs -o ro none /tmp",
        "mount -t tmpfs -o size=64k none /tmp; head -c 1m /dev/zero >/tmp/full 2>/dev/null"
      })
  void the_server_starts_and_jobs_run_where_nothing_can_be_written_to_tmp(String make) {
    needs("unshare", "--mount", "true");
    shell.run(BIDE, "version"); // builds it where that is still possible
    // both may be in /tmp
    String line =
        "mount --bind '%s' /srv && mount --bind '%s' /mnt && %s; cd /mnt && ls -A /tmp >before; "
                .formatted(Checkout.root(), folder, make)
            + "/srv/bide --home /mnt/home run -- sh -c 'echo $MARK; exit 7'; echo \"code $?\"; "
            + "/srv/bide --home /mnt/home stop >&2; ls -A /tmp >after";

    Shell.Result result = shell.with("MARK", "it runs").run("unshare", "--mount", "sh", "-c", line);

    assertThat(result.output()).as(result.errors()).isEqualTo("it runs\ncode 7\n");
    assertThat(folder.resolve("after")).hasSameTextualContentAs(folder.resolve("before"));
    assertThat(folder.resolve("home/lib"))
        .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith(".bide-"));
  }

  @ParameterizedTest
  @CsvSource({"TERM, 0", "INT, 0", "HUP, 129"})
  void as_the_first_process_of_a_container_it_collects_what_jobs_leave_and_hands_signals_on(
      String signal, int code) throws Exception {
    needs("unshare", "--pid", "--fork", "--mount-proc", "true");
    shell.run(BIDE, "version");
    Path home = folder.resolve("home");
    Shell.Started container =
        shell.start(
            "unshare",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "sh",
            "-c",
            "exec \"$0\" --home '%s' serve".formatted(home),
            BIDE);
    Awaitility.await()
        .atMost(SOON)
        .until(() -> Files.exists(home.resolve("server.json")) || !container.process().isAlive());
    ProcessHandle first = container.process().children().findFirst().orElseThrow();

    Shell.Result job =
        shell.run(
            BIDE,
            "--home",
            home.toString(),
            "--no-start",
            "run",
            "--",
            "sh",
            "-c",
            "grep SigIgn /proc/self/status; (sh -c 'sleep 0.2; : >gone' >/dev/null 2>&1 &)");

    assertThat(job.code()).as(job.errors()).isZero();
    assertThat(job.output()).isEqualTo("SigIgn:\t" + "0".repeat(16) + "\n");
    Awaitility.await().atMost(SOON).until(() -> Files.exists(folder.resolve("gone")));
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(zombiesOf(first.pid())).isEmpty());
    shell.run("kill", "-" + signal, Long.toString(first.pid()));
    Shell.Result ended = shell.finish(container);
    assertThat(ended.code()).as(ended.errors()).isEqualTo(code);
    assertThat(ended.errors()).doesNotContain("first process");
  }

  private static void needs(String... words) {
    boolean there;
    try {
      Process process =
          new ProcessBuilder(List.of(words))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      there = process.waitFor() == 0;
    } catch (IOException e) {
      there = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      there = false;
    }
    Needed.check(there, "no namespace of its own can be made here: " + String.join(" ", words));
  }

  private static List<String> zombiesOf(long parent) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .map(process -> stat(process.resolve("stat")))
          .filter(stat -> stat.contains(") Z " + parent + " "))
          .toList();
    }
  }

  private static String stat(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended meanwhile
    }
  }
}
