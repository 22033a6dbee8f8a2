package dev.bide.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** It is Friday, 27 November 2026, 12:00 in Berlin. */
class WrittenTimeTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NOW = Instant.parse("2026-11-27T11:00:00Z");

  private static String read(String text) {
    try {
      WrittenTime time = WrittenTime.parse(text, NOW, BERLIN);
      String local = ZonedDateTime.ofInstant(time.instant(), BERLIN).toOffsetDateTime().toString();
      return time.clockChange() == null ? local : local + " " + time.clockChange();
    } catch (InvalidTrigger e) {
      return e.getMessage();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "18:30                     | 2026-11-27T18:30+01:00",
        "12:00                     | 2026-11-28T12:00+01:00",
        "9:05                      | 2026-11-28T09:05+01:00",
        "6pm                       | 2026-11-27T18:00+01:00",
        "12:30am                   | 2026-11-28T00:30+01:00",
        "noon                      | 2026-11-28T12:00+01:00",
        "today 23:59:59            | 2026-11-27T23:59:59+01:00",
        "Tomorrow  02:00           | 2026-11-28T02:00+01:00",
        "tomorrow at 6:30 pm       | 2026-11-28T18:30+01:00",
        "fri 18:30                 | 2026-11-27T18:30+01:00",
        "Friday 11:00              | 2026-12-04T11:00+01:00",
        "thu noon                  | 2026-12-03T12:00+01:00",
        "2026-12-01T09:00          | 2026-12-01T09:00+01:00",
        "2026-12-01 09:00:30       | 2026-12-01T09:00:30+01:00",
        "2026-12-01t9:00           | 2026-12-01T09:00+01:00",
        "2026-12-01T09:00Z         | 2026-12-01T10:00+01:00",
        "2026-12-01 09:00 -0500    | 2026-12-01T15:00+01:00",
        "2027-03-28 02:30          | 2027-03-28T03:00+02:00 GAP",
        "2027-10-31 02:30          | 2027-10-31T02:30+02:00 OVERLAP",
      })
  void isReadAsPeopleMeanIt(String text, String expected) {
    assertThat(read(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "tomorrow          | \"tomorrow\" names no time of the day; FORMS",
        "2026-12-01        | \"2026-12-01\" names no time of the day; FORMS",
        "today 11:59       | \"today 11:59\" is over: it is 2026-11-27 12:00",
        "2026-11-26 09:00  | \"2026-11-26 09:00\" is over: it is 2026-11-27 12:00",
        "2026-02-30 09:00  | \"2026-02-30 09:00\" is no day of the calendar",
        "2026-13-01T09:00Z | \"2026-13-01T09:00Z\" is no time of the calendar",
        "25:00             | \"25:00\" is no time of the day",
        "13pm              | \"13pm\" is no time of the day",
        "7                 | \"7\" is not understood as a time; FORMS",
        "next friday 9:00  | \"next friday 9:00\" is not understood as a time; FORMS",
        "1/2/2027 09:00    | \"1/2/2027 09:00\" is not understood as a time; FORMS",
        "in 2h             | \"in 2h\" is not understood as a time; FORMS",
        "midnight          | \"midnight\" is not understood as a time; FORMS",
      })
  void whatIsUnclearIsRefusedWithTheForms(String text, String message) {
    String forms =
        "write 18:30, tomorrow 02:00, fri 18:30, 2026-12-01T09:00 or 2026-12-01T09:00+01:00";
    assertThat(read(text)).isEqualTo(message.replace("FORMS", forms));
  }
}
