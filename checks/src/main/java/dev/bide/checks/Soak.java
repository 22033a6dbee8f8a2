package dev.bide.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Hours of a working day in one: clients submit all the time, jobs are cancelled and removed, the
 * server is restarted, killed and upgraded, one job runs through all of it with somebody following
 * it, and a page is open. What the server takes must be as much at the end as at the beginning.
 *
 * @param minutes how long clients submit
 * @param perSecond submits of all clients together
 * @param restartSeconds between two restarts; each third is a kill -9, each third an upgrade
 * @param seed of everything random
 */
record Soak(double minutes, double perSecond, int restartSeconds, long seed) {
  private static final int SLOTS = 8;
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(2);
  private static final Duration BETWEEN_CANCELS = Duration.ofSeconds(3);

  /** Fewer samples than this in a tenth say nothing. */
  private static final int FEWEST = 3;

  private static final double MOST_MEMORY = 1.25;
  private static final int MOST_THREADS_MORE = 8;
  private static final int MOST_FILES_MORE = 16;

  /** Prints a line five times a second until it is told to end. */
  private static final String TALKER =
      "n=0; until [ -e talker-ends ]; do echo \"line $n\"; n=$((n + 1)); sleep 0.2; done";

  /**
   * Runs it, telling what happens and at the end one line for the table.
   *
   * @return whether every counter stayed 0 and nothing grew
   */
  boolean run(Consumer<String> tell) {
    tell.accept(toString());
    Random random = new Random(seed);
    Map<String, LoadJob> accepted = new ConcurrentHashMap<>();
    List<ServerShape> samples = new ArrayList<>();
    List<String> findings = new ArrayList<>();
    int cancelled = 0;
    int restarts = 0;
    try (Ground ground = new Ground()) {
      ground.install();
      ground.serve().client().slots(SLOTS);
      long talker = submit(ground, "talker", TALKER);
      FollowProcess follower = new FollowProcess(ground, talker);
      try (Page page = new Page(ground);
          Submitters submitters =
              new Submitters(ground, accepted, "soak", 4, perSecond, new Random(seed))) {
        submitters.begin();
        long begin = System.nanoTime();
        long end = begin + (long) (minutes * 60e9);
        long restartAt = begin + Duration.ofSeconds(restartSeconds).toNanos();
        long cancelAt = begin;
        while (System.nanoTime() < end) {
          BideServer.pause(BETWEEN_SAMPLES);
          samples.add(ServerShape.of(ground.server().pid()));
          if (System.nanoTime() > cancelAt) {
            cancelAt = System.nanoTime() + BETWEEN_CANCELS.toNanos();
            cancel(ground, random, findings);
            cancelled++;
          }
          if (System.nanoTime() > restartAt) {
            restartAt += Duration.ofSeconds(restartSeconds).toNanos();
            restart(ground, restarts++);
            tell.accept(
                "after %.1f min: %d jobs, restart %d, last sample before it %s"
                    .formatted(
                        (System.nanoTime() - begin) / 60e9,
                        accepted.size(),
                        restarts,
                        samples.get(samples.size() - 1)));
          }
        }
        tell.accept("the page heard " + page.heard.get() + " events");
      }
      Files.createFile(ground.directory().resolve("talker-ends"));
      ground.awaitAllEnded(Duration.ofMinutes(3));
      follower.finding(0, ground.client().log(talker)).ifPresent(findings::add);
      remove(ground, talker);
      Verdict verdict = Checker.check(ground, accepted, new HashSet<>(), SLOTS);
      ground.server().signal("TERM");
      ground.server().awaitEnd();
      int left = ground.awaitNoProcess(Duration.ofSeconds(30)).size();
      flat(samples, findings);
      findings.forEach(tell);
      tell.accept(
          "%.0f min, %d restarts, %d cancels; %s; processes left %d; %s; findings %d"
              .formatted(
                  minutes, restarts, cancelled, verdict, left, growth(samples), findings.size()));
      return verdict.clean() && left == 0 && findings.isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long submit(Ground ground, String name, String line) {
    return ground
        .client()
        .submit(Map.of("shell", line, "directory", ground.directory().toString(), "name", name));
  }

  /** Starts a job that does not want to end, cancels it, and removes it. */
  private static void cancel(Ground ground, Random random, List<String> findings) {
    long number = submit(ground, "cancelled", "trap '' TERM; setsid sleep 300 & sleep 300; wait");
    if (random.nextBoolean()) {
      ground.client().await(number, job -> job.get("pid").isNumber() || Client.ended(job));
    }
    ground
        .client()
        .post("/api/v1/jobs/" + number + "/cancel", Map.of("graceSeconds", 0.2))
        .expect(200);
    JsonNode end = ground.client().await(number, Client::ended);
    String cookie = end.get("uuid").asText() + "/1";
    if (!end.get("state").asText().equals("CANCELLED")
        || ProcessTable.ofJobs(ground.home()).stream()
            .anyMatch(process -> cookie.equals(process.cookie()))) {
      findings.add("cancelled, and " + end + ", " + ProcessTable.ofJobs(ground.home()));
    }
    remove(ground, number);
  }

  private static void remove(Ground ground, long number) {
    ground
        .client()
        .send("DELETE", "/api/v1/jobs/" + number, Map.of(), Map.of())
        .orElseThrow(() -> new IllegalStateException("no answer"))
        .expect(204);
  }

  private static void restart(Ground ground, int count) {
    if (count % 3 == 1) {
      ground.server().kill();
    } else {
      ground.server().signal("TERM");
      ground.server().awaitEnd();
    }
    if (count % 3 == 2) {
      ground.upgrade("9.9." + count);
    }
    ground.serve();
  }

  private static void flat(List<ServerShape> samples, List<String> findings) {
    int tenth = samples.size() / 10;
    if (tenth < FEWEST) {
      findings.add("only " + samples.size() + " samples: too short to say that nothing grows");
      return;
    }
    if (last(samples, ServerShape::memoryKb) > MOST_MEMORY * first(samples, ServerShape::memoryKb)
        || last(samples, ServerShape::threads)
            > first(samples, ServerShape::threads) + MOST_THREADS_MORE
        || last(samples, ServerShape::files)
            > first(samples, ServerShape::files) + MOST_FILES_MORE) {
      findings.add("the server grew: " + growth(samples));
    }
  }

  private static String growth(List<ServerShape> samples) {
    return "median of the first tenth and of the last: memory %d and %d KB, threads %d and %d, open files %d and %d"
        .formatted(
            first(samples, ServerShape::memoryKb),
            last(samples, ServerShape::memoryKb),
            first(samples, ServerShape::threads),
            last(samples, ServerShape::threads),
            first(samples, ServerShape::files),
            last(samples, ServerShape::files));
  }

  private static long first(List<ServerShape> samples, ToLongFunction<ServerShape> what) {
    return median(samples.subList(0, Math.max(1, samples.size() / 10)), what);
  }

  private static long last(List<ServerShape> samples, ToLongFunction<ServerShape> what) {
    int tenth = Math.max(1, samples.size() / 10);
    return median(samples.subList(samples.size() - tenth, samples.size()), what);
  }

  private static long median(List<ServerShape> samples, ToLongFunction<ServerShape> what) {
    return samples.stream().mapToLong(what).sorted().skip(samples.size() / 2).findFirst().orElse(0);
  }

  /** Listens to the events as an open page does, over every restart. */
  private static final class Page implements AutoCloseable {
    private final AtomicLong heard = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    Page(Ground ground) {
      thread = new Thread(() -> listen(ground), "page");
      thread.setDaemon(true);
      thread.start();
    }

    private void listen(Ground ground) {
      while (!closed) {
        try (BufferedReader events =
            new BufferedReader(
                new InputStreamReader(
                    ground.client().stream("/api/v1/events", Map.of()), StandardCharsets.UTF_8))) {
          while (!closed && events.readLine() != null) {
            heard.incrementAndGet();
          }
        } catch (IOException | RuntimeException e) {
          BideServer.pause(Duration.ofMillis(200)); // between two servers
        }
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
