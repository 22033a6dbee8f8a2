package dev.bide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Reason;
import dev.bide.job.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home that has room for data but for no more files: only root can make one. */
class NoRoomTest {
  private static final int JOBS = 60;

  @TempDir Path directory;

  @Test
  void whereNoMoreFilesFitTheQueueWaitsInsteadOfTryingEachJobAndGoesOnByItself() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    Needed.check(
        Needed.succeeds(
            "mount", "-t", "tmpfs", "-o", "size=256m,nr_inodes=120,mode=700", "x", home.toString()),
        "file systems cannot be mounted here");
    try {
      try (Bide bide = Bide.open(BideConfig.of(home))) {
        List<Job> jobs =
            bide.submit(
                    Collections.nCopies(
                        JOBS,
                        JobSpec.of("true").in("/").with(Map.of("PATH", System.getenv("PATH")))),
                    null)
                .get()
                .jobs();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> bide.health().lowDisk());
        Job last = jobs.get(JOBS - 1);
        assertThat(bide.why(List.of(last)).get(last.number()).reason()).isEqualTo(Reason.LOW_DISK);
        int attempts = jobs.stream().mapToInt(job -> bide.find(job.number()).attempt()).sum();
        assertThat(attempts).as("attempts, the failed ones too").isLessThan(JOBS / 2);

        assertThat(Needed.succeeds("mount", "-o", "remount,nr_inodes=5000", home.toString()))
            .isTrue();
        for (Job job : jobs) {
          assertThat(bide.await(job.number(), Duration.ofSeconds(60)).state())
              .isEqualTo(State.COMPLETED);
        }
        assertThat(bide.health().lowDisk()).isFalse();
      } finally {
        Leftovers.end(directory);
      }
    } finally {
      assertThat(Needed.succeeds("umount", "-l", home.toString())).isTrue();
    }
  }
}
