package dev.bide.checks;

import dev.bide.checks.failpoints.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The server dies at named steps under a small load, is started again, everything is let run to its
 * end, and counted. In a pair the second step is where the server dies that was started after the
 * first.
 *
 * @param plans the steps of each round
 * @param lanes how many rounds at the same time, each on a ground of its own
 * @param nthAtMost a step counts at its nth passing, a random one up to this
 * @param seed of everything random
 */
record FailpointRounds(List<List<Step>> plans, int lanes, int nthAtMost, long seed) {
  private static final int SLOTS = 2;

  /** What the API lists grows, and so does the time to check it. */
  private static final int ROUNDS_ON_A_GROUND = 30;

  /** A load that a step was not passed in is repeated. */
  private static final int MOST_LOADS = 4;

  /** Every step alone. */
  static List<List<Step>> singles() {
    return Stream.of(Step.values()).map(List::of).toList();
  }

  /** Every step after every step. */
  static List<List<Step>> pairs() {
    return Stream.of(Step.values())
        .flatMap(first -> Stream.of(Step.values()).map(second -> List.of(first, second)))
        .toList();
  }

  /**
   * Runs them, telling a line for each that found something, and a last one.
   *
   * @return whether every step was passed, every counter stayed 0 and no process is left
   */
  boolean run(Consumer<String> tell) {
    Results results = new Results(tell, plans);
    ConcurrentLinkedQueue<List<Step>> queue = new ConcurrentLinkedQueue<>(plans);
    Lanes.run(lanes, lane -> lane(queue, new Random(seed + 1 + lane), results));
    return results.tellAll(seed);
  }

  private void lane(ConcurrentLinkedQueue<List<Step>> queue, Random random, Results results) {
    List<Step> plan = queue.poll();
    while (plan != null) {
      try (MortalServer server = new MortalServer()) {
        server.ground().client().slots(SLOTS);
        Map<String, LoadJob> accepted = new TreeMap<>();
        Set<String> checked = new HashSet<>();
        List<LoadJob> told = new ArrayList<>();
        Verdict last = Verdict.NOTHING;
        boolean clean = true;
        for (int round = 0; plan != null && clean && round < ROUNDS_ON_A_GROUND; round++) {
          String findings = round(server, plan, random, accepted, told, round);
          last = Checker.check(server.ground(), accepted, checked, SLOTS);
          clean = last.clean() && findings.isEmpty(); // what is broken would be found again
          results.add(plan, findings + String.join("\n  ", last.findings()), server.passed());
          plan = queue.poll();
        }
        server.ground().server().signal("TERM");
        server.ground().server().awaitEnd();
        results.addGround(last, server.ground().awaitNoProcess(Duration.ofSeconds(20)).size());
      } catch (RuntimeException | Error e) {
        results.add(plan == null ? List.of() : plan, "the check failed: " + e, List.of());
        plan = queue.poll();
      }
    }
  }

  /** One round; answers what is wrong apart from what the {@link Checker} finds. */
  private String round(
      MortalServer server,
      List<Step> plan,
      Random random,
      Map<String, LoadJob> accepted,
      List<LoadJob> told,
      int round) {
    List<Step> steps = withWhatLeadsThere(plan);
    Set<Step.When> wanted =
        steps.stream().map(Step::when).collect(Collectors.toCollection(TreeSet::new));
    List<FailpointLoad> loads = new ArrayList<>();
    int nth = nthAtMost == 1 ? 1 : 1 + random.nextInt(nthAtMost);
    for (int load = 0; load == 0 || (load < MOST_LOADS && server.next().isPresent()); load++) {
      boolean first = load == 0;
      FailpointLoad one =
          new FailpointLoad(server, accepted, "r" + round + "-" + load + "-", wanted);
      loads.add(one);
      one.run(
          () -> {
            if (first) {
              server.arm(steps, nth);
            }
          });
    }
    boolean all = server.next().isEmpty();
    server.disarm();
    StringBuilder findings = new StringBuilder();
    if (!all) {
      findings.append("never passed all of ").append(steps).append(": only ");
      findings.append(server.passed()).append("\n  ");
    }
    Set<String> left = filesOfRemoved(server);
    if (!left.isEmpty()) {
      findings.append("files of removed jobs are left: ").append(left).append("\n  ");
    }
    for (FailpointLoad load : loads) {
      told.addAll(load.told());
      load.findings().forEach(finding -> findings.append(finding).append("\n  "));
    }
    for (String finding : ToldEnds.findings(server.ground().told(), told)) {
      findings.append(finding).append("\n  ");
    }
    return findings.toString();
  }

  /** Some steps are passed only by a server that comes after one that died. */
  private static List<Step> withWhatLeadsThere(List<Step> plan) {
    List<Step> all = new ArrayList<>();
    for (Step step : plan) {
      boolean needsDeath = step.when() == Step.When.STARTING && all.isEmpty();
      if (needsDeath || step.when() == Step.When.WITHDRAWING) {
        all.add(Step.ASSIGN_COMMITTED);
      }
      all.add(step);
    }
    return all;
  }

  /** Directories of runs that no job of the API has; they go a moment after the job. */
  private static Set<String> filesOfRemoved(MortalServer server) {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    Set<String> left;
    do {
      left = new HashSet<>();
      Set<String> known = new HashSet<>();
      for (var job : server.ground().client().jobs()) {
        known.add(job.get("number").asText() + "-" + job.get("uuid").asText().substring(0, 8));
      }
      try (Stream<Path> runs = Files.list(server.ground().home().resolve("runs"))) {
        runs.map(path -> path.getFileName().toString())
            .filter(name -> !known.contains(name))
            .forEach(left::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } while (!left.isEmpty() && System.nanoTime() < deadline);
    return left;
  }

  /** What came out, of all lanes. Thread-safe. */
  private static final class Results {
    private final Consumer<String> tell;
    private final List<List<Step>> plans;
    private final AtomicInteger done = new AtomicInteger();
    private final Map<Step, Integer> deaths = new TreeMap<>(); // guarded by this
    private Verdict sum = Verdict.NOTHING; // guarded by this
    private int dirty; // guarded by this
    private int processes; // guarded by this

    Results(Consumer<String> tell, List<List<Step>> plans) {
      this.tell = tell;
      this.plans = plans;
    }

    synchronized void add(List<Step> plan, String findings, List<Step> passed) {
      passed.forEach(step -> deaths.merge(step, 1, Integer::sum));
      if (!findings.isEmpty()) {
        dirty++;
        tell.accept("round " + plan + ": " + findings);
      }
      int number = done.incrementAndGet();
      if (number % 100 == 0) {
        tell.accept(
            "%d of %d rounds done, %d with findings".formatted(number, plans.size(), dirty));
      }
    }

    synchronized void addGround(Verdict verdict, int left) {
      sum = sum.plus(verdict);
      processes += left;
    }

    synchronized boolean tellAll(long seed) {
      List<Step> never =
          plans.stream()
              .flatMap(List::stream)
              .distinct()
              .filter(step -> !deaths.containsKey(step))
              .toList();
      int all = deaths.values().stream().mapToInt(Integer::intValue).sum();
      tell.accept(
          "%d rounds, %d deaths at %d steps (at none of %s), rounds with findings %d, processes left %d, seed %d; %s"
              .formatted(
                  done.get(),
                  all,
                  deaths.size(),
                  never,
                  dirty,
                  processes,
                  seed,
                  sum.withoutFindings()));
      return dirty == 0 && processes == 0 && done.get() == plans.size() && sum.clean();
    }
  }
}
