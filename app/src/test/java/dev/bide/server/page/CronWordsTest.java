package dev.bide.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cron expressions in words. */
final class CronWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *|every day at 02:30",
        "30 2 * * 1-5|Monday to Friday at 02:30",
        "0 9,17 * * mon,WED|on Monday and Wednesday at 09:00 and 17:00",
        "0 6 * * 7|on Sunday at 06:00",
        "* * * * *|every minute",
        "*/15 * * * *|every 15 minutes",
        "*/15 * * * 6|every 15 minutes, on Saturday",
        "0 * * * *|every hour, on the hour",
        "1 * * * *|every hour, at 1 minute past",
        "5 */2 * * *|every 2 hours, at 5 minutes past",
        "30 9-17 * * 1-5|every hour from 09:30 to 17:30, Monday to Friday",
        "0 0 1 * *|on the 1st of the month at 00:00",
        "0 0 1,2,3,11,22 * *|on the 1st, 2nd, 3rd, 11th and 22nd of the month at 00:00",
        "30 2 28-31 3,10 *|from the 28th to the 31st of the month in March and October at 02:30",
        "0 4 L 12 *|on the last day of the month in December at 04:00",
        "0 4 1 * 1|on the 1st of the month and on Monday at 04:00",
        "@daily|every day at 00:00",
        "@HOURLY|every hour, on the hour"
      })
  void what_people_write_most_is_said_in_words(String expression, String words) {
    assertThat(CronWords.of(expression)).isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/7 * * * *",
        "*/15 2 * * *",
        "0,30 * * * *",
        "0 1,2,3,4,5 * * *",
        "0 0 15W * *",
        "0 0 * * 5#2",
        "0 0 */2 * *",
        "0 0 * 13 *",
        "0 9-17/2 * * *",
        "@reboot",
        "nonsense",
        ""
      })
  void what_words_would_say_wrongly_has_none(String expression) {
    assertThat(CronWords.of(expression)).isNull();
  }
}
