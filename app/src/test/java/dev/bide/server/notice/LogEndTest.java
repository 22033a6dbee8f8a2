package dev.bide.server.notice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogEndTest {
  @Test
  void nothingOfALogActsOnWhoeverReadsIt() {
    assertThat(LogEnd.lines("\u001b[31mred\u001b[0m\n\u001b]8;;http://x\u0007link\u001b]8;;\u0007"))
        .containsExactly("red", "link");
    assertThat(LogEnd.lines("a\0b\u0085c\td\ud800")).containsExactly("abc d");
  }

  @Test
  void nothingTurnsTheTextAroundItAndNoSequenceIsLeftOpen() {
    assertThat(LogEnd.lines("a\u202eb\u2066c\u061cd\ufeffe")).containsExactly("abcde");
    assertThat(LogEnd.lines("one\u001b]0;title without an end\ntwo\u009b31mred"))
        .containsExactly("one", "twored");
    assertThat(LogEnd.lines("  in a block:\n\tdeeper  \nend"))
        .as("what a line begins with says where it belongs")
        .containsExactly("  in a block:", " deeper", "end");
  }

  @Test
  void ofABarOfProgressItsLastStateIsShown() {
    assertThat(LogEnd.lines(" 10 %\r 50 %\r100 %\ndone\n")).containsExactly("100 %", "done");
    assertThat(LogEnd.lines(" 50 %\r100 %\r\u001b[0m\r\u001b[?25h\n")).containsExactly("100 %");
  }

  @Test
  void anEmptyLogHasNoLines() {
    assertThat(LogEnd.lines("")).isEmpty();
    assertThat(LogEnd.lines("\n\n")).isEmpty();
  }
}
