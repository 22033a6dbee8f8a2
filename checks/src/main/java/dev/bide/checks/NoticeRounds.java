package dev.bide.checks;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Rounds of kills while short jobs end and somebody wants to be told of each: by a webhook whose
 * receiver refuses, hangs or breaks off some messages, and by a command. Then what happened is
 * compared with what arrived.
 *
 * @param rounds how many
 * @param killsPerRound how often the server is killed in a round
 * @param perSecond submits
 * @param mostTroubles how often the receiver does not take one message
 * @param seed of everything random
 */
record NoticeRounds(int rounds, int killsPerRound, double perSecond, int mostTroubles, long seed) {
  private static final int SLOTS = 4;
  private static final Duration LONGEST_CALM = Duration.ofSeconds(2);

  /** What was refused is tried again after five seconds, and a fifth of them. */
  private static final Duration A_RETRY = Duration.ofSeconds(7);

  private static final int MOST_RETRIES = 40;

  /**
   * Runs them, telling a line a round.
   *
   * @return whether everybody was told of everything that happened and of nothing else, by the same
   *     id each time, and no process is left
   */
  public boolean run(Consumer<String> tell) {
    tell.accept(this.toString());
    Random random = new Random(seed);
    int kills = 0;
    int findings = 0;
    int notices = 0;
    int repeats = 0;
    Verdict sum = Verdict.NOTHING;
    for (int round = 1; round <= rounds; round++) {
      try (NoticeReceiver receiver =
              new NoticeReceiver(new Random(random.nextLong()), mostTroubles);
          Ground ground = new Ground().quick()) {
        Round one = new Round(ground, receiver, random);
        one.strikeAndSettle();
        Verdict verdict = Checker.check(ground, one.accepted, new HashSet<>(), SLOTS);
        ArrivedNotices arrived = new ArrivedNotices(ground, receiver, one.accepted.values());
        List<String> wrong = arrived.findings();
        ground.server().signal("TERM");
        ground.server().awaitEnd();
        int left = ground.awaitNoProcess(Duration.ofSeconds(30)).size();
        kills += one.kills;
        notices += arrived.expected();
        repeats += arrived.repeats();
        findings += wrong.size() + left + (verdict.clean() ? 0 : 1);
        sum = sum.plus(verdict);
        tell.accept(
            "round %d: %d kills, %d notices of %s, %d not taken, %d came again, %d in digests; processes left %d, findings %d %s; %s"
                .formatted(
                    round,
                    one.kills,
                    arrived.expected(),
                    arrived.events(),
                    receiver.troubled(),
                    arrived.repeats(),
                    arrived.inDigests(),
                    left,
                    wrong.size(),
                    wrong,
                    verdict));
      }
    }
    tell.accept(
        "%d rounds, %d kills, %d notices, %d came again, findings %d, seed %d; %s"
            .formatted(rounds, kills, notices, repeats, findings, seed, sum.withoutFindings()));
    return findings == 0;
  }

  /** One ground with its receiver. */
  private final class Round {
    private final Ground ground;
    private final NoticeReceiver receiver;
    private final Random random;
    private final Map<String, LoadJob> accepted = new ConcurrentHashMap<>();
    private int kills;

    Round(Ground ground, NoticeReceiver receiver, Random random) {
      this.ground = ground;
      this.receiver = receiver;
      this.random = random;
    }

    void strikeAndSettle() {
      ground.configure(
          "notify-allow = [\"127.0.0.0/8\"]\nnotify = [\"end="
              + receiver.url()
              + ArrivedNotices.ALL
              + "\"]\n");
      ground.notify(job -> ArrivedNotices.rules(job, receiver.url(), ground.told()));
      ground.serve().client().slots(SLOTS);
      change(
          Map.of(
              "notify", List.of("failure,empty,missed=" + receiver.url() + ArrivedNotices.QUEUE)));
      ground
          .client()
          .post(
              "/api/v1/schedules",
              new PlannedInstants(ground).request("each-second", "skip", "all", "1.5"))
          .expect(201);
      try (Submitters submitters = new Submitters(ground, accepted, "n", 2, perSecond, random)) {
        submitters.begin();
        for (int count = 0; count < killsPerRound; count++) {
          BideServer.pause(Duration.ofMillis(300 + random.nextLong(LONGEST_CALM.toMillis())));
          killAndServe();
        }
      }
      ground.client().post("/api/v1/schedules/each-second/pause", Map.of()).expect(200);
      ground.awaitAllEnded(Duration.ofMinutes(3));
      receiver.calmDown();
      for (int i = 0; i < MOST_RETRIES && !everythingIsSent(); i++) {
        killAndServe(); // the next server need not gather until the minute of the last is over
        awaitSent();
      }
    }

    private void change(Map<String, ?> queue) {
      ground
          .client()
          .send("PATCH", "/api/v1/queues/default", queue, Map.of())
          .orElseThrow(() -> new IllegalStateException("no answer"))
          .expect(200);
    }

    private void killAndServe() {
      ground.server().kill();
      kills++;
      ground.serve();
    }

    private void awaitSent() {
      long deadline = System.nanoTime() + A_RETRY.toNanos();
      while (!everythingIsSent() && System.nanoTime() < deadline) {
        BideServer.pause(Duration.ofMillis(50));
      }
    }

    private boolean everythingIsSent() {
      return ground
          .client()
          .get("/api/v1/notices?state=WAITING&limit=1")
          .orElseThrow(() -> new IllegalStateException("no answer"))
          .expect(200)
          .json()
          .get("notices")
          .isEmpty();
    }
  }
}
