package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  @BeforeEach
  void mount() throws IOException {
    Path image = ground.directory().resolve("image");
    Files.createDirectory(
        ground.home(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Needed.check(
        runs("truncate", "-s", "200M", image)
            && runs("mkfs.ext4", "-q", "-F", "-m", "0", image)
            && runs("mount", "-o", "loop", image, ground.home()),
        "no file system can be mounted here: that needs root");
    Files.setPosixFilePermissions(ground.home(), PosixFilePermissions.fromString("rwx------"));
  }

  @AfterEach
  void unmount() throws IOException {
    try {
      ground.server().close();
      ProcessTable.endAll(ground.home());
    } finally {
      boolean unmounted = runs("umount", "-l", ground.home());
      ground.close();
      assertThat(unmounted).isTrue();
    }
  }

  private static boolean runs(Object... words) {
    try {
      List<String> command = Arrays.stream(words).map(Object::toString).toList();
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void nearlyFullNothingStartsAndFullNothingIsAcceptedAndWithRoomAllOfItGoesOn() throws Exception {
    ground.serve();
    long running = submit(new LoadJob("running", "3", 0, 9));
    ground.client().await(running, job -> job.get("pid").isNumber());

    Path ballast = ground.home().resolve("ballast");
    fill(ballast, 40L * MEGABYTE);
    long waiting = submit(new LoadJob("waiting", "0", 10, 0));
    JsonNode held = ground.client().job(waiting);
    assertThat(held.get("state").asText()).isEqualTo("PENDING");
    assertThat(held.get("reason").asText()).isEqualTo("LOW_DISK");

    fill(ballast, 0);
    awaitRefusal();
    JsonNode server = ground.client().get("/api/v1/server").orElseThrow().json();
    assertThat(server.get("down").asText()).isNotEmpty();
    assertThat(ground.client().job(running).get("state").asText()).isEqualTo("RUNNING");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ground.ledger().notes().stream().anyMatch(note -> !note.start()));

    Files.delete(ballast);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> trySubmit(new LoadJob("after", "0", 10, 4)));
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

  /** Leaves so many bytes free. */
  private static void fill(Path ballast, long free) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out =
        Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (free == 0 || ballast.toFile().getUsableSpace() > free) {
        out.write(block);
      }
    } catch (IOException e) {
      if (free > 0 || !String.valueOf(e.getMessage()).contains("No space left on device")) {
        throw e;
      }
    }
  }
}
