package dev.bide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.engine.Refused;
import dev.bide.job.Job;
import dev.bide.job.JobSpec;
import dev.bide.job.Reason;
import dev.bide.job.State;
import dev.bide.job.Status;
import dev.bide.store.JobFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fourteen faults of the program this one descends from; each must stay away. */
class ArticleFaultsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;
  private Bide bide;

  @BeforeEach
  void open() {
    bide = Bide.open(BideConfig.of(directory.resolve("home")));
  }

  @AfterEach
  void close() throws Exception {
    try (Bide last = bide) {
      last.killRunning(Duration.ZERO);
    } finally {
      // a test that failed between two of them left its jobs
      Leftovers.end(directory);
    }
  }

  @Test
  void fault01AParameterWithASpaceRunsAndBreaksNoOtherJob() throws Exception {
    Job spaced = submit("printf", "%s|", "a b", " ");
    Job other = submit("printf", "other");

    assertThat(output(spaced)).isEqualTo("a b| |");
    assertThat(output(other)).isEqualTo("other");
  }

  @Test
  void fault02AnEmptyParameterRunsAndLaterCallsWork() throws Exception {
    Job empty = submit("printf", "%s|", "", "");

    assertThat(output(empty)).isEqualTo("||");
    assertThat(output(submit("printf", "later"))).isEqualTo("later");
    assertThat(bide.list(JobFilter.ALL, null, 10).jobs()).hasSize(2);
  }

  @Test
  void fault03ANewlineInAParameterInjectsNoJob() throws Exception {
    String injected = "x\n00000000-0000-0000-0000-000000000000 touch injected PENDING\n";
    Job job = submit("printf", "%s", injected);

    assertThat(output(job)).isEqualTo(injected);
    assertThat(bide.list(JobFilter.ALL, null, 10).jobs()).hasSize(1);
  }

  @Test
  void fault04AFailingJobIsFailedAndKeepsItsCodeAndOutput() throws Exception {
    Job job = end(submit("/bin/sh", "-c", "echo why; exit 9"));

    assertThat(job.state()).isEqualTo(State.FAILED);
    assertThat(((Status.Ended) job.status()).ending().exitCode()).isEqualTo(9);
    assertThat(output(job)).isEqualTo("why\n");
  }

  @Test
  void fault05StartsThatFailDoNotStopTheQueue() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> submit("printf", "a\0b")).cause().isInstanceOf(Refused.class);
      Job missing = end(submit("/no/such/program"));
      assertThat(((Status.Ended) missing.status()).ending().reason())
          .isEqualTo(Reason.START_FAILED);
    }

    assertThat(output(submit("printf", "goes on"))).isEqualTo("goes on");
  }

  @Test
  void fault06ACrashLeavesNoJobRunningForEver() throws Exception {
    Job job = submit("sleep", "1000");
    long pid = awaitProcess(job);
    ProcessHandle launcher = ProcessHandle.of(pid).orElseThrow().parent().orElseThrow();
    bide.close();
    launcher.destroyForcibly();
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    Awaitility.await().until(() -> ProcessHandle.of(pid).isEmpty());

    bide = Bide.open(BideConfig.of(directory.resolve("home")));

    Job lost = end(job);
    assertThat(lost.state()).isEqualTo(State.LOST);
    assertThat(((Status.Ended) lost.status()).ending().reason()).isEqualTo(Reason.UNKNOWN_EXIT);
  }

  @Test
  void fault07ABacklogFillsAllSlotsNotOne() throws Exception {
    List<Job> jobs = bide.submit(Collections.nCopies(12, spec("sleep", "1000")), null).get().jobs();

    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(bide.list(new JobFilter(Set.of(State.RUNNING), null), null, 20).jobs())
                    .hasSize(3)
                    .allMatch(job -> ((Status.Running) job.status()).startedAt() != null));
    for (Job job : jobs) {
      bide.cancel(job.number(), Duration.ZERO).get();
    }
  }

  @Test
  void fault08NoRaceStartsAJobTwice() throws Exception {
    ExecutorService submitters = Executors.newFixedThreadPool(6);
    List<Job> jobs = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 30; i++) {
      var unused =
          submitters.submit(
              () -> jobs.add(submit("/bin/sh", "-c", "echo $BIDE_JOB_NUMBER >>ledger")));
    }
    submitters.shutdown();
    assertThat(submitters.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    for (Job job : jobs) {
      end(job);
    }

    assertThat(Files.readAllLines(directory.resolve("ledger"))).hasSize(30).doesNotHaveDuplicates();
  }

  @Test
  void fault09RemovingARunningJobIsRefusedAndCancellingItStopsIt() throws Exception {
    Job job = submit("sleep", "1000");
    long pid = awaitProcess(job);

    assertThatThrownBy(() -> bide.remove(job.number()).get())
        .cause()
        .hasMessageContaining("cancel it first");
    bide.cancel(job.number(), Duration.ofSeconds(5)).get();
    assertThat(end(job).state()).isEqualTo(State.CANCELLED);
    Awaitility.await().until(() -> ProcessHandle.of(pid).isEmpty());
    bide.remove(job.number()).get();
    assertThatThrownBy(() -> bide.find(job.number())).hasMessageContaining("was removed");
  }

  @Test
  void fault10TwoProgramsOnOneHomeLoseNoJobs() throws Exception {
    ExecutorService submitters = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 300; i++) {
      var unused = submitters.submit(() -> submit("true"));
    }
    assertThatThrownBy(() -> Bide.open(BideConfig.of(directory.resolve("home"))))
        .hasMessageContaining("home");
    submitters.shutdown();
    assertThat(submitters.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

    assertThat(bide.list(JobFilter.ALL, null, 1000).jobs()).hasSize(300);
  }

  @Test
  void fault11AKillDuringAnUpdateLosesNothingThatWasAccepted() throws Exception {
    Path home = directory.resolve("killed");
    Path answers = directory.resolve("answers");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SubmitsForEver.class.getName(),
                home.toString())
            .redirectOutput(answers.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Awaitility.await().atMost(LONG).until(() -> Files.readAllLines(answers).size() >= 200);
    program.destroyForcibly().waitFor();
    List<String> lines = Files.readAllLines(answers);
    assertThat(lines).as("the last one may be cut").hasSizeGreaterThanOrEqualTo(200);
    List<Long> accepted = lines.subList(0, lines.size() - 1).stream().map(Long::valueOf).toList();

    try (Bide next = Bide.open(BideConfig.of(home))) {
      next.change("default", null, true).get();
      for (long number : accepted) {
        assertThat(next.find(number).number()).isEqualTo(number);
      }
      next.killRunning(Duration.ZERO);
    }
  }

  /** Prints each number once it is accepted, until it is killed. */
  static final class SubmitsForEver {
    public static void main(String[] home) throws Exception {
      try (Bide bide = Bide.open(BideConfig.of(Path.of(home[0])))) {
        while (true) {
          System.out.println(bide.submit(JobSpec.of("true").in("/")).get().number());
        }
      }
    }
  }

  @Test
  void fault12AMissingFileOfOneJobHarmsNoOther() throws Exception {
    Job job = end(submit("printf", "x"));
    Files.delete(bide.logFile(job, 1));

    assertThat(output(submit("printf", "fine"))).isEqualTo("fine");
    assertThat(bide.list(JobFilter.ALL, null, 10).jobs()).hasSize(2);
    bide.remove(job.number()).get();
  }

  @Test
  void fault13APathWithASpaceRuns() throws Exception {
    Path spaced = Files.createDirectories(directory.resolve("my scripts"));
    Path script = spaced.resolve("say it.sh");
    Files.writeString(script, "#!/bin/sh\necho \"said $1\"\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();

    assertThat(output(submit(script.toString(), "so"))).isEqualTo("said so\n");
  }

  @Test
  void fault14TheProgramCanBeStoppedWhileAJobRuns() throws Exception {
    Job job = submit("sleep", "1000");
    long pid = awaitProcess(job);

    bide.close();
    assertThat(ProcessHandle.of(pid)).as("the job goes on").isPresent();
    bide = Bide.open(BideConfig.of(directory.resolve("home")));
    assertThat(bide.recovered().running()).isEqualTo(1);
  }

  private JobSpec spec(String... words) {
    return JobSpec.of(words).in(directory.toString()).with(Map.of("PATH", System.getenv("PATH")));
  }

  private Job submit(String... words) throws Exception {
    return bide.submit(spec(words)).get();
  }

  private Job end(Job job) throws Exception {
    return bide.await(job.number(), LONG);
  }

  private String output(Job job) throws Exception {
    end(job);
    return Files.readString(bide.logFile(job, 1));
  }

  private long awaitProcess(Job job) {
    return Awaitility.await()
        .until(
            () ->
                bide.find(job.number()).status() instanceof Status.Running running
                        && running.process() != null
                    ? running.process().pid()
                    : null,
            pid -> pid != null);
  }
}
