package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Schedules that plan a run each second, whose jobs note what they were planned for: compares what
 * the API says of each instant with the jobs and with what they noted.
 */
final class PlannedInstants {
  private static final int MOST_RUNS = 1_000;

  private static final Pattern MANY_MISSED = Pattern.compile("(\\d+) runs? missed");

  private record Planned(String schedule, Instant instant) {}

  private final Ground ground;
  private final Path noted;
  private final Map<String, Integer> decisions = new TreeMap<>();
  private List<String> findings = new ArrayList<>();
  private int instants;
  private int jobs;

  /** On a ground. */
  PlannedInstants(Ground ground) {
    this.ground = ground;
    this.noted = ground.directory().resolve("planned");
  }

  /** What to post for a schedule of each second. */
  Map<String, Object> request(String name, String overlap, String missed, String sleep) {
    String note = "echo \"%s $BIDE_SCHEDULE $BIDE_SCHEDULED_AT\" >> '" + noted + "'; ";
    return Map.of(
        "name",
        name,
        "everySeconds",
        1,
        "overlap",
        overlap,
        "missed",
        missed,
        "job",
        Map.of(
            "shell",
            note.formatted("start") + "sleep " + sleep + "; " + note.formatted("end"),
            "directory",
            ground.directory().toString()));
  }

  Iterable<JsonNode> schedules() {
    return get("/api/v1/schedules").get("schedules");
  }

  /** What was decided, and how often. */
  Map<String, Integer> decisions() {
    return decisions;
  }

  int instants() {
    return instants;
  }

  int jobs() {
    return jobs;
  }

  private JsonNode get(String path) {
    return ground
        .client()
        .get(path)
        .orElseThrow(() -> new IllegalStateException("no answer to GET " + path))
        .expect(200)
        .json();
  }

  /**
   * Compares once nothing is planned any more and every job is over; answers what is wrong.
   *
   * @param which schedules to look at, by their names
   */
  List<String> compare(Predicate<String> which) {
    findings = new ArrayList<>();
    Map<Planned, Integer> notes = notes(which);
    Map<Planned, JsonNode> known = new HashMap<>();
    for (JsonNode job : ground.client().jobs()) {
      if (job.get("schedule").isNull() || !which.test(job.get("schedule").asText())) {
        continue;
      }
      jobs++;
      Planned planned =
          new Planned(job.get("schedule").asText(), Instant.parse(job.get("plannedFor").asText()));
      if (known.put(planned, job) != null) {
        findings.add("two jobs for " + planned + ", one of them " + job);
      }
      int starts = notes.getOrDefault(planned, 0);
      boolean ran = job.get("state").asText().equals("COMPLETED");
      if (starts > 1 || (ran && starts == 0)) {
        findings.add(starts + " starts noted of " + job);
      }
    }
    notes.keySet().stream()
        .filter(planned -> !known.containsKey(planned))
        .forEach(planned -> findings.add("noted, and no job is known: " + planned));
    for (JsonNode schedule : schedules()) {
      if (which.test(schedule.get("name").asText())) {
        decisions(schedule, known);
      }
    }
    return findings;
  }

  private void decisions(JsonNode schedule, Map<Planned, JsonNode> known) {
    String name = schedule.get("name").asText();
    Set<Instant> decided = new HashSet<>();
    Map<Instant, Instant> missed = new HashMap<>();
    Instant last = Instant.EPOCH;
    for (JsonNode run : get("/api/v1/schedules/" + name + "/runs?limit=" + MOST_RUNS).get("runs")) {
      Instant instant = Instant.parse(run.get("instant").asText());
      String decision = run.get("decision").asText();
      decisions.merge(decision, 1, Integer::sum);
      last = instant.isAfter(last) ? instant : last;
      if (decision.equals("MISSED")) {
        missed.put(instant, endOfMissed(instant, run));
      } else if (!decided.add(instant)) {
        findings.add(name + " was decided twice at " + instant);
      }
      if (decision.equals("ADDED") && !known.containsKey(new Planned(name, instant))) {
        findings.add(name + " says that it added a job for " + instant + ", and none is known");
      }
    }
    Instant next = Instant.parse(schedule.get("first").asText());
    while (!next.isAfter(last)) {
      instants++;
      Instant instant = next;
      boolean isMissed =
          missed.entrySet().stream()
              .anyMatch(gap -> !instant.isBefore(gap.getKey()) && instant.isBefore(gap.getValue()));
      if (!decided.contains(instant) && !isMissed) {
        findings.add(name + " has decided nothing about " + instant);
      }
      next = next.plusSeconds(1);
    }
  }

  /**
   * A row stands for as many runs as it says, which follow each other each second from its first
   * on: all others up to when it was decided have rows of their own.
   */
  private Instant endOfMissed(Instant first, JsonNode run) {
    String note = run.get("note").asText();
    if (note.startsWith("at least ")) { // they are not counted further
      return Instant.parse(run.get("decidedAt").asText());
    }
    Matcher many = MANY_MISSED.matcher(note);
    if (!many.lookingAt()) {
      findings.add("it does not say how many were missed: " + run);
      return first;
    }
    return first.plusSeconds(Long.parseLong(many.group(1)));
  }

  private Map<Planned, Integer> notes(Predicate<String> which) {
    Map<Planned, Integer> starts = new HashMap<>();
    try {
      for (String line : Files.readAllLines(noted)) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("start") && which.test(words[1])) {
          starts.merge(new Planned(words[1], Instant.parse(words[2])), 1, Integer::sum);
        }
      }
    } catch (NoSuchFileException nothingRan) {
      return starts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return starts;
  }
}
