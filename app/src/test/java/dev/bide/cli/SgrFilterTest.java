package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SgrFilterTest {
  @Test
  void colors_and_text_pass() {
    String text = "a\u001b[1;31mrot\u001b[0m\tü漢👍\r\n\u001b[38:2:1:2:3mx";
    assertThat(filtered(text)).isEqualTo(text);
  }

  @Test
  void what_moves_clears_or_answers_does_not() {
    assertThat(filtered("a\u001b[2Jb\u001b[Hc\u001b[6nd\u001b[?25le\u001b[>cf"))
        .isEqualTo("abcdef");
    assertThat(filtered("a\u001bcb\u001b(Bc\u001b7d")).isEqualTo("abcd");
    assertThat(filtered("a\u0007b\u000ec\u007fd\u0000e")).isEqualTo("abcde");
    assertThat(filtered("\u001b[?1m\u001b[>4;2mx")).isEqualTo("x");
  }

  @Test
  void titles_links_and_the_clipboard_do_not() {
    assertThat(filtered("a\u001b]0;title\u0007b")).isEqualTo("ab");
    assertThat(filtered("a\u001b]52;c;aGk=\u001b\\b")).isEqualTo("ab");
    assertThat(filtered("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\")).isEqualTo("link");
    assertThat(filtered("a\u001bP1$tx\u001b\\b")).isEqualTo("ab");
  }

  @Test
  void an_unfinished_sequence_swallows_no_more_than_its_line() {
    assertThat(filtered("a\u001b]0;never ended\nb")).isEqualTo("ab");
    assertThat(filtered("\u001b[" + "1".repeat(100) + "mb")).endsWith("mb");
    assertThat(filtered("\u001b[\nb")).isEqualTo("\nb");
  }

  @Test
  void eight_bit_controls_do_not_pass_in_either_form() {
    assertThat(filtered("a\u009b2Jb")).isEqualTo("a2Jb");
    byte[] lone = {'a', (byte) 0x9b, '2', 'J'};
    assertThat(new SgrFilter().filter(lone, lone.length))
        .isEqualTo("a2J".getBytes(StandardCharsets.US_ASCII));
    assertThat(filtered("\u00a0\u00e9")).isEqualTo("\u00a0\u00e9");
  }

  @Test
  void chunk_borders_change_nothing() {
    String text = "x\u001b[31mü\u001b]0;t\u0007y\u009bz漢\u001b[0m\u00a0!";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SgrFilter filter = new SgrFilter();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte one : bytes) {
      out.writeBytes(filter.filter(new byte[] {one}, 1));
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(filtered(text));
  }

  @Test
  void colors_are_given_back_at_the_end() {
    SgrFilter filter = new SgrFilter();
    assertThat(filter.end()).isEmpty();
    byte[] red = "\u001b[31m".getBytes(StandardCharsets.US_ASCII);
    filter.filter(red, red.length);
    assertThat(filter.end()).isEqualTo("\u001b[0m".getBytes(StandardCharsets.US_ASCII));
  }

  private static String filtered(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(new SgrFilter().filter(bytes, bytes.length), StandardCharsets.UTF_8);
  }
}
