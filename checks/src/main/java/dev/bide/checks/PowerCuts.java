package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The power goes under load, again and again: the disk of the home takes nothing any more, every
 * process of the home is killed, the journal is replayed and a server starts on what it finds, as
 * after another boot. Each round has a home of its own, so that the first cut finds a new one. The
 * ledger of the jobs is on another disk.
 *
 * @param cuts how many in all
 * @param cutsPerRound how many before everything is let run to its end and counted
 * @param slots of the queue
 * @param clients that submit at the same time
 * @param perSecond submits of all clients together
 * @param seed of everything random
 */
record PowerCuts(int cuts, int cutsPerRound, int slots, int clients, double perSecond, long seed) {
  private static final int MEGABYTES = 300;

  /**
   * Words that run the words after them where the file before them is the id of the boot. Nothing
   * else of the machine is another.
   */
  private static final List<String> OTHER_BOOT =
      List.of(
          "unshare",
          "--mount",
          "sh",
          "-c",
          "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"");

  /** Counts over all rounds. */
  private static final class Sum {
    private int jobs;
    private int struck;
    private int dirty;
  }

  /**
   * Runs them, telling a line a round.
   *
   * @return whether nothing that was told was taken back and every counter stayed 0
   */
  boolean run(Consumer<String> tell) {
    tell.accept(this.toString());
    Random random = new Random(seed);
    Sum sum = new Sum();
    for (int done = 0, round = 1; done < cuts; done += cutsPerRound, round++) {
      long began = System.nanoTime();
      String said = round(random, Math.min(cutsPerRound, cuts - done), sum);
      tell.accept(
          "round %d (%.1f s): %s".formatted(round, (System.nanoTime() - began) / 1e9, said));
    }
    tell.accept(
        "%d power cuts, %d jobs accepted, %d of them ran at a cut and are LOST; rounds with findings %d"
            .formatted(cuts, sum.jobs, sum.struck, sum.dirty));
    return sum.dirty == 0;
  }

  private String round(Random random, int cutsNow, Sum sum) {
    try (Ground ground = new Ground();
        LoopDisk disk =
            LoopDisk.make(ground.directory().resolve("image"), ground.home(), MEGABYTES, "")) {
      try {
        return round(ground, disk, random, cutsNow, sum);
      } finally {
        end(ground); // whoever lives would keep the disk
      }
    }
  }

  private String round(Ground ground, LoopDisk disk, Random random, int cutsNow, Sum sum) {
    Map<String, LoadJob> accepted = new ConcurrentHashMap<>();
    List<String> findings = new ArrayList<>();
    List<String> words = new ArrayList<>(OTHER_BOOT);
    words.add(boot(ground).toString());
    ground.wrap(words);
    boots(ground);
    ground.serve().client().slots(slots);
    String amounts;
    try (Told told = new Told(ground);
        Submitters submitters =
            new Submitters(ground, accepted, "p", clients, perSecond, random, told::hear)) {
      submitters.begin();
      for (int cut = 0; cut < cutsNow; cut++) {
        for (int index = 0; index < slots; index++) {
          LoadJob job = new LoadJob("c" + cut + "-" + index, "0." + random.nextInt(10), 400, 0);
          accepted.put(job.ticket(), job);
          told.hear(ground.submit(job).orElseThrow());
        }
        BideServer.pause(Duration.ofMillis(200 + random.nextInt(2000)));
        cut(ground, disk);
        if (random.nextInt(4) == 0) {
          // and once more before it was ready, for nothing: only the last start counts
          ground.launch();
          BideServer.pause(Duration.ofMillis(random.nextInt(1200)));
          cut(ground, disk);
        }
        ground.serve();
        findings.addAll(told.takenBack());
        findings.addAll(wrongQueue(ground));
      }
      amounts = told.amounts();
    }
    ground.awaitAllEnded(Duration.ofMinutes(3));
    Verdict verdict = Checker.check(ground, accepted, new HashSet<>(), slots, PowerCuts::struck);
    findings.addAll(verdict.findings());
    // also the words for its faults were on the disk that is gone
    ground
        .server()
        .printed()
        .lines()
        .filter(line -> line.contains("Exception in thread \"bide-") || line.contains("SEVERE"))
        .filter(line -> line.contains("Exception in thread") || line.contains("NoClassDef"))
        .forEach(findings::add);
    int struck = (int) ground.client().jobs().stream().filter(PowerCuts::struck).count();
    if (struck > 2 * slots * cutsNow) {
      findings.add(struck + " jobs were struck by " + cutsNow + " cuts with " + slots + " slots");
    }
    sum.jobs += verdict.jobs();
    sum.struck += struck;
    sum.dirty += findings.isEmpty() ? 0 : 1;
    return "%s, %d LOST; %s%s"
        .formatted(
            amounts,
            struck,
            verdict,
            findings.isEmpty() ? "" : "\n  all findings:\n  " + String.join("\n  ", findings));
  }

  /** Ran when the power went, which nobody can know more of. */
  private static boolean struck(JsonNode job) {
    return job.get("state").asText().equals("LOST") && job.get("reason").asText().equals("REBOOT");
  }

  private List<String> wrongQueue(Ground ground) {
    JsonNode queue = ground.client().get("/api/v1/queues/default").orElseThrow().expect(200).json();
    return queue.get("slots").asInt() == slots ? List.of() : List.of("the queue is " + queue);
  }

  private static void cut(Ground ground, LoopDisk disk) {
    disk.cutPower();
    end(ground);
    disk.unmount();
    disk.mount();
    boots(ground);
  }

  private static void end(Ground ground) {
    ProcessTable.endAll(ground.home());
    ground.endServer();
  }

  private static Path boot(Ground ground) {
    return ground.directory().resolve("boot");
  }

  private static void boots(Ground ground) {
    try {
      Files.writeString(boot(ground), UUID.randomUUID() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
