package dev.bide.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void durations_have_at_most_two_units() {
    assertThat(Text.duration(Duration.ofMillis(4))).isEqualTo("4 ms");
    assertThat(Text.duration(Duration.ofMillis(390))).isEqualTo("0.3 s");
    assertThat(Text.duration(Duration.ofSeconds(59))).isEqualTo("59 s");
    assertThat(Text.duration(Duration.ofSeconds(60))).isEqualTo("1 min");
    assertThat(Text.duration(Duration.ofSeconds(302))).isEqualTo("5 min 2 s");
    assertThat(Text.duration(Duration.ofHours(7).plusMinutes(3))).isEqualTo("7 h 3 min");
    assertThat(Text.duration(Duration.ofDays(2).plusHours(4))).isEqualTo("2 d 4 h");
    assertThat(Text.duration(Duration.ofSeconds(-5))).isEqualTo("0 ms");
  }

  @Test
  void durations_are_read_as_people_write_them() throws Trouble {
    assertThat(Text.parseDuration("--grace", "30")).isEqualTo(Duration.ofSeconds(30));
    assertThat(Text.parseDuration("--grace", "30s")).isEqualTo(Duration.ofSeconds(30));
    assertThat(Text.parseDuration("--grace", "5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(Text.parseDuration("--grace", "2h")).isEqualTo(Duration.ofHours(2));
    assertThat(Text.parseDuration("--grace", "1d")).isEqualTo(Duration.ofDays(1));
    for (String wrong : List.of("", "s", "-3s", "3x", "1.5h", "99999999999s")) {
      assertThatThrownBy(() -> Text.parseDuration("--grace", wrong))
          .hasMessageStartingWith("--grace wants a duration such as 30s");
    }
  }

  @Test
  void nothing_foreign_steers_the_terminal() {
    assertThat(Text.visible("a\u001b[31mb\nc\td\u0007\u202ee\u009b"))
        .isEqualTo("a\\e[31mb\\nc\\td\\x07\\u202ee\\x9b");
    assertThat(Text.visible("plain äöü 漢字 👍")).isEqualTo("plain äöü 漢字 👍");
  }

  @Test
  void wide_characters_take_two_columns() {
    assertThat(Text.columns("漢字")).isEqualTo(4);
    assertThat(Text.columns("e\u0301")).isEqualTo(1);
    assertThat(Text.cut("漢字漢字", 5, "…")).isEqualTo("漢字…");
    assertThat(Text.cut("short", 5, "…")).isEqualTo("short");
    assertThat(Text.pad("漢", 4)).isEqualTo("漢  ");
  }

  @Test
  void bytes_are_said_in_short() {
    assertThat(Text.bytes(0)).isEqualTo("0 bytes");
    assertThat(Text.bytes(1)).isEqualTo("1 byte");
    assertThat(Text.bytes(51234)).isEqualTo("51 kB");
    assertThat(Text.bytes(1_500_000)).isEqualTo("1.5 MB");
  }

  @Test
  void slips_of_the_finger_are_near() {
    List<String> verbs = Verbs.ALL;
    assertThat(Suggestion.nearest("cancle", verbs)).isEqualTo("cancel");
    assertThat(Suggestion.nearest("lgos", verbs)).isEqualTo("logs");
    assertThat(Suggestion.nearest("l", verbs)).isEqualTo("ls");
    assertThat(Suggestion.nearest("python3", verbs)).isNull();
    assertThat(Suggestion.distance("abc", "abc")).isZero();
    assertThat(Suggestion.distance("abc", "acb")).isEqualTo(1);
  }
}
