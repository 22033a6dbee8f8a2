package dev.bide.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What would be invisible is written out; everything else stays as it is. */
final class VisibleTextTest {
  @Test
  void ordinary_text_of_any_language_stays() {
    String text = "größer 日本語 👩‍💻 ½ → ";
    assertThat(VisibleText.line(text)).isSameAs(text);
  }

  @Test
  void controls_and_what_turns_the_text_around_are_escapes() {
    assertThat(VisibleText.line("a\u0007b\u001b[31m")).isEqualTo("a\\x07b\\x1b[31m");
    assertThat(VisibleText.line("file\u202efdp.exe")).isEqualTo("file\\u{202e}fdp.exe");
    assertThat(VisibleText.line("x\u2066y\ufeff")).isEqualTo("x\\u{2066}y\\u{feff}");
    assertThat(VisibleText.line("\ud800")).isEqualTo("\\u{d800}");
    assertThat(VisibleText.line("a\u2028b\u0085c")).isEqualTo("a\\u{2028}b\\x85c");
  }

  @Test
  void line_breaks_and_tabs_stay_in_a_block_only() {
    assertThat(VisibleText.line("one\ntwo\tthree\r")).isEqualTo("one\\ntwo\\tthree\\r");
    assertThat(VisibleText.block("one\ntwo\tthree\r")).isEqualTo("one\ntwo\tthree\\r");
  }
}
