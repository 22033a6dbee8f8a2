package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Rounds of faults while schedules of every policy plan a run each second; then what the API says
 * of each planned instant is compared with the jobs and with what they noted.
 *
 * @param rounds how many
 * @param faultsPerRound how often something happens in a round
 * @param away the longest time without a server after a kill
 * @param seed of everything random
 */
record ScheduleRounds(int rounds, int faultsPerRound, Duration away, long seed) {
  private static final List<String> OVERLAP = List.of("skip", "queue", "allow", "cancel-old");
  private static final List<String> MISSED = List.of("once", "all", "skip");

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
        PlannedInstants planned = one.planned;
        List<String> wrong = planned.compare(name -> true);
        instants += planned.instants();
        jobs += planned.jobs();
        findings += wrong.size();
        tell.accept(
            "round %d: %d instants, %s; findings %d %s"
                .formatted(round, planned.instants(), planned.decisions(), wrong.size(), wrong));
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
    private final PlannedInstants planned;

    Round(Ground ground, Random random) {
      this.ground = ground;
      this.random = random;
      this.planned = new PlannedInstants(ground);
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
      for (JsonNode schedule : planned.schedules()) {
        ground
            .client()
            .post("/api/v1/schedules/" + schedule.get("name").asText() + "/pause", Map.of())
            .expect(200);
      }
      ground.awaitAllEnded(Duration.ofMinutes(3));
    }

    private void add(String overlap, String missed) {
      ground
          .client()
          .post(
              "/api/v1/schedules",
              planned.request(overlap + "-" + missed, overlap, missed, "0." + random.nextInt(10)))
          .expect(201);
    }
  }
}
