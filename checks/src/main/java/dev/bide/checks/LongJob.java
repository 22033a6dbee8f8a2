package dev.bide.checks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * One job that runs through many servers, in the midst of which the program is upgraded; and at
 * each restart a second job that ends while no server is there.
 *
 * @param restarts of the server, the upgrade not counted
 * @param seed decides which are kills and which are asked to end, and after which the upgrade is
 */
record LongJob(int restarts, long seed) {
  private static final int CODE = 37;
  private static final String VERSION = "9.9.9-upgraded";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String SCRIPT =
      "n=0; while [ ! -e go ]; do n=$((n + 1)); echo \"line $n\"; sleep 0.01; done; "
          + "echo $n >lines.part; mv lines.part lines; exit "
          + CODE;

  /** What came out; a line of findings each for what is not as it must be. */
  record Outcome(int kills, int lines, List<String> findings) {}

  /** Runs it, telling a line a restart. */
  Outcome run(Consumer<String> tell) {
    List<String> findings = new ArrayList<>();
    Random random = new Random(seed);
    int upgradeAt = random.nextInt(restarts + 1);
    int kills = 0;
    try (Ground ground = new Ground()) {
      ground.install();
      ground.serve();
      long number =
          ground
              .client()
              .submit(Map.of("shell", SCRIPT, "directory", ground.directory().toString()));
      JsonNode first =
          ground
              .client()
              .await(number, job -> !job.get("startedAt").isNull() && !job.get("pid").isNull());
      FollowProcess follower = new FollowProcess(ground, number);
      Waiting.until(PATIENCE, follower::hasRead, "somebody follows it");
      for (int restart = 0; restart <= restarts; restart++) {
        boolean kill = random.nextBoolean();
        kills += kill ? 1 : 0;
        boolean upgrade = restart == upgradeAt;
        restart(ground, restart, kill, upgrade, findings);
        compare(first, ground.client().job(number), findings);
        tell.accept(
            "%s %d (%s): %s"
                .formatted(
                    upgrade ? "upgrade at" : "restart",
                    restart + 1,
                    kill ? "kill -9" : "TERM",
                    findings.isEmpty() ? "as it must be" : findings.toString()));
      }
      int lines = end(ground, number, first, findings);
      follower.finding(CODE, ground.client().log(number)).ifPresent(findings::add);
      ground.server().signal("TERM");
      ground.server().awaitEnd();
      ground
          .awaitNoProcess(Duration.ofSeconds(20))
          .forEach(entry -> findings.add("left: " + entry));
      return new Outcome(kills, lines, findings);
    }
  }

  private static void restart(
      Ground ground, int restart, boolean kill, boolean upgrade, List<String> findings) {
    LoadJob brief = new LoadJob("brief-" + restart, "0.3", 20, restart % 126);
    long number = ground.mustSubmit(brief);
    Waiting.until(PATIENCE, () -> notes(ground, brief) == 1, "the brief job starts");
    ground.server().signal(kill ? "KILL" : "TERM");
    ground.server().awaitEnd();
    Waiting.until(PATIENCE, () -> notes(ground, brief) == 2, "the brief job ends");
    if (upgrade) {
      ground.upgrade(VERSION);
    }
    ground.serve();
    JsonNode job = ground.client().await(number, Client::ended);
    if (!job.get("state").asText().equals(brief.state())
        || job.get("exitCode").asInt(-1) != brief.code()
        || job.get("attempt").asInt() != 1
        || !Arrays.equals(brief.log(), ground.client().log(number))) {
      findings.add("ended while no server was there: " + job);
    }
    JsonNode server = ground.client().get("/api/v1/server").orElseThrow().json();
    if (upgrade && !server.get("version").asText().equals(VERSION)) {
      findings.add("not upgraded: " + server);
    }
  }

  private static void compare(JsonNode first, JsonNode now, List<String> findings) {
    for (String field : List.of("state", "pid", "attempt", "startedAt", "uuid")) {
      if (!now.get(field).equals(first.get(field))) {
        findings.add("its " + field + " was " + first.get(field) + ": " + now);
      }
    }
    if (!ProcessTable.lives(first.get("pid").asLong())) {
      findings.add("its process is gone: " + now);
    }
  }

  /** Lets it end; answers how many lines it wrote. */
  private static int end(Ground ground, long number, JsonNode first, List<String> findings) {
    Path count = ground.directory().resolve("lines");
    try {
      Files.createFile(ground.directory().resolve("go"));
      Waiting.until(PATIENCE, () -> Files.exists(count), "the long job counts its lines");
      JsonNode job = ground.client().await(number, Client::ended);
      if (job.get("exitCode").asInt(-1) != CODE
          || !job.get("reason").asText().equals("EXIT_CODE")
          || !job.get("pid").equals(first.get("pid"))
          || job.get("attempts").size() != 1) {
        findings.add("wrong ending: " + job);
      }
      int lines = Integer.parseInt(Files.readString(count).strip());
      StringBuilder expected = new StringBuilder();
      for (int line = 1; line <= lines; line++) {
        expected.append("line ").append(line).append('\n');
      }
      byte[] actual = ground.client().log(number);
      if (!Arrays.equals(expected.toString().getBytes(UTF_8), actual)) {
        findings.add("its log of " + lines + " lines is not whole: " + actual.length + " bytes");
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long notes(Ground ground, LoadJob job) {
    return ground.ledger().notes().stream()
        .filter(note -> note.ticket().equals(job.ticket()))
        .count();
  }
}
