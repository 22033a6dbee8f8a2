package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A home on a disk of its own that fills up: nothing that was accepted is lost, and it goes on. */
@Timeout(180)
class DiskFullTest {
  private static final int MEGABYTE = 1 << 20;

  private final Ground ground = new Ground();
  private final Map<String, LoadJob> accepted = new TreeMap<>();

  private LoopDisk disk;

  @BeforeEach
  void mount() {
    Optional<String> missing = LoopDisk.missing();
    Needed.check(missing.isEmpty(), missing.orElse(""));
    disk = LoopDisk.make(ground.directory().resolve("image"), ground.home(), 200, "");
  }

  @AfterEach
  void unmount() {
    try {
      ground.endServer();
      ProcessTable.endAll(ground.home()); // whoever lives would keep the disk
    } finally {
      if (disk != null) {
        disk.close();
      }
      ground.close();
    }
  }

  @Test
  void nearlyFullNothingStartsAndFullNothingIsAcceptedAndWithRoomAllOfItGoesOn() throws Exception {
    ground.serve();
    Gate end = ground.gate();
    long running = submit(new LoadJob("running", end, 0, 9));
    ground.client().await(running, job -> job.get("pid").isNumber());

    Path ballast = ground.home().resolve("ballast");
    LoopDisk.fill(ballast, 40L * MEGABYTE);
    long waiting = submit(new LoadJob("waiting", "0", 10, 0));
    JsonNode held = ground.client().job(waiting);
    assertThat(held.get("state").asText()).isEqualTo("PENDING");
    assertThat(held.get("reason").asText()).isEqualTo("LOW_DISK");

    LoopDisk.fill(ballast, 0);
    awaitRefusal();
    JsonNode server = ground.client().get("/api/v1/server").orElseThrow().json();
    assertThat(server.get("down").asText()).isNotEmpty();
    assertThat(ground.client().job(running).get("state").asText()).isEqualTo("RUNNING");
    end.open();
    Awaitility.await()
        .until(() -> ground.ledger().notes().stream().anyMatch(note -> !note.start()));

    Files.delete(ballast);
    Awaitility.await().until(() -> trySubmit(new LoadJob("after", "0", 10, 4)));
    ground.awaitAllEnded(Duration.ofSeconds(60));
    Verdict verdict = Checker.check(ground, accepted, new HashSet<>(), 3);
    assertThat(verdict.findings()).isEmpty();
  }

  /** Small things may find room where a large one does not, for a while. */
  private void awaitRefusal() {
    for (int index = 0; index < 2_000; index++) {
      if (!trySubmit(new LoadJob("small-" + index, "0", 2, 0))) {
        return;
      }
    }
    throw new AssertionError("a full disk takes everything");
  }

  private long submit(LoadJob job) {
    accepted.put(job.ticket(), job);
    return ground.mustSubmit(job);
  }

  private boolean trySubmit(LoadJob job) {
    boolean taken = ground.submit(job).isPresent();
    if (taken) {
      accepted.put(job.ticket(), job);
    }
    return taken;
  }
}
