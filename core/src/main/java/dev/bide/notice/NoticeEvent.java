package dev.bide.notice;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a notice may be about. */
public enum NoticeEvent {
  /** An attempt of a job has begun to run. */
  START,
  /** A job has ended, however it did. */
  END,
  /** A job has ended as FAILED, TIMEOUT or LOST. */
  FAILURE,
  /** The last job of a queue has ended, and none waits. */
  EMPTY,
  /** A planned run of a schedule did not take place. */
  MISSED;

  /** The word that people type. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads words, separated by commas.
   *
   * @throws InvalidNotice when one is none of them, or there is none
   */
  static Set<NoticeEvent> parse(String words) throws InvalidNotice {
    EnumSet<NoticeEvent> events = EnumSet.noneOf(NoticeEvent.class);
    for (String word : words.split(",", -1)) {
      events.add(
          Stream.of(values())
              .filter(event -> event.word().equals(word.strip()))
              .findFirst()
              .orElseThrow(
                  () -> new InvalidNotice("no notice is called '" + word + "': " + known())));
    }
    return events;
  }

  private static String known() {
    return "there are "
        + Stream.of(values()).map(NoticeEvent::word).collect(Collectors.joining(", "));
  }
}
