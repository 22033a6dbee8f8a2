package dev.bide.checks.bench;

import dev.bide.checks.Ground;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The newest 100 jobs, asked for over HTTP, with this many finished ones in the store. */
final class ListPages implements AutoCloseable {
  private final Ground ground;

  ListPages(Path directory, int finished) {
    ground = new Ground(directory);
    FinishedJobs.fill(ground.home(), finished, Instant.now());
    ground.serve();
  }

  /** Milliseconds of requests for a path, one each. */
  List<Double> milliseconds(String path, int warmUp, int requests) {
    List<Double> all = new ArrayList<>();
    for (int index = 0; index < warmUp + requests; index++) {
      long began = System.nanoTime();
      ground
          .client()
          .get(path)
          .orElseThrow(() -> new IllegalStateException("no answer to " + path))
          .expect(200);
      if (index >= warmUp) {
        all.add((System.nanoTime() - began) / 1e6);
      }
    }
    return all;
  }

  @Override
  public void close() {
    ground.close();
  }
}
