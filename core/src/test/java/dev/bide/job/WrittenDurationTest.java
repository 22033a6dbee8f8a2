package dev.bide.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenDurationTest {
  @ParameterizedTest
  @CsvSource({
    "45s, PT45S",
    "5m, PT5M",
    "5 min, PT5M",
    "2h30m, PT2H30M",
    "' 2H 30Min ', PT2H30M",
    "90d, P90D",
    "1w, P7D",
    "1w2d3h4m5s, PT219H4M5S",
    "0s, PT0S",
    "999999999w, PT167999999832H",
  })
  void isReadAsPeopleTypeIt(String text, Duration expected) {
    assertThat(WrittenDuration.parse(text)).contains(expected);
    assertThat(WrittenDuration.parseOrSeconds(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "soon", "h", "30m2h", "1h1h", "-5m", "1.5h", "1000000000s", "٣s", "5mm"})
  void whatIsNoneIsRefused(String text) {
    assertThat(WrittenDuration.parse(text)).isEmpty();
    assertThat(WrittenDuration.parseOrSeconds(text)).isEmpty();
  }

  @Test
  void aBareNumberIsOfSecondsOnlyWhereThatIsSaid() {
    assertThat(WrittenDuration.parse("30")).isEmpty();
    assertThat(WrittenDuration.parseOrSeconds(" 30 ")).contains(Duration.ofSeconds(30));
    assertThat(WrittenDuration.parseOrSeconds("1000000000")).isEmpty();
  }

  @Test
  void whatIsWrittenIsReadBack() {
    for (String text : List.of("0s", "1s", "2h30m", "90d", "1d1h1m1s", "3652d")) {
      Duration read = WrittenDuration.parse(text).orElseThrow();
      assertThat(WrittenDuration.text(read)).isEqualTo(text);
    }
    assertThat(WrittenDuration.text(Duration.ofMillis(1999))).isEqualTo("1s");
    assertThat(WrittenDuration.text(Duration.ofDays(7))).isEqualTo("7d");
  }
}
