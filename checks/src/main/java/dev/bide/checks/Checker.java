package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Joins what was submitted with what the API says, what the jobs noted and what the kernel knows,
 * when every job is over.
 */
final class Checker {
  private final Ground ground;
  private final Map<String, LoadJob> submitted;
  private final Predicate<JsonNode> mayBeLost;
  private final List<String> findings = new ArrayList<>();
  private int lost;
  private int unexpected;
  private int doubled;
  private int orphaned;
  private int wrongEndings;
  private long logBytesMissing;

  private Checker(Ground ground, Map<String, LoadJob> submitted, Predicate<JsonNode> mayBeLost) {
    this.ground = ground;
    this.submitted = submitted;
    this.mayBeLost = mayBeLost;
  }

  /**
   * Counts.
   *
   * @param submitted every load job that was accepted on this ground, by its ticket
   * @param checked tickets whose log was compared in an earlier round
   * @param slots how many may run at once
   */
  static Verdict check(
      Ground ground, Map<String, LoadJob> submitted, Set<String> checked, int slots) {
    return check(ground, submitted, checked, slots, job -> false);
  }

  /**
   * The same where the machine itself was struck.
   *
   * @param mayBeLost whether the API may say so of a job, which then need not have run to its end
   */
  static Verdict check(
      Ground ground,
      Map<String, LoadJob> submitted,
      Set<String> checked,
      int slots,
      Predicate<JsonNode> mayBeLost) {
    Checker checker = new Checker(ground, submitted, mayBeLost);
    List<Ledger.Note> notes = ground.ledger().notes();
    Set<String> struck = checker.jobs(notes, checked);
    checker.processes();
    int most =
        Ledger.mostAtOnce(notes.stream().filter(note -> !struck.contains(note.ticket())).toList());
    int over = Math.max(0, most - slots);
    if (over > 0) {
      checker.findings.add(most + " jobs ran at once with " + slots + " slots");
    }
    return new Verdict(
        submitted.size(),
        most,
        checker.lost,
        checker.unexpected,
        checker.doubled,
        checker.orphaned,
        over,
        checker.logBytesMissing,
        checker.wrongEndings,
        List.copyOf(checker.findings));
  }

  /** Answers the tickets of those that were lost and may be. */
  private Set<String> jobs(List<Ledger.Note> notes, Set<String> checked) {
    Set<String> struck = new HashSet<>();
    Map<String, JsonNode> known = new HashMap<>();
    for (JsonNode job : ground.client().jobs()) {
      String ticket = job.get("name").asText();
      if (!submitted.containsKey(ticket)) {
        unexpected++;
        findings.add("nobody submitted " + job);
      }
      if (known.put(ticket, job) != null) {
        doubled++;
        findings.add(ticket + " is two jobs, one of them " + job);
      }
    }
    Map<String, Ledger.Note> starts = new HashMap<>();
    Set<String> ends = new HashSet<>();
    for (Ledger.Note note : notes) {
      if (!submitted.containsKey(note.ticket())) {
        unexpected++;
        findings.add("nobody submitted what noted " + note);
      } else if (note.start() && starts.put(note.ticket(), note) != null) {
        doubled++;
        findings.add("started twice: " + note);
      } else if (!note.start() && !ends.add(note.ticket())) {
        doubled++;
        findings.add("ended twice: " + note);
      }
    }
    for (LoadJob job : submitted.values()) {
      JsonNode found = known.get(job.ticket());
      Ledger.Note start = starts.get(job.ticket());
      if (found != null && mayBeLost.test(found)) {
        struck.add(job.ticket());
      } else if (found == null || start == null || !ends.contains(job.ticket())) {
        lost++;
        findings.add("lost " + job + ": API " + found + ", ledger start " + start);
      } else {
        ending(job, found, start);
        if (checked.add(job.ticket())) {
          log(job, found);
        }
      }
    }
    return struck;
  }

  private void ending(LoadJob job, JsonNode found, Ledger.Note start) {
    if (!found.get("state").asText().equals(job.state())
        || found.get("exitCode").asInt(-1) != job.code()
        || found.get("attempt").asInt() != start.attempt()
        || found.get("number").asLong() != start.number()
        || found.get("pid").asLong() != start.pid()) {
      wrongEndings++;
      findings.add("wrong ending of " + job + ", noted as " + start + ": " + found);
    }
  }

  private void log(LoadJob job, JsonNode found) {
    byte[] expected = job.log();
    byte[] actual = ground.client().log(found.get("number").asLong());
    int differs = Arrays.mismatch(expected, actual);
    if (differs >= 0) {
      logBytesMissing += Math.max(1, expected.length - differs);
      findings.add(
          "log of %s: %d bytes instead of %d, another from byte %d on: %s"
              .formatted(job, actual.length, expected.length, differs, found));
    }
  }

  private void processes() {
    for (ProcessTable.Entry entry : ProcessTable.ofJobs(ground.home())) {
      orphaned++;
      findings.add("lives although every job is over: " + entry);
    }
  }
}
