package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Codes and sessions, and when they end. */
class SessionsTest {
  private static final String TOKEN = "A".repeat(43);

  private Instant now = Instant.parse("2026-11-24T12:00:00Z");
  private final Sessions sessions = new Sessions(TOKEN, new Now());

  /** The time that a test says it is. */
  private final class Now extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void a_code_opens_one_session_and_no_second() {
    Sessions.Code code = sessions.newCode();
    String session = sessions.logIn(code.text()).orElseThrow();
    assertThat(sessions.isSession(session)).isTrue();
    assertThat(sessions.logIn(code.text())).isEmpty();
    assertThat(sessions.isSession(session)).as("the first one goes on").isTrue();
  }

  @Test
  void a_code_opens_nothing_after_five_minutes() {
    Sessions.Code inTime = sessions.newCode();
    Sessions.Code late = sessions.newCode();
    assertThat(late.expiresAt()).isEqualTo(now.plus(Duration.ofMinutes(5)));
    now = now.plus(Duration.ofMinutes(5)).minusMillis(1);
    assertThat(sessions.logIn(inTime.text())).isPresent();
    now = now.plusMillis(1);
    assertThat(sessions.logIn(late.text())).isEmpty();
  }

  @Test
  void a_session_ends_after_thirty_days_and_when_the_token_changes() {
    String session = sessions.logIn(TOKEN).orElseThrow();
    now = now.plus(Duration.ofDays(30)).minusSeconds(1);
    assertThat(sessions.isSession(session)).isTrue();
    assertThat(new Sessions("B".repeat(43), new Now()).isSession(session)).isFalse();
    now = now.plusSeconds(1);
    assertThat(sessions.isSession(session)).isFalse();
  }

  @Test
  void ten_wrong_log_ins_close_the_door_for_a_minute_even_to_the_right_one() {
    for (int i = 0; i < Sessions.FAILURES_PER_MINUTE; i++) {
      assertThat(sessions.logIn("wrong" + i)).isEmpty();
    }
    assertThatThrownBy(() -> sessions.logIn(TOKEN))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(429);
              assertThat(problem.headers()).containsEntry("Retry-After", "60");
            });
    now = now.plusSeconds(61);
    assertThat(sessions.logIn(TOKEN)).isPresent();
  }
}
