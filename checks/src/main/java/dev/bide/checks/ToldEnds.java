package dev.bide.checks;

import dev.bide.checks.LoadJob.Fate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what somebody was told of load jobs with how they ended: each ending at least once, with
 * the same id each time, and nothing else.
 */
final class ToldEnds {
  private ToldEnds() {}

  /**
   * What is wrong.
   *
   * @param jobs those of which each ending is to be told
   */
  static List<String> findings(NoticeLedger ledger, Collection<LoadJob> jobs) {
    Map<String, LoadJob> byTicket = new HashMap<>();
    jobs.forEach(job -> byTicket.put(job.ticket(), job));
    Map<String, Set<String>> ids = new HashMap<>();
    Map<String, NoticeLedger.Note> byId = new HashMap<>();
    List<String> findings = new ArrayList<>();
    for (NoticeLedger.Note note : ledger.notes()) {
      LoadJob job = byTicket.get(note.ticket());
      NoticeLedger.Note before = byId.put(note.id(), note);
      if (job == null || !note.event().equals("end") || !note.state().equals(job.state())) {
        findings.add("somebody was told what did not happen: " + note);
      } else if (before != null && !before.equals(note)) {
        findings.add("the same id tells two things: " + before + " and " + note);
      }
      ids.computeIfAbsent(note.ticket(), ticket -> new HashSet<>()).add(note.id());
    }
    for (LoadJob job : jobs) {
      int endings = job.fate() == Fate.RETRIED ? 2 : 1;
      Set<String> told = ids.getOrDefault(job.ticket(), Set.of());
      if (told.size() != endings) {
        findings.add(endings + " endings of " + job + " are told by the notices " + told);
      }
    }
    return findings;
  }
}
