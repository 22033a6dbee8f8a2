package dev.bide.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTriggerTest {
  private static final ZoneId UTC = ZoneOffset.UTC;
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static List<String> next(String cron, String after, ZoneId zone, int many)
      throws InvalidTrigger {
    List<String> all = new ArrayList<>();
    Trigger trigger = CronTrigger.of(cron);
    Instant at = Instant.parse(after);
    for (int i = 0; i < many; i++) {
      Occurrence next = trigger.next(at, zone);
      if (next == null) {
        break;
      }
      String note = next.clockChange() == null ? "" : " " + next.clockChange();
      all.add(next.instant() + note);
      at = next.instant();
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 2 * * *          | 2026-11-24T02:30 2026-11-25T02:30 2026-11-26T02:30",
        "*/20 9-10 * * *     | 2026-11-24T09:00 2026-11-24T09:20 2026-11-24T09:40",
        "0 9 * * mon-fri     | 2026-11-24T09:00 2026-11-25T09:00 2026-11-26T09:00",
        "0 9 * * 6,7         | 2026-11-28T09:00 2026-11-29T09:00 2026-12-05T09:00",
        "0 9 * * fri-sun     | 2026-11-27T09:00 2026-11-28T09:00 2026-11-29T09:00",
        "0 0 13 * 5          | 2026-11-27T00:00 2026-12-04T00:00 2026-12-11T00:00",
        "0 0 13 * */5        | 2026-12-13T00:00 2027-06-13T00:00 2027-08-13T00:00",
        "0 0 */13 * 5        | 2026-11-27T00:00 2027-01-01T00:00 2027-05-14T00:00",
        "0 0 L * *           | 2026-11-30T00:00 2026-12-31T00:00 2027-01-31T00:00",
        "0 0 L-2 2 *         | 2027-02-26T00:00 2028-02-27T00:00 2029-02-26T00:00",
        "0 0 15W * *         | 2026-12-15T00:00 2027-01-15T00:00 2027-02-15T00:00",
        "0 0 1W 5,8 *        | 2027-05-03T00:00 2027-08-02T00:00 2028-05-01T00:00",
        "0 0 LW * *          | 2026-11-30T00:00 2026-12-31T00:00 2027-01-29T00:00",
        "0 0 * * 5L          | 2026-11-27T00:00 2026-12-25T00:00 2027-01-29T00:00",
        "0 0 * * 2#2         | 2026-12-08T00:00 2027-01-12T00:00 2027-02-09T00:00",
        "0 0 29 feb *        | 2028-02-29T00:00 2032-02-29T00:00 2036-02-29T00:00",
        "0 0 31 * *          | 2026-12-31T00:00 2027-01-31T00:00 2027-03-31T00:00",
        "0 0 ? * MON         | 2026-11-30T00:00 2026-12-07T00:00 2026-12-14T00:00",
        "59 23 31 12 *       | 2026-12-31T23:59 2027-12-31T23:59 2028-12-31T23:59",
        "@hourly             | 2026-11-24T01:00 2026-11-24T02:00 2026-11-24T03:00",
        "@daily              | 2026-11-25T00:00 2026-11-26T00:00 2026-11-27T00:00",
        "@Weekly             | 2026-11-29T00:00 2026-12-06T00:00 2026-12-13T00:00",
        "@monthly            | 2026-12-01T00:00 2027-01-01T00:00 2027-02-01T00:00",
        "@yearly             | 2027-01-01T00:00 2028-01-01T00:00 2029-01-01T00:00",
      })
  void isReadAsCrontabSays(String cron, String expected) throws InvalidTrigger {
    List<String> instants = new ArrayList<>();
    for (String local : expected.split(" ", -1)) {
      instants.add(LocalDateTime.parse(local) + ":00Z");
    }
    assertThat(next(cron, "2026-11-24T00:00:30Z", UTC, 3)).isEqualTo(instants);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "60 * * * *      | minute: \"60\" is not from 0 to 59",
        "* 24 * * *      | hour: \"24\" is not from 0 to 23",
        "* * 0 * *       | day of the month: \"0\" is not from 1 to 31",
        "* * * foo *     | month: \"foo\" is not from 1 to 12 or jan to dec",
        "* * * * 8       | day of the week: \"8\" is not from 0 to 7 or sun to sat",
        "*/0 * * * *     | minute: \"*/0\" has a step that is no whole number from 1",
        "*/x * * * *     | minute: \"*/x\" has a step that is no whole number from 1",
        "5/15 * * * *    | minute: \"5/15\" has a step without a range: write 5-59/15",
        "0 22-2 * * *    | hour: \"22-2\" runs backwards: write 22-23,0-2",
        "1,,2 * * * *    | minute: \"1,,2\" has a comma with nothing beside it",
        "-5 * * * *      | minute: \"-5\" is not from 0 to 59",
        "0 0 L-31 * *    | day of the month: \"L-31\" has to say how many days before the last, 1 to 30",
        "0 0 * * 5#6     | day of the week: \"5#6\" has to name the first to the fifth of the month, #1 to #5",
        "0 0 30 2 *      | \"0 0 30 2 *\" never comes: no such day is in these months",
        "0 0 31 4,6,9 *  | \"0 0 31 4,6,9 *\" never comes: no such day is in these months",
        "* * * *         | \"* * * *\" has 4 fields; cron wants 5: minute, hour, day of the month, month, day of the week",
        "0 * * * * * 2027 | \"0 * * * * * 2027\" has 7 fields; cron wants 5: minute, hour, day of the month, month, day of the week (neither seconds nor years)",
        "@often          | \"@often\" is unknown; known are @hourly @daily @weekly @monthly @yearly",
        "@reboot         | @reboot is no time; jobs can be planned for times only",
        "99999999999999999999 * * * * | minute: \"99999999999999999999\" is not from 0 to 59",
        "٣ * * * *       | minute: \"٣\" is not from 0 to 59",
      })
  void whatIsWrongIsSaid(String cron, String message) {
    String said = null;
    try {
      CronExpression.parse(cron);
    } catch (InvalidTrigger e) {
      said = e.getMessage();
    }
    assertThat(said).isEqualTo(message);
  }

  @Test
  void aTimeInTheGapRunsAtItsEndAndSeveralRunTogether() throws InvalidTrigger {
    assertThat(next("30 2 * * *", "2027-03-27T12:00:00Z", BERLIN, 2))
        .containsExactly("2027-03-28T01:00:00Z GAP", "2027-03-29T00:30:00Z");
    assertThat(next("0,15,30 2,3 * * *", "2027-03-27T12:00:00Z", BERLIN, 3))
        .containsExactly(
            "2027-03-28T01:00:00Z GAP", "2027-03-28T01:15:00Z", "2027-03-28T01:30:00Z");
  }

  @Test
  void aTimeThatComesTwiceRunsAtItsFirstPassAlsoWhenAskedBetweenThem() throws InvalidTrigger {
    assertThat(next("30 2 * * *", "2027-10-30T12:00:00Z", BERLIN, 2))
        .containsExactly("2027-10-31T00:30:00Z OVERLAP", "2027-11-01T01:30:00Z");
    assertThat(next("30 2 * * *", "2027-10-31T01:00:00Z", BERLIN, 1))
        .containsExactly("2027-11-01T01:30:00Z");
    assertThat(next("30 2 * * *", "2027-10-31T01:45:00Z", BERLIN, 1))
        .containsExactly("2027-11-01T01:30:00Z");
  }

  @Test
  void anHourFieldWithAStarFollowsTheTimeThatPasses() throws InvalidTrigger {
    assertThat(next("*/30 * * * *", "2027-10-31T00:00:00Z", BERLIN, 4))
        .containsExactly(
            "2027-10-31T00:30:00Z OVERLAP",
            "2027-10-31T01:00:00Z OVERLAP",
            "2027-10-31T01:30:00Z OVERLAP",
            "2027-10-31T02:00:00Z");
    assertThat(next("*/30 * * * *", "2027-03-28T00:00:00Z", BERLIN, 3))
        .containsExactly("2027-03-28T00:30:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z");
  }

  @Test
  void aDayThatIsLeftOutRunsAtTheStartOfTheNext() throws InvalidTrigger {
    // Samoa had no 30 December 2011
    assertThat(next("0 5 30 12 *", "2011-12-01T00:00:00Z", ZoneId.of("Pacific/Apia"), 1))
        .containsExactly("2011-12-30T10:00:00Z GAP");
  }

  @Test
  void theRarestDayIsFoundAndTheEndOfTimeIsNone() throws InvalidTrigger {
    // 2100 is no leap year
    List<String> found = next("0 0 29 2 */7", "2088-03-01T00:00:00Z", UTC, 1);
    assertThat(found).hasSize(1);
    LocalDate day = LocalDate.parse(found.get(0).substring(0, 10));
    assertThat(day.getDayOfMonth()).isEqualTo(29);
    assertThat(day.getDayOfWeek()).isEqualTo(java.time.DayOfWeek.SUNDAY);
    assertThat(next("* * * * *", "9999-12-30T00:00:00Z", UTC, 1)).isEmpty();
    assertThat(CronTrigger.of("* * * * *").next(Instant.MAX, UTC)).isNull();
    assertThat(CronTrigger.of("* * * * *").next(Instant.MIN, UTC)).isNull();
  }
}
