package dev.bide.server;

import dev.bide.notice.InvalidNotice;
import dev.bide.notice.NoticeEvent;
import dev.bide.notice.NoticeRule;
import dev.bide.notice.NoticeRules;
import dev.bide.notice.NoticeTarget;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads rules of who is told what, or says what is wrong with them. */
final class NoticeRequests {
  static final String FIELD = "notify";

  /** What can happen to a job. */
  static final Set<NoticeEvent> OF_JOBS =
      EnumSet.of(NoticeEvent.START, NoticeEvent.END, NoticeEvent.FAILURE);

  /** What can happen to a schedule and its jobs. */
  static final Set<NoticeEvent> OF_SCHEDULES =
      EnumSet.of(NoticeEvent.START, NoticeEvent.END, NoticeEvent.FAILURE, NoticeEvent.MISSED);

  /** All that can happen. */
  static final Set<NoticeEvent> ALL = EnumSet.allOf(NoticeEvent.class);

  private final Function<NoticeTarget, Optional<String>> refusal;

  /**
   * @param refusal why nothing can ever be sent to a target; empty when it may be
   */
  NoticeRequests(Function<NoticeTarget, Optional<String>> refusal) {
    this.refusal = refusal;
  }

  /**
   * A list of rules.
   *
   * @param value what the request holds; null for no rules
   * @param field what it is called there
   * @param known what may be told of such a thing
   * @param had rules that are taken without asking whether they can be kept
   * @param faults gets what is wrong
   */
  List<NoticeRule> read(
      @Nullable Object value,
      String field,
      Set<NoticeEvent> known,
      List<NoticeRule> had,
      Faults faults) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      faults.wrong(field, "is no list of rules such as [\"failure=mailto:name@example.org\"]");
      return List.of();
    }
    if (list.size() > NoticeRules.MOST) {
      faults.wrong(
          field, "holds " + list.size() + " rules; at most " + NoticeRules.MOST + " are possible");
      return List.of();
    }
    List<NoticeRule> rules = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      NoticeRule rule = rule(list.get(i), field + "[" + i + "]", faults);
      if (rule != null
          && knows(rule, field + "[" + i + "]", known, faults)
          && (had.contains(rule) || reaches(rule, field + "[" + i + "]", faults))) {
        rules.add(rule);
      }
    }
    return rules;
  }

  private static boolean knows(
      NoticeRule rule, String field, Set<NoticeEvent> known, Faults faults) {
    for (NoticeEvent event : rule.events()) {
      if (!known.contains(event)) {
        faults.wrong(
            field,
            event == NoticeEvent.EMPTY
                ? "only a queue can be empty: give this rule to the queue"
                : "only a schedule can leave out a run: give this rule to the schedule");
        return false;
      }
    }
    return true;
  }

  /** Better said now than when the job of days has failed. */
  private boolean reaches(NoticeRule rule, String field, Faults faults) {
    Optional<String> why = refusal.apply(rule.target());
    why.ifPresent(
        words -> faults.wrong(field, rule.target().shown() + " can be sent nothing: " + words));
    return why.isEmpty();
  }

  /** One rule; null when it is none. */
  static @Nullable NoticeRule rule(@Nullable Object value, String field, Faults faults) {
    if (!(value instanceof String text)) {
      faults.wrong(field, "is no string");
      return null;
    }
    try {
      return NoticeRule.parse(text);
    } catch (InvalidNotice e) {
      faults.wrong(field, String.valueOf(e.getMessage()));
      return null;
    }
  }
}
