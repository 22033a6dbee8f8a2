package dev.bide.server.notice;

import dev.bide.notice.NoticeEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a notice says, before it is put into the form that its receiver expects. The texts may hold
 * anything that a user or a job has made, but no control characters other than that lines are
 * apart.
 *
 * @param id the same each time that this notice is sent
 * @param at when it happened
 * @param bad whether somebody should look soon
 * @param title one line: what has happened to what
 * @param detail one line more, or empty
 * @param lines the last lines of the log, or none
 * @param link to the page, or null where none is known
 * @param facts all that is known, as {@link dev.bide.api.Json} writes it
 */
record Message(
    String id,
    Instant at,
    NoticeEvent event,
    boolean bad,
    String title,
    String detail,
    List<String> lines,
    @Nullable String link,
    Map<String, Object> facts) {

  /** The fact that holds all notices of a message that tells of several. */
  static final String TOGETHER = "notices";

  /** The fact that a message tells of nothing: somebody tries a rule out. */
  static final String TEST = "test";

  Message {
    lines = List.copyOf(lines);
  }

  /** What follows the title: the detail and the last lines; empty where there is neither. */
  String body() {
    List<String> all = new ArrayList<>();
    if (!detail.isEmpty()) {
      all.add(detail);
    }
    all.addAll(lines);
    return String.join("\n", all);
  }
}
