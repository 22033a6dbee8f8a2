package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Clients that submit all the time. Each job has an idempotency key; where no answer comes, the
 * same is asked again until one does.
 */
final class Submitters implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Consumer<JsonNode> answered;
  private volatile boolean ending;

  /** Prepares them; nobody listens to the answers. */
  Submitters(
      Ground ground,
      Map<String, LoadJob> accepted,
      String prefix,
      int clients,
      double perSecond,
      Random random) {
    this(ground, accepted, prefix, clients, perSecond, random, answer -> {});
  }

  /**
   * Prepares them.
   *
   * @param accepted where each job goes before it is asked for; all are accepted after closing
   * @param perSecond of all clients together
   * @param answered told each answer that came, on a thread of its own
   */
  Submitters(
      Ground ground,
      Map<String, LoadJob> accepted,
      String prefix,
      int clients,
      double perSecond,
      Random random,
      Consumer<JsonNode> answered) {
    this.answered = answered;
    for (int client = 0; client < clients; client++) {
      String mine = prefix + "-c" + client + "-";
      Random own = new Random(random.nextLong());
      Thread thread =
          new Thread(
              () -> submit(ground, accepted, mine, own, clients / perSecond), "submitter " + mine);
      thread.setDaemon(true); // where no server comes back, they would ask for ever
      thread.setUncaughtExceptionHandler((who, failure) -> failures.add(failure));
      threads.add(thread);
    }
  }

  /** Begins to submit. */
  void begin() {
    threads.forEach(Thread::start);
  }

  private void submit(
      Ground ground, Map<String, LoadJob> accepted, String mine, Random own, double gapSeconds) {
    for (int count = 0; !ending; count++) {
      LoadJob job =
          new LoadJob(
              mine + count,
              own.nextInt(4) == 0 ? "0" : "0." + own.nextInt(4),
              own.nextInt(30),
              own.nextInt(3) == 0 ? own.nextInt(126) : 0);
      accepted.put(job.ticket(), job);
      Optional<JsonNode> answer = ground.submit(job);
      while (answer.isEmpty()) {
        BideServer.pause(Duration.ofMillis(50));
        answer = ground.submit(job);
      }
      answered.accept(answer.get());
      BideServer.pause(Duration.ofMillis((long) (gapSeconds * 2000 * own.nextDouble())));
    }
  }

  /** Lets each client get the answer it waits for, then ends; needs a ready server. */
  @Override
  public void close() {
    ending = true;
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      if (thread.isAlive()) {
        failures.add(new IllegalStateException(thread.getName() + " still waits for an answer"));
      }
    }
    @Nullable Throwable failure = failures.poll();
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
