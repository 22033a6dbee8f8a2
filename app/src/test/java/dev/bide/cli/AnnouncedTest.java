package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AnnouncedTest {
  @Test
  void a_server_lives_as_long_as_its_process_runs_and_not_while_nobody_has_buried_it()
      throws Exception {
    Process parent = new ProcessBuilder("sh", "-c", "sleep 300 & echo $!; exec sleep 300").start();
    long pid;
    try (BufferedReader out = parent.inputReader()) {
      pid = Long.parseLong(out.readLine());
      Announced server = new Announced(pid, ticks(pid), null, 2433, null);
      assertThat(server.lives()).isTrue();
      assertThat(new Announced(pid, ticks(pid) + 1, null, 2433, null).lives()).isFalse();

      // a shell may still ask for the end of its child; the program it becomes never does
      await().until(() -> name(parent.pid()).equals("sleep"));
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      await().until(() -> stat(pid)[0].equals("Z"));
      assertThat(server.lives()).isFalse();
    } finally {
      parent.destroyForcibly();
      parent.waitFor();
    }
  }

  /** The kernel shows a process whose first thread has ended as a zombie. */
  @Test
  void a_server_lives_as_long_as_one_of_its_threads_though_the_first_has_ended() throws Exception {
    String leaderEnds =
        "import ctypes, threading, time\n"
            + "threading.Thread(target=time.sleep, args=(300,)).start()\n"
            + "ctypes.CDLL(None).pthread_exit(None)\n";
    Process process = new ProcessBuilder("python3", "-c", leaderEnds).start();
    try {
      long pid = process.pid();
      await().until(() -> stat(pid)[0].equals("Z"));
      assertThat(new Announced(pid, ticks(pid), null, 2433, null).lives()).isTrue();
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private static String name(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
  }

  private static long ticks(long pid) throws IOException {
    return Long.parseLong(stat(pid)[19]);
  }

  private static String[] stat(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }
}
