package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bide.retention.Keep;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
    // one that was cancelled notes no end
    int most =
        Ledger.mostAtOnce(
            notes.stream()
                .filter(note -> checker.runsToItsEnd(note.ticket()))
                .filter(note -> !struck.contains(note.ticket()))
                .toList());
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

  private boolean runsToItsEnd(String ticket) {
    LoadJob job = submitted.get(ticket);
    return job == null || job.fate() != LoadJob.Fate.CANCELLED;
  }

  /** Answers the tickets of those that were lost and may be. */
  private Set<String> jobs(List<Ledger.Note> notes, Set<String> checked) {
    Set<String> struck = new HashSet<>();
    Map<String, JsonNode> known = new HashMap<>();
    for (JsonNode job : ground.client().jobs()) {
      String ticket = job.get("name").asText();
      if (!job.path("schedule").isNull()) {
        continue; // PlannedInstants looks at what schedules add
      }
      if (!submitted.containsKey(ticket)) {
        unexpected++;
        findings.add("nobody submitted " + job);
      }
      if (known.put(ticket, job) != null) {
        doubled++;
        findings.add(ticket + " is two jobs, one of them " + job);
      }
    }
    Map<String, List<Ledger.Note>> starts = new HashMap<>();
    Map<String, Integer> ends = new HashMap<>();
    Set<Ledger.Note> once = new HashSet<>();
    for (Ledger.Note note : notes) {
      if (!submitted.containsKey(note.ticket())) {
        unexpected++;
        findings.add("nobody submitted what noted " + note);
        continue;
      }
      // whichever process it was: an attempt notes one start and one end
      if (!once.add(new Ledger.Note(note.start(), note.ticket(), 0, note.attempt(), 0))) {
        doubled++;
        findings.add((note.start() ? "started twice: " : "ended twice: ") + note);
      }
      if (note.start()) {
        starts.computeIfAbsent(note.ticket(), ticket -> new ArrayList<>()).add(note);
      } else {
        ends.merge(note.ticket(), 1, Integer::sum);
      }
    }
    for (LoadJob job : submitted.values()) {
      JsonNode found = known.get(job.ticket());
      if (found != null && mayBeLost.test(found)) {
        struck.add(job.ticket());
      } else {
        List<Ledger.Note> started = starts.getOrDefault(job.ticket(), List.of());
        job(job, found, started, ends.getOrDefault(job.ticket(), 0), checked);
      }
    }
    return struck;
  }

  private void job(
      LoadJob job,
      @Nullable JsonNode found,
      List<Ledger.Note> starts,
      int ends,
      Set<String> checked) {
    boolean hidden = job.fate() == LoadJob.Fate.REMOVED || job.fate() == LoadJob.Fate.SWEPT;
    // one that is cancelled may have come to its end, if its sleep dies before the rest of it
    int most = job.fate() == LoadJob.Fate.CANCELLED ? 1 : job.runs();
    if ((found == null && !hidden) || starts.size() < job.runs() || ends < job.runs()) {
      lost++;
      findings.add("lost " + job + ": API " + found + ", ledger starts " + starts);
      return;
    }
    if (starts.size() > most || ends > most) {
      doubled++;
      findings.add("ran too often: " + job + ", ledger starts " + starts + ", ends " + ends);
    }
    if (found != null && hidden) {
      wrongEndings++;
      findings.add("removed, and still there: " + job + ": " + found);
    } else if (found != null) {
      ending(job, found, starts.isEmpty() ? null : starts.get(starts.size() - 1));
      if (job.runs() > 0 && checked.add(job.ticket())) {
        log(job, found);
      }
    }
  }

  private void ending(LoadJob job, JsonNode found, Ledger.@Nullable Note start) {
    boolean codeIsKnown = job.runs() > 0;
    boolean right =
        found.get("state").asText().equals(job.state())
            && (!codeIsKnown
                || (found.get("exitCode").asInt(-1) == job.code() && hasLogSize(job, found)))
            && (start == null
                || (found.get("attempt").asInt() == start.attempt()
                    && found.get("number").asLong() == start.number()
                    && found.get("pid").asLong() == start.pid()));
    if (!right) {
      wrongEndings++;
      findings.add("wrong ending of " + job + ", noted as " + start + ": " + found);
    }
  }

  private static boolean hasLogSize(LoadJob job, JsonNode found) {
    long size = found.get("logSize").asLong(-1);
    return job.fate() == LoadJob.Fate.CUT
        ? size > 0 && size <= Keep.LEAST_LONGEST_LOG
        : size == job.log().length;
  }

  private void log(LoadJob job, JsonNode found) {
    byte[] expected = job.log();
    byte[] actual = ground.client().log(found.get("number").asLong());
    if (job.fate() == LoadJob.Fate.CUT) {
      cutLog(job, expected, actual, found.get("number").asLong());
      return;
    }
    int differs = Arrays.mismatch(expected, actual);
    if (differs >= 0) {
      logBytesMissing += Math.max(1, expected.length - differs);
      findings.add(
          "log of %s: %d bytes instead of %d, another from byte %d on: %s"
              .formatted(job, actual.length, expected.length, differs, found));
    }
  }

  /** The beginning and the end are there, and what is said to be missing between is missing. */
  private void cutLog(LoadJob job, byte[] whole, byte[] actual, long number) {
    JsonNode attempt = ground.client().job(number).get("attempts").get(0);
    int head = Arrays.mismatch(whole, actual);
    int tail = 0;
    while (tail < actual.length - head
        && whole[whole.length - 1 - tail] == actual[actual.length - 1 - tail]) {
      tail++;
    }
    String line = new String(actual, head, actual.length - head - tail, StandardCharsets.UTF_8);
    long said = attempt.get("logCut").asLong(-1);
    boolean kept =
        head > Keep.LEAST_LONGEST_LOG / 3
            && tail > Keep.LEAST_LONGEST_LOG / 3
            && line.contains("bytes were cut out here")
            && attempt.get("logSize").asLong(-1) == actual.length
            && said == whole.length - actual.length;
    if (!kept) {
      logBytesMissing += Math.max(1, whole.length - head - tail);
      findings.add(
          "the log of %s was cut to %d and %d bytes around '%s': %s"
              .formatted(job, head, tail, line.length() > 300 ? "much" : line, attempt));
    }
  }

  private void processes() {
    for (ProcessTable.Entry entry : ProcessTable.ofJobs(ground.home())) {
      orphaned++;
      findings.add("lives although every job is over: " + entry);
    }
  }
}
