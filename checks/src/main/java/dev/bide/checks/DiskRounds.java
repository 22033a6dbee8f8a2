package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A home on a small disk that fills up, or meets an error and becomes read-only, round after round.
 * Nothing that was accepted is lost; what cannot be kept is refused with the reason; and it goes on
 * when there is room, or with the next server when the disk was repaired.
 *
 * @param rounds how many; every other one is read-only
 * @param seed of everything random
 */
record DiskRounds(int rounds, long seed) {
  private static final int MEGABYTES = 200;
  private static final int SLOTS = 3;
  private static final Duration SOON = Duration.ofSeconds(60);

  /** How many jobs are asked for at most until a full disk refuses one. */
  private static final int ENOUGH = 3_000;

  /**
   * Runs them, telling a line a round.
   *
   * @return whether every promise was kept
   */
  boolean run(Consumer<String> tell) {
    tell.accept(this.toString());
    Random random = new Random(seed);
    try (Ground ground = new Ground();
        LoopDisk disk =
            LoopDisk.make(
                ground.directory().resolve("image"),
                ground.home(),
                MEGABYTES,
                "errors=remount-ro")) {
      try {
        return rounds(ground, disk, random, tell);
      } finally {
        end(ground); // whoever lives would keep the disk
      }
    }
  }

  private boolean rounds(Ground ground, LoopDisk disk, Random random, Consumer<String> tell) {
    Map<String, LoadJob> accepted = new TreeMap<>();
    Set<String> checked = new HashSet<>();
    int refused = 0;
    int dirty = 0;
    Verdict last = Verdict.NOTHING;
    ground.serve();
    for (int round = 1; round <= rounds; round++) {
      boolean readOnly = isReadOnly(round);
      for (int index = 0; index < 2 * SLOTS; index++) {
        String seconds = index < SLOTS ? "0." + (3 + random.nextInt(7)) : "0";
        mustSubmit(
            ground,
            accepted,
            new LoadJob(
                (index < SLOTS ? "runs-" : "waits-") + round + "-" + index,
                seconds,
                10 * index,
                index),
            readOnly && index < SLOTS);
      }
      Path ballast = ground.home().resolve("ballast");
      if (readOnly) {
        disk.meetError();
      } else {
        LoopDisk.fill(ballast, 0);
      }
      String prefix = "r" + round + (readOnly ? "-read-only-" : "-full-");
      LoadJob unanswered = untilRefused(ground, accepted, prefix, random);
      refused++;
      if (readOnly) {
        end(ground);
        disk.unmount();
        disk.repair();
        disk.mount();
        ground.serve();
      } else {
        delete(ballast);
      }
      LoadJob after = new LoadJob("r" + round + "-after", "0", 10, 4);
      accepted.put(after.ticket(), after);
      Waiting.until(SOON, () -> ground.submit(after).isPresent(), "it accepts again");
      ground.mustSubmit(unanswered);
      ground.awaitAllEnded(SOON);
      last = Checker.check(ground, accepted, checked, SLOTS, DiskRounds::struck);
      Optional<String> tooMany = tooMany(ground, round);
      dirty += last.clean() && tooMany.isEmpty() ? 0 : 1;
      tell.accept(
          "round %d (%s): %s%s"
              .formatted(round, readOnly ? "read-only" : "full", last, tooMany.orElse("")));
    }
    long lost = ground.client().jobs().stream().filter(DiskRounds::struck).count();
    tell.accept(
        "%d rounds, %d submits refused with the reason, %d jobs killed with a read-only disk and LOST, rounds with findings %d; %s"
            .formatted(rounds, refused, lost, dirty, last));
    return dirty == 0;
  }

  private static boolean isReadOnly(int round) {
    return round % 2 == 0;
  }

  /**
   * Had a slot when the disk became read-only, so that nobody could write down how it ended. How
   * many there were at most, is known: {@link #tooMany}.
   */
  private static boolean struck(JsonNode job) {
    return job.get("state").asText().equals("LOST")
        && job.get("reason").asText().equals("UNKNOWN_EXIT")
        && isReadOnly(round(job));
  }

  /** In which round it was submitted: runs-ROUND-INDEX, waits-ROUND-INDEX, rROUND-read-only-… */
  private static int round(JsonNode job) {
    String[] name = job.get("name").asText().split("-", -1);
    boolean later = name[0].matches("r[0-9]+");
    return Integer.parseInt(later ? name[0].substring(1) : name[1]);
  }

  /** More than there are slots cannot have run at one error; empty when there are not more. */
  private static Optional<String> tooMany(Ground ground, int round) {
    long lost =
        ground.client().jobs().stream()
            .filter(DiskRounds::struck)
            .filter(job -> round(job) == round)
            .count();
    return lost > SLOTS
        ? Optional.of("\n  " + lost + " jobs are LOST, with " + SLOTS + " slots")
        : Optional.empty();
  }

  private static void mustSubmit(
      Ground ground, Map<String, LoadJob> accepted, LoadJob job, boolean untilItRuns) {
    accepted.put(job.ticket(), job);
    long number = ground.mustSubmit(job);
    if (untilItRuns) {
      ground.client().await(number, found -> found.get("pid").isNumber());
    }
  }

  /** Asks until it is refused, with the reason; answers what was. */
  private static LoadJob untilRefused(
      Ground ground, Map<String, LoadJob> accepted, String prefix, Random random) {
    for (int index = 0; index < ENOUGH; index++) {
      LoadJob job = new LoadJob(prefix + index, "0", random.nextInt(5), 0);
      Client.Answer answer = ground.ask(job).orElseThrow();
      if (answer.status() == 503) {
        // it may have been kept all the same: the same key is asked again until it is answered
        accepted.put(job.ticket(), job);
        String reason = answer.json().get("detail").asText("");
        if (!reason.contains("bide.db")) {
          throw new IllegalStateException("refused, but not for the disk: " + reason);
        }
        return job;
      }
      answer.expect(200, 201);
      accepted.put(job.ticket(), job);
    }
    throw new IllegalStateException("a disk that takes nothing takes everything");
  }

  private static void end(Ground ground) {
    ground.endServer();
    ProcessTable.endAll(ground.home());
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
