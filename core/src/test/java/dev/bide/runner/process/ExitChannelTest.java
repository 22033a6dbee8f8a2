package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bide.job.ProcessIdentity;
import dev.bide.runner.process.ExitChannel.Hint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What launchers say through the pipe. */
class ExitChannelTest {
  @TempDir Path home;

  @Test
  void linesAreUnderstoodAndOthersAreNot() {
    assertThat(ExitChannel.parse("1-a/1 started"))
        .hasValue(new Hint(Hint.Kind.STARTED, 0, false, null));
    assertThat(ExitChannel.parse("1-a/1 started 7 99 5:88 boot"))
        .hasValue(
            new Hint(
                Hint.Kind.STARTED,
                0,
                false,
                new ProcessRecord.Runs(
                    new ProcessIdentity(7, 99, "boot"), new ProcessIdentity(5, 88, "boot"))));
    assertThat(ExitChannel.parse("1-a/1 started x y z"))
        .hasValue(new Hint(Hint.Kind.STARTED, 0, false, null));
    assertThat(ExitChannel.parse("1-a/1 refused"))
        .hasValue(new Hint(Hint.Kind.REFUSED, 0, false, null));
    assertThat(ExitChannel.parse("1-a/1 143"))
        .hasValue(new Hint(Hint.Kind.ENDED, 143, false, null));
    assertThat(ExitChannel.parse("1-a/1 0 left"))
        .hasValue(new Hint(Hint.Kind.ENDED, 0, true, null));
    for (String line :
        new String[] {"", " ", "1-a/1", "1-a/1 x", "1-a/1 1234", "1-a/1 7 x", "a b c d"}) {
      assertThat(ExitChannel.parse(line)).as(line).isEmpty();
    }
  }

  @Test
  void noiseDoesNotDisturbWhatFollows() throws IOException {
    Map<String, Hint> heard = new ConcurrentHashMap<>();
    Path fifo = home.resolve("exits");
    try (ExitChannel channel = new ExitChannel(fifo, heard::put)) {
      assertThat(channel).isNotNull();
      Files.writeString(fifo, "x".repeat(200_000) + "\n", StandardOpenOption.WRITE);
      Files.writeString(fifo, "\n\n\0\n1-a/1 sta", StandardOpenOption.WRITE);
      Files.writeString(fifo, "rted\n1-a/1 7\n", StandardOpenOption.WRITE);
      await().until(() -> heard.containsKey("1-a/1") && heard.get("1-a/1").code() == 7);
    }
  }

  @Test
  void whatWasSaidBeforeIsToldBefore() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    CountDownLatch slow = new CountDownLatch(1);
    Path fifo = home.resolve("exits");
    try (ExitChannel channel =
        new ExitChannel(
            fifo,
            (name, hint) -> {
              awaitQuietly(slow);
              order.add(name);
            })) {
      Files.writeString(fifo, "1-a/1 7\n2-b/1 7\nheard 9\n", StandardOpenOption.WRITE);
      channel.afterWhatWasSaid(() -> order.add("death"));
      Files.writeString(fifo, "3-c/1 7\n", StandardOpenOption.WRITE);
      assertThat(order).isEmpty();
      slow.countDown();
      await().until(() -> order.size() == 4);
      assertThat(order).containsExactly("1-a/1", "2-b/1", "death", "3-c/1");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFileInItsPlaceIsReplacedAndAnythingElseRefused() throws IOException {
    Path file = Files.writeString(home.resolve("exits"), "1-a/1 7\n");
    new ExitChannel(file, (name, hint) -> {}).close();
    assertThat(Files.isRegularFile(file)).isFalse();
    Path directory = Files.createDirectory(home.resolve("directory"));
    Path link = Files.createSymbolicLink(home.resolve("link"), file);
    for (Path wrong : new Path[] {directory, link}) {
      assertThatThrownBy(() -> new ExitChannel(wrong, (name, hint) -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is not a pipe");
    }
  }
}
