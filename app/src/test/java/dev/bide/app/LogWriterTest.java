package dev.bide.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogWriterTest {
  /** Takes nothing until somebody reads. */
  private static final class Stalled extends OutputStream {
    private final CountDownLatch reads = new CountDownLatch(1);
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        reads.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      synchronized (taken) {
        taken.write(bytes, offset, length);
      }
    }

    String text() {
      synchronized (taken) {
        return taken.toString(StandardCharsets.UTF_8);
      }
    }
  }

  @Test
  void nobody_waits_for_a_stream_that_nobody_reads_and_what_was_left_out_is_counted() {
    Stalled stream = new Stalled();
    LogWriter writer = new LogWriter(stream, new java.util.logging.SimpleFormatter());
    for (int i = 1; i <= 5000; i++) {
      writer.say("line " + i + "\n");
    }
    stream.reads.countDown();
    Awaitility.await().until(() -> stream.text().contains("found no room"));
    writer.close();
    assertThat(stream.text()).startsWith("line 1\n");
    long written = stream.text().lines().filter(line -> line.startsWith("line ")).count();
    long leftOut =
        stream
            .text()
            .lines()
            .filter(line -> line.startsWith("("))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum();
    assertThat(written).isGreaterThanOrEqualTo(1000);
    assertThat(written + leftOut).isEqualTo(5000);
  }

  @Test
  void closing_writes_what_is_on_its_way() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    LogWriter writer = new LogWriter(stream, new java.util.logging.SimpleFormatter());
    for (int i = 1; i <= 900; i++) {
      writer.say("line " + i + "\n");
    }
    writer.close();
    assertThat(stream.toString(StandardCharsets.UTF_8)).endsWith("line 900\n");
  }

  @Test
  void closing_does_not_wait_long_for_a_stream_that_nobody_reads() {
    Stalled stream = new Stalled();
    LogWriter writer = new LogWriter(stream, new java.util.logging.SimpleFormatter());
    writer.say("never read\n");
    long began = System.nanoTime();
    writer.close();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(30));
    assertThat(stream.text()).isEmpty();
    stream.reads.countDown();
  }
}
