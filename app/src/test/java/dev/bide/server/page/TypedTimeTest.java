package dev.bide.server.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.job.WrittenDuration;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people type into forms, and what a form shows of what is there. */
final class TypedTimeTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NOW = Instant.parse("2026-11-29T13:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-12-01,2026-11-30T23:00:00Z",
    "2026-12-01 09:00,2026-12-01T08:00:00Z",
    "2026-12-01T09:00:30.250,2026-12-01T08:00:30.250Z",
    "2026-12-01T09:00:00+05:00,2026-12-01T04:00:00Z",
    "2020-01-01,2019-12-31T23:00:00Z",
    "tomorrow 02:00,2026-11-30T01:00:00Z",
    "2027-03-28 02:30,2027-03-28T01:00:00Z",
    "2026-10-25 02:30,2026-10-25T00:30:00Z",
    "2026-10-25 02:30+01:00,2026-10-25T01:30:00Z"
  })
  void times_are_read_by_the_clock_of_the_zone(String text, Instant instant) throws Exception {
    assertThat(TypedTime.instant(text, NOW, BERLIN, false)).isEqualTo(instant);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-30T23:00:00Z,false,2026-12-01",
    "2026-12-01T22:59:59.999Z,true,2026-12-01",
    "2026-12-01T08:00:00Z,true,2026-12-01 09:00",
    "2026-12-01T08:00:30Z,false,2026-12-01 09:00:30",
    "2026-12-01T08:00:30.250Z,false,2026-12-01 09:00:30.250",
    "2026-10-25T00:30:00Z,false,2026-10-25 02:30+02:00",
    "2026-10-25T01:30:00Z,false,2026-10-25 02:30+01:00"
  })
  void what_a_form_shows_is_read_as_the_same_again(Instant instant, boolean end, String text)
      throws Exception {
    assertThat(WallClock.typed(instant, BERLIN, end)).isEqualTo(text);
    assertThat(TypedTime.instant(text, NOW, BERLIN, end)).isEqualTo(instant);
  }

  @ParameterizedTest
  @CsvSource({"45s,PT45S", "1h30m,PT1H30M", "1d 12h,P1DT12H", "2 W,P14D", "10min,PT10M"})
  void lengths_are_read_with_their_units(String text, Duration length) throws Exception {
    assertThat(TypedTime.length(text, Duration.ZERO, Duration.ofDays(400))).isEqualTo(length);
    String again = WrittenDuration.text(length);
    assertThat(TypedTime.length(again, Duration.ZERO, Duration.ofDays(400))).isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10|\"10\" of what? Write 10s, 10m, 10h or 10d.",
        "soon|\"soon\" is no length of time such as 2h, 1h30m or 45s.",
        "2d|\"2d\" is not between 1s and 1d.",
        "0s|\"0s\" is not between 1s and 1d."
      })
  void what_is_no_length_is_said_in_one_sentence(String text, String sentence) {
    assertThatThrownBy(() -> TypedTime.length(text, Duration.ofSeconds(1), Duration.ofDays(1)))
        .isInstanceOf(TypedTime.Wrong.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource({"2026-13-01", "2026-02-30", "yesterday", "2026-12-01T09:00Zulu"})
  void what_is_no_time_is_said_in_one_sentence(String text) {
    assertThatThrownBy(() -> TypedTime.instant(text, NOW, BERLIN, false))
        .isInstanceOf(TypedTime.Wrong.class)
        .hasMessageContaining(text)
        .hasMessageEndingWith(".");
  }
}
