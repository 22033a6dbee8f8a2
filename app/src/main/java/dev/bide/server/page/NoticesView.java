package dev.bide.server.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of notices.
 *
 * @param said what was just done, or null
 * @param failed those that were given up, newest first
 * @param more how many more of those there are
 * @param waiting those that are still to be sent
 * @param rules who is told what of everything, and of a queue
 * @param test the field rule
 */
public record NoticesView(
    Frame frame,
    @Nullable String said,
    List<NoticeRow> failed,
    int more,
    List<NoticeRow> waiting,
    List<Rule> rules,
    Typed test) {

  /** How many were given up, in words. */
  public String howMany() {
    return Wording.count(failed.size() + more, "notice");
  }

  /**
   * A rule in force.
   *
   * @param whose of what it tells
   * @param what the events, in words
   * @param target where, without secrets
   */
  public record Rule(String whose, String what, String target) {}
}
