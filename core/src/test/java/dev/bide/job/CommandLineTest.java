package dev.bide.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommandLineTest {
  @Test
  void splitsAsAShellWouldWithoutExpandingAnything() throws Exception {
    assertThat(CommandLine.split("python3  'a b' \"c \\\" $d\" e\\ f ''").words())
        .containsExactly("python3", "a b", "c \" $d", "e f", "");
  }

  @Test
  void findsAnUnquotedCharacterThatOnlyAShellUnderstands() throws Exception {
    assertThat(CommandLine.split("ls | wc").shellCharacter()).isEqualTo('|');
    assertThat(CommandLine.split("echo 'a|b' \"$c\" \\*").shellCharacter()).isNull();
  }

  @Test
  void saysWhichQuoteIsNotClosed() {
    assertThatThrownBy(() -> CommandLine.split("echo 'a")).hasMessageContaining("single quote");
    assertThatThrownBy(() -> CommandLine.split("echo \"a")).hasMessageContaining("double quote");
    assertThatThrownBy(() -> CommandLine.split("echo a\\")).hasMessageContaining("backslash");
  }

  @Test
  void whatIsJoinedSplitsIntoTheSameWordsAgain() throws Exception {
    Random random = new Random(7);
    String letters = "ab '\"\\$`*\n\tü😀|&";
    for (int round = 0; round < 5_000; round++) {
      List<String> words = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        StringBuilder word = new StringBuilder();
        for (int j = random.nextInt(6); j > 0; j--) {
          int at = random.nextInt(letters.codePointCount(0, letters.length()));
          word.appendCodePoint(letters.codePointAt(letters.offsetByCodePoints(0, at)));
        }
        words.add(word.toString());
      }
      assertThat(CommandLine.split(CommandLine.join(words)).words()).isEqualTo(words);
    }
  }
}
