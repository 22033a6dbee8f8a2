package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Rounds of faults while schedules of every policy plan a run each second; then what the API says
 * of each planned instant is compared with the jobs and with what they noted.
 *
 * @param rounds how many
 * @param faultsPerRound how often something happens in a round
 * @param away the longest time without a server after a kill; beyond a minute runs are missed
 * @param seed of everything random
 */
record ScheduleRounds(int rounds, int faultsPerRound, Duration away, long seed) {
  private static final List<String> OVERLAP = List.of("skip", "queue", "allow", "cancel-old");
  private static final List<String> MISSED = List.of("once", "all", "skip");
  private static final int MOST_RUNS = 1_000;

  private record Planned(String schedule, Instant instant) {}

  /**
   * Runs them, telling a line a round.
   *
   * @return whether no instant was planned twice, none lost beyond its policy, and no process left
   */
  public boolean run(Consumer<String> tell) {
    tell.accept(this.toString());
    Random random = new Random(seed);
    int findings = 0;
    int instants = 0;
    int jobs = 0;
    for (int round = 1; round <= rounds; round++) {
      try (Ground ground = new Ground().quick()) {
        Round one = new Round(ground, random);
        one.strikeAndSettle();
        one.compare();
        instants += one.instants;
        jobs += one.jobs;
        findings += one.findings.size();
        tell.accept(
            "round %d: %d instants, %s; findings %d %s"
                .formatted(round, one.instants, one.decisions, one.findings.size(), one.findings));
      }
    }
    tell.accept(
        "%d rounds, %d times something happened, %d planned instants, %d jobs, findings %d"
            .formatted(rounds, rounds * faultsPerRound, instants, jobs, findings));
    return findings == 0;
  }

  /** One ground with its schedules. */
  private final class Round {
    private final Ground ground;
    private final Random random;
    private final Path noted;
    private final List<String> findings = new ArrayList<>();
    private final Map<String, Integer> decisions = new TreeMap<>();
    private int instants;
    private int jobs;

    Round(Ground ground, Random random) {
      this.ground = ground;
      this.random = random;
      this.noted = ground.directory().resolve("planned");
    }

    void strikeAndSettle() {
      ground.serve().client().slots(6);
      for (String overlap : OVERLAP) {
        for (String missed : MISSED) {
          add(overlap, missed);
        }
      }
      for (int count = 0; count < faultsPerRound; count++) {
        BideServer.pause(Duration.ofMillis(500 + random.nextLong(2500)));
        ground.server().kill();
        BideServer.pause(Duration.ofMillis(random.nextLong(away.toMillis() + 1)));
        ground.serve();
      }
      for (JsonNode schedule : schedules()) {
        ground
            .client()
            .post("/api/v1/schedules/" + schedule.get("name").asText() + "/pause", Map.of())
            .expect(200);
      }
      ground.awaitAllEnded(Duration.ofMinutes(3));
    }

    private void add(String overlap, String missed) {
      String name = overlap + "-" + missed;
      String note = "echo \"%s $BIDE_SCHEDULE $BIDE_SCHEDULED_AT\" >> '" + noted + "'; ";
      ground
          .client()
          .post(
              "/api/v1/schedules",
              Map.of(
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
                      note.formatted("start")
                          + "sleep 0."
                          + random.nextInt(10)
                          + "; "
                          + note.formatted("end"),
                      "directory",
                      ground.directory().toString())))
          .expect(201);
    }

    private Iterable<JsonNode> schedules() {
      return get("/api/v1/schedules").get("schedules");
    }

    private JsonNode get(String path) {
      return ground
          .client()
          .get(path)
          .orElseThrow(() -> new IllegalStateException("no answer to GET " + path))
          .expect(200)
          .json();
    }

    void compare() {
      Map<Planned, Integer> notes = notes();
      Map<Planned, JsonNode> known = new HashMap<>();
      for (JsonNode job : ground.client().jobs()) {
        jobs++;
        Planned planned =
            new Planned(
                job.get("schedule").asText(), Instant.parse(job.get("plannedFor").asText()));
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
        decisions(schedule, known);
      }
    }

    private void decisions(JsonNode schedule, Map<Planned, JsonNode> known) {
      String name = schedule.get("name").asText();
      Set<Instant> decided = new HashSet<>();
      List<Instant> missedFrom = new ArrayList<>();
      Instant last = Instant.EPOCH;
      for (JsonNode run :
          get("/api/v1/schedules/" + name + "/runs?limit=" + MOST_RUNS).get("runs")) {
        Instant instant = Instant.parse(run.get("instant").asText());
        String decision = run.get("decision").asText();
        decisions.merge(decision, 1, Integer::sum);
        last = instant.isAfter(last) ? instant : last;
        if (decision.equals("MISSED")) {
          missedFrom.add(instant);
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
        boolean missed =
            missedFrom.stream()
                .anyMatch(from -> !instant.isBefore(from) && instant.isBefore(from.plus(away)));
        if (!decided.contains(instant) && !missed) {
          findings.add(name + " has decided nothing about " + instant);
        }
        next = next.plusSeconds(1);
      }
    }

    private Map<Planned, Integer> notes() {
      Map<Planned, Integer> starts = new HashMap<>();
      try {
        for (String line : Files.readAllLines(noted)) {
          String[] words = line.split(" ", -1);
          if (words[0].equals("start")) {
            starts.merge(new Planned(words[1], Instant.parse(words[2])), 1, Integer::sum);
          }
        }
        return starts;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
