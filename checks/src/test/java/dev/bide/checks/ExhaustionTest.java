package dev.bide.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that gets no more file descriptors, or no more processes, for a while. */
@Timeout(240)
class ExhaustionTest {
  /** A server has some 60 open when nobody asks it anything. */
  private static final int DESCRIPTORS = 128;

  /** A server has some 40 threads, and starts some more when it is asked. */
  private static final int PROCESSES = 120;

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Ground ground = new Ground();
  private final Map<String, LoadJob> accepted = new TreeMap<>();

  @AfterEach
  void close() {
    ground.close();
  }

  @Test
  void whileIdleConnectionsTakeAllFileDescriptorsJobsGoOnAndAreToldTruthfully() throws Exception {
    limitDescriptors();
    ground.serve();
    Gate end = ground.gate();
    long running = submit(new LoadJob("running", end, 20, 7));
    submit(new LoadJob("also-running", end, 20, 0));
    submit(new LoadJob("running-too", end, 20, 0));
    submit(new LoadJob("waiting", "0", 20, 3));
    ground.client().await(running, job -> job.get("pid").isNumber());

    try (IdleConnections idle = new IdleConnections(ground.port(), 1_000)) {
      assertThat(idle.begun()).isEqualTo(1_000);
      awaitNoDescriptors();
      end.open();
      Awaitility.await().atMost(SOON).until(() -> ends() >= 3);
      assertThat(ground.server().lives()).isTrue();
    }

    ground.server().awaitReady();
    submit(new LoadJob("afterwards", "0", 20, 4));
    ground.awaitAllEnded(Duration.ofSeconds(60));
    assertNothingIsWrong();
  }

  @Test
  void whileThereAreNoFileDescriptorsACancelWaitsAndThenLeavesNoProcess() throws Exception {
    limitDescriptors();
    ground.serve();
    long number = ground.client().post("/api/v1/jobs", SLEEPS).json().get("number").asLong();
    ground.client().await(number, job -> job.get("pid").isNumber());

    try (IdleConnections idle = new IdleConnections(ground.port(), 1_000)) {
      assertThat(idle.begun()).isEqualTo(1_000);
      awaitNoDescriptors();
      // over the connection that was made before
      ground.client().post("/api/v1/jobs/" + number + "/cancel", Map.of()).expect(200);
      ground.client().await(number, job -> text(job, "phase").equals("stopping"));
    }

    ground.server().awaitReady();
    ground.awaitAllEnded(Duration.ofSeconds(60));
    assertThat(text(ground.client().job(number), "state")).isEqualTo("CANCELLED");
    assertThat(ProcessTable.ofJobs(ground.home())).isEmpty();
  }

  @Test
  void whetherItOutlivesTheWantOfMemoryOrNotNothingIsLost() throws Exception {
    Needed.check(Commands.result(List.of("prlimit", "-V")).code() == 0, "prlimit is missing");
    ground.serve();
    submit(new LoadJob("running", "4", 2_000, 7));
    submit(new LoadJob("also-running", "1.5", 20, 0));
    BideServer starving = ground.server();
    starving.limitMemory(Long.toString(starving.memory() / 2));

    // threads for connections need memory: it ends, or answers them all with what it has
    try (IdleConnections idle = new IdleConnections(ground.port(), 100)) {
      assertThat(idle.begun()).isPositive();
      for (int index = 0; index < 40 && starving.lives(); index++) {
        LoadJob job = new LoadJob("starved-" + index, "0", 20, index);
        accepted.put(job.ticket(), job);
        ground.submit(job);
      }
    }
    if (!starving.limitMemory("unlimited")) {
      assertThat(starving.awaitEnd()).isNotZero();
      ground.serve();
    }

    for (LoadJob job : accepted.values()) {
      ground.mustSubmit(job); // the same number again, or the first one where no answer came
    }
    ground.awaitAllEnded(Duration.ofSeconds(60));
    assertNothingIsWrong();
  }

  @Test
  void whileNoProcessCanBeMadeAJobWaitsWithAReasonAndThenRunsOnce() throws Exception {
    String user = Integer.toString(60_000 + ThreadLocalRandom.current().nextInt(5_000));
    List<String> become =
        List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups");
    becomeOrAbort(become, user);
    ground.serve();

    for (String name : List.of("without-threads", "without-forks")) {
      LoadJob job = new LoadJob(name, "0", 20, 5);
      Process hog = hog(become);
      try {
        long number = submit(job);
        ground.client().await(number, found -> text(found, "reason").equals("NODE_TROUBLE"));
        assertThat(ground.client().job(number).get("startedAt").isNull()).isTrue();
        assertThat(ground.ledger().notes()).noneMatch(note -> note.ticket().equals(name));
      } finally {
        hog.destroyForcibly().waitFor();
      }
      // leaves a launcher and a thread that wait for the next
      ground.awaitAllEnded(Duration.ofSeconds(60));
    }
    long missing =
        ground
            .client()
            .post("/api/v1/jobs", Map.of("command", List.of("/no/such/program")))
            .json()
            .get("number")
            .asLong();
    JsonNode failed = ground.client().await(missing, Client::ended);
    assertThat(text(failed, "reason")).isEqualTo("START_FAILED");

    long tries = ground.server().printed().lines().filter(line -> line.contains("attempt")).count();
    assertThat(tries).as(ground.server().printed()).isLessThan(40);
    ground.client().send("DELETE", "/api/v1/jobs/" + missing, Map.of(), Map.of());
    assertNothingIsWrong();
  }

  private static final Map<String, Object> SLEEPS =
      Map.of("command", List.of("sleep", "600"), "directory", "/tmp");

  /** Takes every process that its user may have, as long as it lives. */
  private static final String HOG =
      "import threading, time\n"
          + "threading.stack_size(65536)\n"
          + "while True:\n"
          + "  try:\n"
          + "    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
          + "  except RuntimeError:\n"
          + "    print('full', flush=True)\n"
          + "    time.sleep(0.02)\n";

  private static Process hog(List<String> become) throws IOException {
    List<String> words = new ArrayList<>(become);
    words.addAll(List.of("prlimit", "--nproc=" + PROCESSES + ":" + PROCESSES));
    words.addAll(List.of(python(), "-c", HOG));
    Process hog = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = hog.inputReader().readLine();
    assertThat(said).isEqualTo("full");
    return hog;
  }

  private void limitDescriptors() {
    Needed.check(Commands.result(List.of("prlimit", "-V")).code() == 0, "prlimit is missing");
    ground.wrap(List.of("prlimit", "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS));
  }

  private void awaitNoDescriptors() {
    // what is left is taken and given back all the time
    Awaitility.await().atMost(SOON).until(() -> descriptors() >= DESCRIPTORS - 4);
  }

  private void assertNothingIsWrong() {
    assertThat(Checker.check(ground, accepted, new HashSet<>(), 3).findings()).isEmpty();
    for (JsonNode job : ground.client().jobs()) {
      assertThat(job.get("logSize").asLong())
          .as(job.toString())
          .isEqualTo(ground.client().log(job.get("number").asLong()).length);
    }
  }

  private static String text(JsonNode job, String field) {
    return job.get(field).asText();
  }

  /** That of the system, if there is one: that of root may be out of others' reach. */
  private static String python() {
    return Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
  }

  /** Everything of this ground belongs to that user from now on, and so does every server. */
  private void becomeOrAbort(List<String> become, String user) throws IOException {
    List<String> limited = new ArrayList<>(become);
    limited.addAll(List.of("prlimit", "--nproc=" + PROCESSES + ":" + PROCESSES));
    List<String> tried = new ArrayList<>(limited);
    tried.addAll(List.of(python(), "-c", "pass"));
    Commands.Result result = Commands.result(tried);
    Needed.check(result.code() == 0, "nobody else can be become here: " + result.printed());
    ground.wrap(limited);
    ground.prepare();
    Commands.run(List.of("chown", "-R", user + ":" + user, ground.directory().toString()));
  }

  private long submit(LoadJob job) {
    accepted.put(job.ticket(), job);
    return ground.mustSubmit(job);
  }

  private long ends() {
    return ground.ledger().notes().stream().filter(note -> !note.start()).count();
  }

  private long descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc", Long.toString(ground.server().pid()), "fd"))) {
      return all.count();
    }
  }
}
