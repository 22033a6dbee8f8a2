package dev.bide.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class LogFileTest {
  private static final long TEN_GIGABYTES = 10_000_000_000L;

  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void makeARunDirectory() throws IOException {
    path = Files.createDirectories(directory.resolve("runs/1-6f640ce6/1")).resolve("log");
  }

  private void write(String text) throws IOException {
    Files.writeString(path, text);
  }

  private byte[] bytes(long from, long length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (LogFile log = LogFile.open(path)) {
      log.copy(from, length, bytes);
    }
    return bytes.toByteArray();
  }

  private String copy(long from, long length) throws IOException {
    return new String(bytes(from, length), StandardCharsets.UTF_8);
  }

  private long size() throws IOException {
    try (LogFile log = LogFile.open(path)) {
      return log.size();
    }
  }

  private long startOfTail(int lines) throws IOException {
    try (LogFile log = LogFile.open(path)) {
      return log.startOfTail(lines);
    }
  }

  private Optional<String> lastLine() throws IOException {
    try (LogFile log = LogFile.open(path)) {
      return log.lastLine();
    }
  }

  private String tail(int lines) throws IOException {
    long start = startOfTail(lines);
    return copy(start, size() - start);
  }

  @Test
  void whatIsNotThereIsEmpty() throws Exception {
    assertThat(size()).isZero();
    assertThat(copy(0, 0)).isEmpty();
    assertThat(startOfTail(5)).isZero();
    assertThat(lastLine()).isEmpty();
  }

  @Test
  void aPartIsCopiedFromAnywhere() throws Exception {
    write("0123456789");

    assertThat(size()).isEqualTo(10);
    assertThat(copy(0, 10)).isEqualTo("0123456789");
    assertThat(copy(3, 2)).isEqualTo("34");
    assertThat(copy(9, 1)).isEqualTo("9");
    assertThat(copy(4, 0)).isEmpty();
    assertThat(copy(10, 0)).isEmpty();
  }

  @Test
  void whatIsOnlyOpenForReadingCanBeMadeDurable() throws Exception {
    write("0123456789");
    try (LogFile log = LogFile.open(path)) {
      log.sync();
    }
    Files.delete(path);
    try (LogFile log = LogFile.open(path)) {
      log.sync();
    }
  }

  @Test
  void aLogThatBecameShorterIsSaid() throws Exception {
    write("0123456789");

    assertThatThrownBy(() -> copy(8, 5))
        .isInstanceOf(IOException.class)
        .hasMessage("the log became shorter while it was read");
  }

  @Test
  void theSizeIsThatOfTheMomentItWasOpened() throws Exception {
    write("a\nb\n");
    try (LogFile log = LogFile.open(path)) {
      write("a\nb\nc\n");

      assertThat(log.size()).isEqualTo(4);
      assertThat(log.startOfTail(1)).isEqualTo(2);
      assertThat(log.lastLine()).contains("b");
    }
  }

  @Test
  void randomBytesComeBackUnchangedFromAnywhere() throws Exception {
    byte[] bytes = new byte[300_000];
    Random random = new Random(7);
    random.nextBytes(bytes);
    Files.write(path, bytes);
    for (int i = 0; i < 50; i++) {
      int from = random.nextInt(bytes.length);
      int length = random.nextInt(bytes.length - from + 1);
      assertThat(bytes(from, length)).isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
    }
    assertThat(startOfTail(10)).isBetween(0L, (long) bytes.length);
    assertThat(lastLine().orElse("").length()).isLessThanOrEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource({
    "0, ''",
    "-1, ''",
    "1, 'c|'",
    "2, 'b|c|'",
    "3, 'a|b|c|'",
    "4, 'a|b|c|'",
    "1000000, 'a|b|c|'"
  })
  void theTailIsOfWholeLines(int lines, String expected) throws Exception {
    write("a\nb\nc\n");

    assertThat(tail(lines)).isEqualTo(expected.replace('|', '\n'));
  }

  @Test
  void aLineIsALineWithoutItsBreakAndWithAnotherSystemsBreak() throws Exception {
    write("a\nb\nc");
    assertThat(tail(1)).isEqualTo("c");
    assertThat(tail(2)).isEqualTo("b\nc");
    write("a\r\nb\r\n");
    assertThat(tail(1)).isEqualTo("b\r\n");
    write("\n\n\n");
    assertThat(tail(2)).isEqualTo("\n\n");
    write("\n");
    assertThat(tail(1)).isEqualTo("\n");
  }

  @Test
  void theTailIsFoundAcrossManyBlocks() throws Exception {
    String text =
        IntStream.range(0, 50_000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    write(text);

    for (int lines : new int[] {1, 7, 6_000, 6_001, 49_999, 50_000, 50_001}) {
      assertThat(tail(lines).lines().count()).isEqualTo(Math.min(lines, 50_000));
      assertThat(text).endsWith(tail(lines));
    }
  }

  @Test
  void tenGigabytesWithoutALineBreakAreNoWorkAndNoMemory() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      // A hole: nothing is on the disk.
      file.setLength(TEN_GIGABYTES);
      file.seek(TEN_GIGABYTES - 4);
      file.write("done".getBytes(StandardCharsets.UTF_8));
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(size()).isEqualTo(TEN_GIGABYTES);
          assertThat(startOfTail(10)).isEqualTo(TEN_GIGABYTES - LogFile.TAIL_LIMIT_BYTES);
          assertThat(lastLine()).contains("done");
          assertThat(copy(TEN_GIGABYTES - 2, 2)).isEqualTo("ne");
        });
  }

  @Test
  void aTailThatBeginsInTheMiddleOfALineBeginsWithAWholeCharacter() throws Exception {
    try (OutputStream output = Files.newOutputStream(path)) {
      byte[] block = "€".repeat(100_000).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 60; i++) {
        output.write(block);
      }
      output.write('!');
    }

    assertThat(tail(1)).startsWith("€").endsWith("€!");
  }

  @Test
  void aLinkOrADirectoryInThePlaceOfTheLogIsAsGoodAsEmpty() throws Exception {
    Path secret = Files.writeString(directory.resolve("token"), "secret\n");
    Files.createSymbolicLink(path, secret);
    for (int i = 0; i < 2; i++) {
      assertThat(size()).isZero();
      assertThat(copy(0, 5)).isEmpty();
      assertThat(startOfTail(1)).isZero();
      assertThat(lastLine()).isEmpty();
      Files.delete(path);
      Files.createDirectory(path);
    }
  }

  @Test
  void aLinkOnTheWayToTheLogIsNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere/1"));
    Files.writeString(elsewhere.resolve("log"), "secret\n");
    Path runs = directory.resolve("runs");
    Files.createSymbolicLink(runs.resolve("2-6f640ce6"), directory.resolve("elsewhere"));
    Files.createSymbolicLink(runs.resolve("1-6f640ce6/2"), elsewhere);
    Files.writeString(runs.resolve("file"), "");

    for (String name :
        List.of("2-6f640ce6/1/log", "1-6f640ce6/2/log", "file/1/log", "3-6f640ce6/1/log")) {
      try (LogFile log = LogFile.open(runs.resolve(name))) {
        assertThat(log.size()).as(name).isZero();
      }
    }
  }

  @Test
  void aLogThatIsSwappedForALinkInALoopNeverShowsTheSecret() throws Exception {
    Path secret = Files.writeString(directory.resolve("token"), "secret\n");
    Path plain = Files.writeString(directory.resolve("plain"), "harmless\n");
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong swaps = new AtomicLong();
    Thread job =
        new Thread(
            () -> {
              try {
                Path link = directory.resolve("link");
                while (!done.get()) {
                  Files.createSymbolicLink(link, secret);
                  Files.move(link, path, StandardCopyOption.REPLACE_EXISTING);
                  Files.copy(plain, link);
                  Files.move(link, path, StandardCopyOption.REPLACE_EXISTING);
                  swaps.incrementAndGet();
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    job.start();
    try {
      int read = 0;
      while (read < 200 || swaps.get() < 200) {
        try (LogFile log = LogFile.open(path)) {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          log.copy(0, log.size(), bytes);
          assertThat(bytes.toString(StandardCharsets.UTF_8)).isIn("harmless\n", "");
          assertThat(log.lastLine().orElse("")).isIn("harmless", "");
          read++;
        } catch (IOException e) {
          // It was a link when it was opened and no longer when that was looked at.
          assertThat(e).hasMessageContaining("NOFOLLOW_LINKS");
        }
      }
    } finally {
      done.set(true);
      job.join();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "first\nlast",
        "first\nlast\n",
        "first\r\nlast\r\n",
        "first\nlast\n\n  \t\n",
        "first\nlast\r\n\r\n",
        "10%\r50%\rlast",
        "10%\r50%\rlast\r",
        "10%\r50%\rlast\r\n",
        "\u001b[31mlast\u001b[0m",
        "\u001b[1;38;5;196mla\u001b[Kst\u001b[m\n\u001b[0m\n",
        "\u001b]0;title\u0007last",
        "\u001b]8;;http://x\u001b\\last\u001b]8;;\u001b\\",
        "l\u0000a\u0001s\u007ft\u0085",
        "\u202elast\u202c",
        "\ufefflast",
        "last\u001b",
        "last\u001b[",
        "last\u001b[38;5",
        "last\u001b]0;unfinished"
      })
  void theLastLineIsWhatAPersonSaw(String text) throws Exception {
    write(text);

    assertThat(lastLine()).contains("last");
  }

  @Test
  void theLastLineKeepsAllAlphabetsAndReplacesWhatIsNoText() throws Exception {
    write("x\n\tfehler: größe\t東京 👩‍🚀\n");
    assertThat(lastLine()).contains("fehler: größe 東京 👩‍🚀");
    Files.write(path, new byte[] {'a', (byte) 0xff, 'b', (byte) 0xe2, (byte) 0x82, '\n'});
    assertThat(lastLine()).contains("a\ufffdb\ufffd");
  }

  @Test
  void aBlankLogHasNoLastLine() throws Exception {
    write("\n \r\n\t\u001b[0m\n");

    assertThat(lastLine()).isEmpty();
  }

  @Test
  void aHugeLastLineIsCutAndNeverInTheMiddleOfACharacter() throws Exception {
    write("short\n" + "x".repeat(1_000_000));
    assertThat(lastLine()).contains("x".repeat(499) + "…");
    write("😀".repeat(100_000));
    assertThat(lastLine().orElseThrow()).matches("(😀){249}…");
    write("x" + "😀".repeat(100_000));
    assertThat(lastLine().orElseThrow()).matches("(😀){249}…");
    write("x".repeat(500));
    assertThat(lastLine()).contains("x".repeat(500));
  }

  @Test
  void whatIsMoreThanEightKibibytesFromTheEndIsNotLookedFor() throws Exception {
    write("far\n" + " ".repeat(9_000));

    assertThat(lastLine()).isEmpty();
  }

  @Test
  void manyCarriageReturnsAreFast() throws Exception {
    write("\r".repeat(100_000) + "\u001b[".repeat(4_000));

    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThat(lastLine()).isEmpty());
  }
}
