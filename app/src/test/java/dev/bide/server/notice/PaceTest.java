package dev.bide.server.notice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.notice.Delivery;
import dev.bide.notice.Notice;
import dev.bide.notice.NoticeEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PaceTest {
  static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private final Pace pace = new Pace();

  static Notice notice() {
    return new Notice(
        UUID.randomUUID(), NOON, NoticeEvent.END, "command:true", 1L, Map.of(), Delivery.due(NOON));
  }

  static List<Notice> notices(int count) {
    List<Notice> notices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      notices.add(notice());
    }
    return notices;
  }

  private void sendsAlone(int count, Instant now) {
    for (int i = 0; i < count; i++) {
      assertThat(pace.plan(notices(1), now).together()).hasSize(1);
      pace.tried(now);
    }
  }

  @Test
  void fiveInAMinuteGoAlone() {
    List<Notice> due = notices(5);

    assertThat(pace.plan(due, NOON)).isEqualTo(new Pace.Plan(List.of(due.get(0)), null));
    pace.tried(NOON);
    sendsAlone(4, NOON.plusSeconds(1));
  }

  @Test
  void sixAtOnceGoTogetherAtOnce() {
    List<Notice> due = notices(6);

    assertThat(pace.plan(due, NOON)).isEqualTo(new Pace.Plan(due, null));
  }

  @Test
  void whatComesAfterFiveIsGatheredUntilTheMinuteIsOverAndThenGoesTogether() {
    sendsAlone(5, NOON);
    Instant minute = NOON.plusSeconds(60);

    assertThat(pace.plan(notices(1), NOON.plusSeconds(9)))
        .isEqualTo(new Pace.Plan(List.of(), minute));
    assertThat(pace.plan(notices(3), NOON.plusSeconds(59)).together()).isEmpty();
    List<Notice> due = notices(3);
    assertThat(pace.plan(due, minute)).isEqualTo(new Pace.Plan(due, null));
  }

  @Test
  void aStormGivesOneMessageAMinute() {
    assertThat(pace.plan(notices(100), NOON).together()).hasSize(100);
    pace.tried(NOON);

    assertThat(pace.plan(notices(100), NOON.plusSeconds(1)))
        .isEqualTo(new Pace.Plan(List.of(), NOON.plusSeconds(60)));
    assertThat(pace.plan(notices(200), NOON.plusSeconds(60)).together()).hasSize(200);
  }

  @Test
  void aMessageThatWasTriedBeforeIsTriedAgainAsItWas() {
    UUID digest = UUID.randomUUID();
    Notice alone = notice();
    List<Notice> together =
        notices(2).stream().map(one -> one.at(one.delivery().in(digest))).toList();
    List<Notice> due = new ArrayList<>(together);
    due.add(alone);

    assertThat(pace.plan(due, NOON)).isEqualTo(new Pace.Plan(together, null));
  }

  @Test
  void anHourLaterNothingIsRemembered() {
    sendsAlone(5, NOON);
    assertThat(pace.idle(NOON.plusSeconds(59))).isFalse();
    assertThat(pace.idle(NOON.plusSeconds(60))).isTrue();
    sendsAlone(5, NOON.plusSeconds(3600));
  }
}
