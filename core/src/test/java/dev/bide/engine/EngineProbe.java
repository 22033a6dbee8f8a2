package dev.bide.engine;

import dev.bide.job.AttemptId;
import dev.bide.queue.Situation;
import dev.bide.store.Snapshot;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks into an engine between two turns, for tests of other packages. */
public final class EngineProbe {
  private EngineProbe() {}

  /** What the engine's memory holds otherwise than the store, in words; null when they agree. */
  public static @Nullable String difference(Engine engine, Snapshot snapshot) {
    Memory fresh = Memory.of(snapshot);
    String remembered = picture(engine.memory());
    String stored = picture(fresh);
    if (!remembered.equals(stored)) {
      return "memory has " + remembered + " and the store " + stored;
    }
    Set<AttemptId> open = new HashSet<>();
    fresh.open().forEach(attempt -> open.add(attempt.attempt));
    return open.equals(engine.handed())
        ? null
        : "the runner was handed " + engine.handed() + " and open are " + open;
  }

  private static String picture(Memory memory) {
    StringBuilder picture = new StringBuilder();
    memory
        .situation(Instant.EPOCH, null)
        .queues()
        .forEach(
            (name, queue) -> {
              Map<Long, Situation.Waiting> waiting = new TreeMap<>(queue.ready());
              waiting.putAll(queue.delayed());
              picture.append(queue.settings()).append(queue.occupied()).append(waiting);
              picture.append(memory.states().get(name).pending());
            });
    Map<Long, String> open = new TreeMap<>();
    for (Memory.Open attempt : memory.open()) {
      open.put(
          attempt.attempt.number(),
          attempt.attempt + " " + attempt.node + " " + attempt.stopping + " " + attempt.process);
    }
    picture.append(open).append(memory.agenda().nextDue());
    for (String name : memory.agenda().names()) {
      Agenda.Entry entry = memory.agenda().entry(name);
      if (entry != null) {
        picture.append(entry.schedule()).append(entry.unfinished);
        entry.waiting.forEach(run -> picture.append(" waits ").append(run.key()));
      }
    }
    return picture.toString();
  }
}
