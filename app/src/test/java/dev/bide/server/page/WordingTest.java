package dev.bide.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.Reason;
import dev.bide.queue.Situation.Wait;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What people read about numbers, reasons and endings. */
final class WordingTest {
  private static String plain(String text) {
    return text.replace('\u00a0', ' ');
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 0 s",
    "0, 0 s",
    "59, 59 s",
    "60, 1 min 00 s",
    "184, 3 min 04 s",
    "3599, 59 min 59 s",
    "3600, 1 h 00 min",
    "86399, 23 h 59 min",
    "86400, 1 d 00 h",
    "187200, 2 d 04 h",
    "34560000, 400 d 00 h"
  })
  void durations_have_two_parts_at_most(long seconds, String words) {
    assertThat(plain(Wording.duration(Duration.ofSeconds(seconds)))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "0, < 0.1 s",
    "49, < 0.1 s",
    "50, 0.1 s",
    "9949, 9.9 s",
    "9950, 9 s",
    "61000, 1 min 01 s"
  })
  void what_took_less_than_ten_seconds_has_tenths(long millis, String words) {
    assertThat(plain(Wording.took(Duration.ofMillis(millis)))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1, 1 byte",
    "999, 999 bytes",
    "1000, 1.0 kB",
    "9960, 10 kB",
    "51234, 51 kB",
    "999600, 1.0 MB",
    "2500000000, 2.5 GB",
    "7000000000000, 7.0 TB"
  })
  void sizes_are_rounded_to_what_fits(long bytes, String words) {
    assertThat(Wording.size(bytes)).isEqualTo(words);
  }

  @Test
  void an_exit_code_above_128_is_shown_with_the_signal_it_may_stand_for() {
    assertThat(Wording.code(137, null)).isEqualTo("exit 137 (SIGKILL?)");
    assertThat(Wording.code(137, 9)).isEqualTo("signal 9 (SIGKILL)");
    assertThat(Wording.code(2, null)).isEqualTo("exit 2");
    assertThat(Wording.code(255, null)).isEqualTo("exit 255");
    assertThat(Wording.code(128, null)).isEqualTo("exit 128");
  }

  @Test
  void a_waiting_job_says_why_and_how_many_are_ahead() {
    assertThat(Wording.waits(new Wait(false, Reason.SLOTS, 1)))
        .isEqualTo("waits for a free slot · next in line");
    assertThat(Wording.waits(new Wait(false, Reason.QUEUE_PAUSED, 3)))
        .isEqualTo("the queue is paused · position 3, 2 ahead");
    assertThat(Wording.waits(new Wait(true, Reason.SLOTS, 1))).isEqualTo("starts now");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void every_reason_has_words(Reason reason) {
    assertThat(Wording.waits(new Wait(false, reason, 1))).doesNotContain("_").isNotBlank();
  }

  @Test
  void a_line_becomes_a_sentence_and_a_file_keeps_its_name() {
    assertThat(Sentences.of("a double quote (\") is not closed"))
        .isEqualTo("A double quote (\") is not closed.");
    assertThat(Sentences.of("countdown.py is not executable: did you mean `x`?"))
        .isEqualTo("countdown.py is not executable: did you mean `x`?");
    assertThat(Sentences.of("directory", "is no absolute path"))
        .isEqualTo("The directory is no absolute path.");
    assertThat(Sentences.of("")).isEmpty();
  }

  @Test
  void a_job_that_waits_for_its_time_has_no_place_in_a_line() {
    assertThat(Wording.waits(new Wait(false, Reason.BEGIN_TIME, 3)))
        .isEqualTo("waits for its time");
  }
}
