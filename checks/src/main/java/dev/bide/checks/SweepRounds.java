package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Rounds of kills while everything that has ended goes at once: jobs are swept and logs are cut
 * while one job runs on and another is pinned. Then rows, directories and counters are compared.
 *
 * @param rounds how many
 * @param killsPerRound how often the server is killed in a round
 * @param perSecond submits
 * @param seed of everything random
 */
record SweepRounds(int rounds, int killsPerRound, double perSecond, long seed) {
  private static final int SLOTS = 4;

  /** So many make a log of more than a megabyte. */
  private static final int LINES_OF_A_LONG_LOG = 60_000;

  private static final Duration LONGEST_CALM = Duration.ofMillis(2_500);
  private static final Duration A_SWEEP = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST_SWEEPS = 15;

  /** Rows that nothing leads to any more, and counters that are not what they count. */
  private static final Map<String, String> NONE_OF =
      Map.of(
          "attempts without a job",
          "select count(*) from attempt where number not in (select number from job)",
          "specs without a job",
          "select count(*) from spec where number not in (select number from job)",
          "jobs without a spec",
          "select count(*) from job where number not in (select number from spec)",
          "jobs that are and are removed",
          "select count(*) from job where number in (select number from removed)",
          "tallies that are wrong",
          "select count(*) from (select queue, state, jobs, log_bytes from tally where jobs > 0"
              + " except select queue, state, count(*), sum(log_bytes) from job"
              + " group by queue, state)",
          "tallies of nothing",
          "select count(*) from tally where jobs <= 0 and (jobs < 0 or log_bytes <> 0)",
          "jobs with another number of log bytes than their attempts",
          "select count(*) from job j where log_bytes <> coalesce((select sum(log_size)"
              + " from attempt a where a.number = j.number), 0)");

  /**
   * Runs them, telling a line a round.
   *
   * @return whether all went that had to go, whole, nothing else did, and every counter is true
   */
  boolean run(Consumer<String> tell) {
    tell.accept(this.toString());
    Random random = new Random(seed);
    int findings = 0;
    int jobs = 0;
    for (int round = 1; round <= rounds; round++) {
      try (Ground ground = new Ground().quick()) {
        Round one = new Round(ground, random);
        one.run();
        jobs += one.accepted.size();
        findings += one.findings.size();
        tell.accept(
            "round %d: %d jobs, removed %s; findings %d %s"
                .formatted(
                    round,
                    one.accepted.size(),
                    one.counted.get("removed"),
                    one.findings.size(),
                    one.findings));
      }
    }
    tell.accept(
        "%d rounds, %d kills, %d jobs, findings %d, seed %d"
            .formatted(rounds, rounds * killsPerRound, jobs, findings, seed));
    return findings == 0;
  }

  /** One ground. */
  private final class Round {
    private final Ground ground;
    private final Random random;
    private final Map<String, LoadJob> accepted = new ConcurrentHashMap<>();
    private final List<String> findings = new ArrayList<>();
    private JsonNode counted;
    private int longLogs;

    Round(Ground ground, Random random) {
      this.ground = ground;
      this.random = random;
      ground.jobsGoSoon();
      ground.configure("[keep]\nage = \"0m\"\nlongest-log = \"1MB\"\n");
      ground.serve().client().slots(SLOTS);
      this.counted = retention();
    }

    void run() {
      Gate end = ground.gate();
      LoadJob runs = job(new LoadJob("runs", end, 2 * LINES_OF_A_LONG_LOG, 7));
      final long running = ground.mustSubmit(runs);
      LoadJob pinned = job(new LoadJob("pinned", "0.5", LINES_OF_A_LONG_LOG, 0));
      final long stays = ground.mustSubmit(pinned);
      pin(stays);
      strike();
      for (int i = 0; i < MOST_SWEEPS && listed() > 2; i++) {
        longLog();
        await(() -> listed() <= 2, A_SWEEP);
      }
      pin(running);
      end.open();
      ground.client().await(running, Client::ended);
      counted = retention();
      listed(running, runs, 7, stays, pinned);
      ran();
      counters(runs.log().length + (long) pinned.log().length);
      directories();
      ground.server().signal("TERM");
      ground.server().awaitEnd();
      rows();
    }

    private LoadJob job(LoadJob job) {
      accepted.put(job.ticket(), job);
      return job;
    }

    private void pin(long number) {
      ground.client().post("/api/v1/jobs/" + number + "/pin", Map.of()).expect(200);
    }

    private void longLog() {
      ground.mustSubmit(job(new LoadJob("long" + ++longLogs, "0", LINES_OF_A_LONG_LOG, 0)));
    }

    private void strike() {
      try (Submitters submitters = new Submitters(ground, accepted, "s", 2, perSecond, random)) {
        submitters.begin();
        for (int count = 0; count < killsPerRound; count++) {
          longLog();
          BideServer.pause(Duration.ofMillis(500 + random.nextLong(LONGEST_CALM.toMillis())));
          ground.server().kill();
          ground.serve();
        }
      }
    }

    private int listed() {
      return ground.client().jobs().size();
    }

    private JsonNode retention() {
      return ground
          .client()
          .get("/api/v1/retention")
          .orElseThrow(() -> new IllegalStateException("no answer"))
          .expect(200)
          .json();
    }

    /** The job that ran all the while and the one that is pinned, and no other. */
    private void listed(long running, LoadJob runs, int code, long stays, LoadJob pinned) {
      List<JsonNode> jobs = ground.client().jobs();
      if (jobs.size() != 2) {
        findings.add("old, and still there: " + jobs);
        return;
      }
      JsonNode ran = ground.client().job(running);
      if (ran.get("exitCode").asInt(-1) != code || ran.get("attempt").asInt() != 1) {
        findings.add("it ran all the while, and ended as " + ran);
      }
      log(running, runs);
      log(stays, pinned);
    }

    private void log(long number, LoadJob job) {
      int differs = Arrays.mismatch(job.log(), ground.client().log(number));
      if (differs >= 0) {
        findings.add("the log of " + job + " is another from byte " + differs + " on");
      }
    }

    /** Once each. */
    private void ran() {
      Map<String, Integer> notes = new HashMap<>();
      for (Ledger.Note note : ground.ledger().notes()) {
        notes.merge((note.start() ? "start " : "end ") + note.ticket(), 1, Integer::sum);
      }
      for (String ticket : accepted.keySet()) {
        if (notes.getOrDefault("start " + ticket, 0) != 1
            || notes.getOrDefault("end " + ticket, 0) != 1) {
          findings.add("ran not once: " + ticket);
        }
      }
    }

    private void counters(long logBytes) {
      long all = accepted.values().stream().mapToLong(job -> job.log().length).sum();
      JsonNode kept = counted.get("kept");
      JsonNode removed = counted.get("removed");
      long gone = removed.get("logBytes").asLong() + removed.get("cutBytes").asLong();
      if (kept.get("jobs").asLong() != 2
          || kept.get("pinnedJobs").asLong() != 2
          || kept.get("logBytes").asLong() != logBytes
          || removed.get("jobs").asLong() != accepted.size() - 2
          || gone != all - logBytes) {
        findings.add(
            "of %d jobs with %d bytes of logs two with %d stay, and counted is %s"
                .formatted(accepted.size(), all, logBytes, counted));
      }
    }

    /** Files go a moment after their job; what a server left, the next one removes. */
    private void directories() {
      await(() -> directoriesThere().equals(directoriesWanted()), PATIENCE);
      if (!directoriesThere().equals(directoriesWanted())) {
        findings.add(
            "there are jobs " + directoriesWanted() + " and directories " + directoriesThere());
      }
    }

    private Set<String> directoriesWanted() {
      Set<String> wanted = new TreeSet<>();
      for (JsonNode job : ground.client().jobs()) {
        wanted.add(job.get("number").asText() + "-" + job.get("uuid").asText().substring(0, 8));
      }
      return wanted;
    }

    private Set<String> directoriesThere() {
      Set<String> there = new TreeSet<>();
      try (Stream<Path> runs = Files.list(ground.home().resolve("runs"))) {
        runs.forEach(path -> there.add(path.getFileName().toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return there;
    }

    /** No row is half gone. */
    private void rows() {
      Path database = ground.home().resolve("bide.db");
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
          Statement statement = connection.createStatement()) {
        for (Map.Entry<String, String> none : NONE_OF.entrySet()) {
          try (ResultSet row = statement.executeQuery(none.getValue())) {
            if (row.next() && row.getLong(1) != 0) {
              findings.add(none.getKey() + ": " + row.getLong(1));
            }
          }
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private void await(BooleanSupplier condition, Duration atMost) {
      long deadline = System.nanoTime() + atMost.toNanos();
      while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
        BideServer.pause(Duration.ofMillis(50));
      }
    }
  }
}
