package dev.bide.checks;

import java.util.ArrayList;
import java.util.List;

/**
 * What a check of a round counted; all but {@code jobs} and {@code mostAtOnce} must be 0.
 *
 * @param jobs how many were accepted
 * @param mostAtOnce how many ran at the same time at the worst
 * @param lost accepted, and unknown to the API or never started
 * @param unexpected known to the API or started, and never submitted
 * @param doubled submits that became two jobs, and jobs that started twice
 * @param orphaned processes that live although their job is over
 * @param overLimit how many more than the slots ran at the same time
 * @param logBytesMissing bytes that a job wrote and its log does not hold
 * @param wrongEndings jobs with another state, exit code, pid or number of attempts than is true
 * @param findings a line each for what is not as it must be
 */
public record Verdict(
    int jobs,
    int mostAtOnce,
    int lost,
    int unexpected,
    int doubled,
    int orphaned,
    int overLimit,
    long logBytesMissing,
    int wrongEndings,
    List<String> findings) {
  /** Before anything was checked. */
  static final Verdict NOTHING = found(List.of());

  /** Nothing counted, and this found. */
  static Verdict found(List<String> findings) {
    return new Verdict(0, 0, 0, 0, 0, 0, 0, 0, 0, List.copyOf(findings));
  }

  /** The same counters alone, where the findings were told already. */
  Verdict withoutFindings() {
    return new Verdict(
        jobs,
        mostAtOnce,
        lost,
        unexpected,
        doubled,
        orphaned,
        overLimit,
        logBytesMissing,
        wrongEndings,
        List.of());
  }

  /** Both together, of different grounds. */
  Verdict plus(Verdict other) {
    List<String> both = new ArrayList<>(findings);
    both.addAll(other.findings);
    return new Verdict(
        jobs + other.jobs,
        Math.max(mostAtOnce, other.mostAtOnce),
        lost + other.lost,
        unexpected + other.unexpected,
        doubled + other.doubled,
        orphaned + other.orphaned,
        overLimit + other.overLimit,
        logBytesMissing + other.logBytesMissing,
        wrongEndings + other.wrongEndings,
        List.copyOf(both));
  }

  /** Whether everything is as promised. */
  public boolean clean() {
    return findings.isEmpty();
  }

  @Override
  public String toString() {
    return "%d jobs, at most %d at once: lost %d, unexpected %d, double %d, orphaned %d, over the limit %d, log bytes missing %d, wrong ending %d%s"
        .formatted(
            jobs,
            mostAtOnce,
            lost,
            unexpected,
            doubled,
            orphaned,
            overLimit,
            logBytesMissing,
            wrongEndings,
            findings.isEmpty() ? "" : "\n  " + String.join("\n  ", findings));
  }
}
