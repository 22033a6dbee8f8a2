package dev.bide.checks.bench;

import dev.bide.checks.Client;
import dev.bide.checks.Ground;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Bide itself: a server with everything on disk before it is true. */
final class ServerDrain implements Drain {
  private final Tree tree = new Tree("server");
  private final Ground ground;

  ServerDrain(Path directory) {
    ground = new Ground(directory);
    ground.wrap(tree.wrapper());
    ground.serve().client().slots(SLOTS);
  }

  @Override
  public String name() {
    return "Bide, the whole server";
  }

  Ground ground() {
    return ground;
  }

  @Override
  public Round round(int jobs) {
    Client client = ground.client();
    client.pause(true);
    for (int rest = jobs; rest > 0; rest -= 1000) {
      List<Map<String, Object>> some = new ArrayList<>();
      for (int index = 0; index < Math.min(rest, 1000); index++) {
        some.add(Map.of("command", List.of("true")));
      }
      client.post("/api/v1/jobs", Map.of("jobs", some)).expect(201);
    }
    OptionalDouble before = tree.seconds();
    long began = System.nanoTime();
    client.pause(false);
    client.awaitEmptyQueue();
    return Drain.since(tree, before, began, jobs);
  }

  @Override
  public void close() {
    ground.close();
    tree.close();
  }
}
