package dev.bide.server.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a log for browsers without scripts. */
final class LogTailTest {
  @TempDir Path folder;

  private LogTail read(byte[] bytes) throws IOException {
    return LogTail.read(Files.write(folder.resolve("log"), bytes));
  }

  private LogTail read(String text) throws IOException {
    return read(text.getBytes(UTF_8));
  }

  @Test
  void lines_stay_as_they_were_written() throws IOException {
    assertThat(read("one\n\n  three\twide\nlast").lines())
        .containsExactly("one", "", "  three\twide", "last");
    assertThat(read("one\n").lines()).containsExactly("one");
    assertThat(read("\n").lines()).containsExactly("");
    assertThat(read("").lines()).isEmpty();
  }

  @Test
  void a_line_that_was_rewritten_shows_its_latest_state() throws IOException {
    assertThat(read("10%\r20%\r30%\ndone\r\n\r\n").lines()).containsExactly("30%", "done", "");
  }

  @Test
  void sequences_of_terminals_are_dropped_and_controls_shown() throws IOException {
    assertThat(
            read("\u001b[1;31mred\u001b[0m \u001b]0;title\u0007x \u001b]8;;http://e\u001b\\y\u001b[")
                .lines())
        .containsExactly("red x y");
    assertThat(read("bell\u0007 back\b").lines()).containsExactly("bell\\x07 back\\x08");
  }

  @Test
  void bytes_that_are_no_text_are_replaced() throws IOException {
    assertThat(read(new byte[] {'a', (byte) 0xff, 'b', '\n'}).lines()).containsExactly("a\ufffdb");
  }

  @Test
  void a_long_log_is_cut_at_a_line_and_says_so() throws IOException {
    String text =
        IntStream.rangeClosed(1, 50_000)
            .mapToObj(i -> "line " + i)
            .collect(Collectors.joining("\n"));
    LogTail tail = read(text);
    assertThat(tail.cut()).isTrue();
    assertThat(tail.lines()).hasSize(200).endsWith("line 50000").startsWith("line 49801");
    assertThat(read("short\n").cut()).isFalse();
  }

  @Test
  void a_long_line_is_cut_and_says_how_much_is_missing() throws IOException {
    assertThat(read("x".repeat(12_000)).lines().get(0)).endsWith("x … 2,000 more characters");
  }

  @Test
  void what_is_no_regular_file_is_an_empty_log() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "token");
    Path link = Files.createSymbolicLink(folder.resolve("link"), secret);
    assertThat(LogTail.read(link).lines()).isEmpty();
    assertThat(LogTail.read(folder.resolve("missing")).lines()).isEmpty();
    assertThat(LogTail.read(Files.createDirectory(folder.resolve("directory"))).lines()).isEmpty();
  }
}
