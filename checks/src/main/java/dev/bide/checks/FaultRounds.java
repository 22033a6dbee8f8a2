package dev.bide.checks;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Rounds of faults under load: clients submit, something happens to the server at a random instant
 * after it was ready, again and again; then everything is let run to its end and counted.
 *
 * @param rounds how many
 * @param faultsPerRound how often something happens in a round
 * @param slots of the queue
 * @param clients that submit at the same time
 * @param perSecond submits of all clients together
 * @param longestCalm how long the server is left alone at most before something happens
 * @param faults what may happen
 * @param seed of everything random
 */
record FaultRounds(
    int rounds,
    int faultsPerRound,
    int slots,
    int clients,
    double perSecond,
    Duration longestCalm,
    List<Fault> faults,
    long seed) {

  /**
   * Runs them, telling a line a round.
   *
   * @return whether every counter stayed 0 and no process is left
   */
  public boolean run(Consumer<String> tell) {
    tell.accept(this.toString());
    Random random = new Random(seed);
    Map<String, LoadJob> accepted = new ConcurrentHashMap<>();
    Set<String> checked = new HashSet<>();
    Verdict last = Verdict.NOTHING;
    int dirty = 0;
    try (Ground ground = new Ground().quick()) {
      ground.serve().client().slots(slots);
      for (int round = 1; round <= rounds; round++) {
        long began = System.nanoTime();
        String happened = round(ground, random, accepted, round);
        Verdict verdict = Checker.check(ground, accepted, checked, slots);
        last = verdict;
        dirty += verdict.clean() ? 0 : 1;
        tell.accept(
            "round %d (%s; %.1f s): %s"
                .formatted(round, happened, (System.nanoTime() - began) / 1e9, verdict));
      }
      ground.server().signal("TERM");
      ground.server().awaitEnd();
      List<ProcessTable.Entry> left = ground.awaitNoProcess(Duration.ofSeconds(30));
      tell.accept("processes left: " + left.size() + (left.isEmpty() ? "" : " " + left));
      tell.accept(
          "%d rounds, %d times something happened, %d rounds with findings, processes left %d; %s"
              .formatted(rounds, rounds * faultsPerRound, dirty, left.size(), last));
      return dirty == 0 && left.isEmpty();
    }
  }

  private String round(Ground ground, Random random, Map<String, LoadJob> accepted, int round) {
    StringBuilder happened = new StringBuilder();
    for (int index = 0; index < 4 * slots; index++) {
      LoadJob job = new LoadJob("r" + round + "-" + index, "1." + random.nextInt(10), 40, index);
      accepted.put(job.ticket(), job);
      ground.mustSubmit(job);
    }
    try (Submitters submitters =
        new Submitters(ground, accepted, "r" + round, clients, perSecond, random)) {
      submitters.begin();
      for (int count = 0; count < faultsPerRound; count++) {
        BideServer.pause(Duration.ofMillis(random.nextLong(longestCalm.toMillis())));
        Fault fault = faults.get(random.nextInt(faults.size()));
        happened.append(count == 0 ? "" : ", ").append(fault.name().toLowerCase(Locale.ROOT));
        fault.strike(ground, random);
      }
    }
    ground.awaitAllEnded(Duration.ofMinutes(3));
    return happened.toString();
  }
}
