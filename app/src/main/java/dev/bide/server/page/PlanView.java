package dev.bide.server.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form that makes or changes a schedule.
 *
 * @param of name of the schedule that is changed; empty for a new one
 * @param action where it is sent
 * @param back where it leads when nothing is to be done
 * @param queues all there are; the field is shown when there are several
 * @param asksForShell true when the person has to say whether the line is for a shell
 * @param suggestion the line that was probably meant, or null
 */
public record PlanView(
    Frame frame,
    String of,
    String action,
    String back,
    Typed typed,
    List<String> queues,
    boolean asksForShell,
    @Nullable String suggestion,
    Preview preview,
    List<String> zones) {

  /**
   * What the times that are typed come to.
   *
   * @param words when, in words; or what is missing or wrong
   * @param wrong true for the latter
   */
  public record Preview(String words, boolean wrong, String zone, List<RunLine> runs) {}

  /** True for a schedule that there is not yet. */
  public boolean isNew() {
    return of.isEmpty();
  }

  /** What is wrong with the command, with what could be typed apart. */
  public List<AddForm.Words> commandProblem() {
    return AddForm.inParts(typed.wrong("command"));
  }

  /** True when something of what is seldom needed is set, or wrong. */
  public boolean more() {
    return List.of("jitter", "pauseAfter").stream().anyMatch(field -> !typed.of(field).isEmpty())
        || List.of("missed", "overlap", "jitter", "pauseAfter").stream()
            .anyMatch(field -> typed.wrong(field) != null)
        || !List.of("", "once").contains(typed.of("missed"))
        || !List.of("", "skip").contains(typed.of("overlap"));
  }
}
