package dev.bide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bide.engine.Event;
import dev.bide.engine.FaultyStore;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue as a library, with real processes. */
class BideTest {
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
  void jobsThatAreGoneBeforeAnybodyLooksHaveTheirProcessAndTheirTimes() throws Exception {
    List<JobSpec> specs = Collections.nCopies(30, sh("exit 0"));
    for (Job job : bide.submit(specs, null).get().jobs()) {
      Status.Ended ended = (Status.Ended) bide.await(job.number(), LONG).status();
      assertThat(ended.process()).as("process of job " + job.number()).isNotNull();
      assertThat(ended.startedAt()).isBetween(job.submittedAt(), ended.ending().at());
    }
  }

  @Test
  void whoAwaitsAJobHearsOfItsEndAlsoWhenTheCommitOfItHadNoAnswer() throws Exception {
    bide.close();
    AtomicReference<FaultyStore> store = new AtomicReference<>();
    bide =
        Bide.open(
            BideConfig.of(directory.resolve("home")),
            real -> {
              store.set(new FaultyStore(real));
              return store.get();
            },
            UnaryOperator.identity());
    Path gate = directory.resolve("gate");
    Job job = bide.submit(sh("until [ -e " + gate + " ]; do sleep 0.02; done; exit 5")).get();
    Awaitility.await()
        .until(
            () ->
                bide.find(job.number()).status() instanceof Status.Running running
                    && running.process() != null);
    CompletableFuture<Job> end = bide.whenFinal(job.number());
    store.get().next = FaultyStore.Fault.KEPT_BUT_UNANSWERED;
    Files.createFile(gate);

    assertThat(end.get(30, TimeUnit.SECONDS).state()).isEqualTo(State.FAILED);
    assertThat(store.get().next).isEqualTo(FaultyStore.Fault.NONE);
  }

  @Test
  void whatAServerDidNotDeleteOfARemovedJobTheNextOneDeletesAndNothingElse() throws Exception {
    Job removed = bide.submit(sh("exit 0")).get();
    Job kept = bide.submit(sh("exit 0")).get();
    bide.await(removed.number(), LONG);
    bide.await(kept.number(), LONG);
    bide.remove(removed.number()).get();
    Path runs = directory.resolve("home/runs");
    String name = removed.number() + "-" + removed.uuid().toString().substring(0, 8);
    Awaitility.await().until(() -> !Files.exists(runs.resolve(name)));
    bide.close();
    // as a server leaves them that was killed on the way, and one of another database beside them
    Files.createDirectories(runs.resolve(name).resolve("1"));
    Files.createFile(runs.resolve(name).resolve("1/log"));
    Path foreign = Files.createDirectory(runs.resolve(removed.number() + "-ffffffff"));
    Path odd = Files.createDirectory(runs.resolve("mine"));

    bide = Bide.open(BideConfig.of(directory.resolve("home")));
    Awaitility.await().until(() -> !Files.exists(runs.resolve(name)));
    assertThat(foreign).exists();
    assertThat(odd).exists();
    assertThat(bide.logFile(bide.find(kept.number()), 1)).exists();
  }

  @Test
  void whatACommandLeavesRunningIsLeftAloneAndNamed() throws Exception {
    Job job = bide.submit(sh("sleep 300 & echo $!; exit 0")).get();
    Job end = bide.await(job.number(), LONG);
    String pid = Files.readString(bide.logFile(end, 1)).strip();
    assertThat(((Status.Ended) end.status()).ending().message())
        .isEqualTo("1 process of it is still running: " + pid);
    assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent();
  }

  @Test
  void aLostJobIsNotRunAgainWhileAProcessOfItLives() throws Exception {
    Job job = bide.submit(sh("sleep 300 & echo $!; wait")).get();
    Awaitility.await()
        .until(
            () ->
                bide.find(job.number()).status() instanceof Status.Running running
                    && running.process() != null
                    && Files.size(bide.logFile(job, 1)) > 1);
    ProcessHandle command =
        ProcessHandle.of(
                Objects.requireNonNull(
                        ((Status.Running) bide.find(job.number()).status()).process())
                    .pid())
            .orElseThrow();
    long child = Long.parseLong(Files.readString(bide.logFile(job, 1)).strip());
    command.parent().orElseThrow().destroyForcibly();
    command.destroyForcibly();
    assertThat(bide.await(job.number(), LONG).state()).isEqualTo(State.LOST);

    assertThatThrownBy(() -> bide.retry(job.number()).get())
        .hasRootCauseMessage(
            "job 1 is lost, but 1 process of it is still running: " + child + "; end it first");
    ProcessHandle.of(child).orElseThrow().destroyForcibly();
    Awaitility.await()
        .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    assertThat(bide.retry(job.number()).get().state().isFinal()).isFalse();
    assertThat(bide.cancel(job.number(), Duration.ZERO).get()).isNotNull();
  }

  @Test
  void aCommandRunsAndWhatItWroteCanBeRead() throws Exception {
    Job job = bide.submit(sh("echo hello; echo world >&2; exit 3")).get();
    Job end = bide.await(job.number(), LONG);

    Status.Ended ended = (Status.Ended) end.status();
    assertThat(end.state()).isEqualTo(State.FAILED);
    assertThat(ended.ending().exitCode()).isEqualTo(3);
    assertThat(ended.ending().message()).isEqualTo("world");
    assertThat(Files.readString(bide.logFile(end, 1))).isEqualTo("hello\nworld\n");
    assertThat(ended.startedAt()).isAfterOrEqualTo(end.submittedAt());
    assertThat(ended.ending().at()).isAfterOrEqualTo(ended.startedAt());
  }

  @Test
  void closingLeavesJobsRunningAndOpeningFindsThemAgain() throws Exception {
    Path gate = directory.resolve("gate");
    Job goesOn = bide.submit(sh("until [ -e gate ]; do sleep 0.05; done; echo end; exit 5")).get();
    Job endsMeanwhile = bide.submit(sh("until [ -e soon ]; do sleep 0.05; done; exit 6")).get();
    for (Job job : List.of(goesOn, endsMeanwhile)) {
      Awaitility.await().until(() -> started(job));
    }
    bide.close();
    Files.createFile(directory.resolve("soon"));
    Path exit = directory.resolve("home/runs");
    Awaitility.await().until(() -> recorded(exit, endsMeanwhile));

    bide = Bide.open(BideConfig.of(directory.resolve("home")));

    assertThat(bide.recovered().running()).isEqualTo(1);
    assertThat(bide.recovered().ended()).extracting(Job::number).containsExactly(2L);
    Files.createFile(gate);
    Status.Ended ended = (Status.Ended) bide.await(goesOn.number(), LONG).status();
    assertThat(ended.ending().exitCode()).isEqualTo(5);
    assertThat(Files.readString(bide.logFile(goesOn, 1))).isEqualTo("end\n");
    assertThat(((Status.Ended) bide.find(2).status()).ending().exitCode()).isEqualTo(6);
  }

  @Test
  void aJobWhoseRunDirectoryIsRemovedWhileNoServerIsThereDoesNotRunAgain() throws Exception {
    Job job = bide.submit(sh("echo ran >>ledger; exec sleep 1000")).get();
    Awaitility.await().until(() -> started(job));
    ProcessHandle process =
        ProcessHandle.of(((Status.Running) bide.find(1).status()).process().pid()).orElseThrow();
    ProcessHandle launcher = process.parent().orElseThrow();
    bide.close();
    launcher.destroyForcibly();
    process.destroyForcibly();
    Awaitility.await().until(() -> !process.isAlive() && !launcher.isAlive());
    for (String name : List.of("job", "log", "pid", "exit")) {
      Files.delete(bide.directory(job, 1).resolve(name));
    }
    Files.delete(bide.directory(job, 1));

    bide = Bide.open(BideConfig.of(directory.resolve("home")));

    assertThat(bide.await(1, LONG).state()).isEqualTo(State.LOST);
    assertThat(Files.readAllLines(directory.resolve("ledger"))).containsExactly("ran");
  }

  @Test
  void neverMoreRunThanThereAreSlotsAndTheBacklogKeepsThemAllBusy() throws Exception {
    JobSpec spec =
        sh(
            "echo + >>ledger; n=$(($(grep -c + ledger)-$(grep -c - ledger))); echo $n >>most; echo - >>ledger");
    Files.createFile(directory.resolve("ledger"));
    List<Job> jobs = bide.submit(Collections.nCopies(30, spec), null).get().jobs();
    for (Job job : jobs) {
      assertThat(bide.await(job.number(), LONG).state()).isEqualTo(State.COMPLETED);
    }

    assertThat(Files.readAllLines(directory.resolve("most")).stream().mapToInt(Integer::parseInt))
        .hasSize(30)
        .allMatch(running -> running <= 3);
  }

  @Test
  void aProgramThatIsNotThereEndsTheJobInWords() throws Exception {
    Job job = bide.submit(JobSpec.of("no-such-program", "x").in(directory.toString())).get();
    Status.Ended ended = (Status.Ended) bide.await(job.number(), LONG).status();

    assertThat(ended.ending().reason()).isEqualTo(Reason.START_FAILED);
    assertThat(ended.ending().message()).startsWith("program not found: no-such-program");
  }

  @Test
  void cancellingEndsARunningJobAndItsChildren() throws Exception {
    Job job = bide.submit(sh("sleep 1000 & sleep 1000")).get();
    Awaitility.await().until(() -> started(job));
    bide.cancel(job.number(), Duration.ofSeconds(5)).get();
    Job end = bide.await(job.number(), LONG);

    assertThat(end.state()).isEqualTo(State.CANCELLED);
    String cookie = "BIDE_JOB_ATTEMPT_ID=" + job.uuid();
    Awaitility.await()
        .untilAsserted(() -> assertThat(processesWith(cookie)).as("left behind").isEmpty());
  }

  @Test
  void waitingForAJobGivesUpWhenAsked() throws Exception {
    Job job = bide.submit(sh("sleep 1000")).get();

    assertThatThrownBy(() -> bide.await(job.number(), Duration.ofMillis(50)))
        .isInstanceOf(TimeoutException.class);
    assertThatThrownBy(() -> bide.await(99, LONG)).hasMessage("no job 99: the newest is 1");
  }

  @Test
  void whatCannotRunIsRefusedBeforeAnythingIsStored() {
    JobSpec withNul = JobSpec.of("echo", "a\0b").in("/");

    assertThatThrownBy(() -> bide.submit(withNul).get())
        .cause()
        .isInstanceOf(Refused.class)
        .hasMessageContaining("command");
    assertThat(bide.list(JobFilter.ALL, null, 10).jobs()).isEmpty();
  }

  @Test
  void aSecondProgramOnTheSameHomeIsRefused() {
    assertThatThrownBy(() -> Bide.open(BideConfig.of(directory.resolve("home"))))
        .hasMessageContaining("home");
  }

  @Test
  void listenersHearEveryStepInOrder() throws Exception {
    List<State> heard = Collections.synchronizedList(new ArrayList<>());
    Bide.Subscription listening =
        bide.listen(
            event -> {
              if (event instanceof Event.JobChanged changed) {
                heard.add(changed.job().state());
              }
            });
    bide.await(bide.submit(sh("true")).get().number(), LONG);
    listening.close();

    assertThat(heard.stream().distinct()).containsExactly(State.RUNNING, State.COMPLETED);
  }

  @Test
  void filtersByState() throws Exception {
    bide.await(bide.submit(sh("exit 0")).get().number(), LONG);
    bide.await(bide.submit(sh("exit 1")).get().number(), LONG);

    assertThat(bide.list(new JobFilter(Set.of(State.FAILED), null), null, 10).jobs())
        .extracting(Job::number)
        .containsExactly(2L);
  }

  private JobSpec sh(String script) {
    return JobSpec.of("/bin/sh", "-c", script)
        .in(directory.toString())
        .with(Map.of("PATH", System.getenv("PATH")));
  }

  private boolean started(Job job) {
    return bide.find(job.number()).status() instanceof Status.Running running
        && running.startedAt() != null;
  }

  private static boolean recorded(Path runs, Job job) throws Exception {
    Path exit =
        runs.resolve(job.number() + "-" + job.uuid().toString().substring(0, 8)).resolve("1/exit");
    return Files.readString(exit).startsWith("6");
  }

  private static List<Long> processesWith(String cookie) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(
            pid -> {
              try {
                return Files.readString(
                        Path.of("/proc/" + pid + "/environ"),
                        java.nio.charset.StandardCharsets.ISO_8859_1)
                    .contains(cookie);
              } catch (java.io.IOException e) {
                return false; // gone, or not ours
              }
            })
        .toList();
  }
}
