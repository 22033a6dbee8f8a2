package dev.bide.checks.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bide.checks.Client;
import dev.bide.checks.Ground;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** From the moment that a client sends a job to an idle server to the first instruction of it. */
final class Latency {
  private Latency() {}

  /**
   * Milliseconds, one for each job.
   *
   * @param warmUp jobs before the first that counts
   */
  static List<Double> milliseconds(Ground ground, Path directory, int warmUp, int jobs)
      throws Exception {
    Path clock = Drain.compiled(directory, "clock");
    Client client = ground.client();
    List<Double> all = new ArrayList<>();
    for (int index = 0; index < warmUp + jobs; index++) {
      long sent = ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
      long number =
          client
              .post("/api/v1/jobs", Map.of("command", List.of(clock.toString())))
              .expect(201)
              .json()
              .get("number")
              .asLong();
      client.await(number, Client::ended);
      long started = Long.parseLong(new String(client.log(number), UTF_8).strip());
      if (index >= warmUp) {
        all.add((started - sent) / 1e6);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return all;
  }
}
