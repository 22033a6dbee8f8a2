package dev.bide.notice;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What somebody wants to be told, and where.
 *
 * @param events what, at least one
 * @param target where
 */
public record NoticeRule(Set<NoticeEvent> events, NoticeTarget target) {
  private static final Pattern WITH_EVENTS = Pattern.compile("([A-Za-z, ]+)=(.*)", Pattern.DOTALL);

  public NoticeRule {
    if (events.isEmpty()) {
      throw new IllegalArgumentException("a rule without an event tells nothing");
    }
    events = Collections.unmodifiableSet(EnumSet.copyOf(events));
  }

  /**
   * Reads {@code [EVENT[,EVENT]…=]TARGET}; without events it is the end of a job.
   *
   * @throws InvalidNotice when there is no such event or target
   */
  public static NoticeRule parse(String text) throws InvalidNotice {
    Matcher matcher = WITH_EVENTS.matcher(text);
    if (matcher.matches()) {
      return new NoticeRule(
          NoticeEvent.parse(matcher.group(1)), NoticeTarget.parse(matcher.group(2)));
    }
    return new NoticeRule(Set.of(NoticeEvent.END), NoticeTarget.parse(text));
  }

  /** What {@link #parse} reads as this rule. */
  public String text() {
    return words() + "=" + target.text();
  }

  /** The same for everybody to read, without secrets. */
  public String shown() {
    return words() + "=" + target.shown();
  }

  /** Without secrets, so that none gets into a log. */
  @Override
  public String toString() {
    return shown();
  }

  private String words() {
    return events.stream().map(NoticeEvent::word).collect(Collectors.joining(","));
  }
}
