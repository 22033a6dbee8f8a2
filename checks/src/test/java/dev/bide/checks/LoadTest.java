package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many at once. */
@Timeout(180)
class LoadTest {
  @Test
  void aThousandJobsFromAHundredClientsRunOnceEachAndNeverMoreThanThreeAtOnce() throws Exception {
    try (Ground ground = new Ground().quick()) {
      ground.serve();
      Map<String, LoadJob> jobs = new ConcurrentHashMap<>();
      ExecutorService clients = Executors.newFixedThreadPool(100);
      List<Future<?>> all = new ArrayList<>();
      for (int client = 0; client < 100; client++) {
        String mine = "client-" + client + "-";
        all.add(
            clients.submit(
                () -> {
                  for (int count = 0; count < 10; count++) {
                    LoadJob job = new LoadJob(mine + count, count == 5 ? "0.2" : "0", 2, count % 4);
                    jobs.put(job.ticket(), job);
                    while (ground.submit(job).isEmpty()) {
                      BideServer.pause(Duration.ofMillis(20));
                    }
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      clients.shutdown();
      ground.awaitAllEnded(Duration.ofMinutes(2));

      Verdict verdict = Checker.check(ground, jobs, new HashSet<>(), 3);
      assertThat(verdict.findings()).isEmpty();
      assertThat(verdict.jobs()).isEqualTo(1000);
      assertThat(verdict.mostAtOnce()).isEqualTo(3);
    }
  }

  @Test
  void fiveThousandWaitingJobsAreStillThereAfterAKillAndTheServerIsSoonReady() {
    try (Ground ground = new Ground().quick()) {
      ground.serve().client().slots(1);
      ground.mustSubmit(new LoadJob("holds-the-slot", ground.gate(), 2, 0));
      for (int batch = 0; batch < 5; batch++) {
        List<Map<String, Object>> thousand = new ArrayList<>();
        for (int index = 0; index < 1000; index++) {
          thousand.add(Map.of("command", List.of("true"), "name", "waits-" + batch + "-" + index));
        }
        ground.client().post("/api/v1/jobs", Map.of("jobs", thousand)).expect(201);
      }

      ground.server().kill();
      ground.serve();

      assertThat(ground.client().jobs())
          .hasSize(5001)
          .filteredOn(job -> job.get("state").asText().equals("PENDING"))
          .hasSize(5000)
          .extracting(job -> job.get("name").asText())
          .doesNotHaveDuplicates();
    }
  }
}
