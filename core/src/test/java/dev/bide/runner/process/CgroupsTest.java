package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.Leftovers;
import dev.bide.Needed;
import dev.bide.job.AttemptId;
import dev.bide.job.ProcessIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in an attempt's control group belongs to it, whatever it has done to hide. */
class CgroupsTest {
  @TempDir Path directory;
  private @Nullable Path base;

  /** The mount of version 2, or null. */
  private static Path mount() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (line.contains(" - cgroup2 ")) {
        return Path.of(line.split(" ", -1)[4]);
      }
    }
    return Path.of("/nowhere");
  }

  private Path base() throws Exception {
    Path made = mount().resolve("bide-test-" + System.nanoTime());
    Needed.check(
        Needed.succeeds("mkdir", made.toString()),
        "no control groups (version 2) can be made here");
    base = made;
    return made;
  }

  @AfterEach
  void removeGroups() {
    Leftovers.end(directory);
    if (base != null) {
      await()
          .ignoreExceptions()
          .until(() -> groups(base).stream().allMatch(group -> group.toFile().delete()));
      assertThat(base.toFile().delete()).isTrue();
    }
  }

  private RunnerHome home() throws Exception {
    Path below = base();
    return new RunnerHome(directory, List.of("/bin/sh"), () -> Cgroups.below(below, directory));
  }

  private static long pidIn(Path file) throws IOException {
    await().until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
    return Long.parseLong(Files.readString(file).strip());
  }

  /** Leaves a process that no session, environment or parent betrays, and goes on. */
  private static String hides(Path pid) {
    return "env -i setsid sh -c '(sh -c \"trap : TERM; echo \\$\\$ >"
        + pid
        + "; while :; do sleep 1; done\" &)'; ";
  }

  /** An attempt that goes on, and the process that it hides. */
  private record Hiding(AttemptId attempt, ProcessTable.Stat hidden) {
    boolean hiddenRuns() {
      return ProcessTable.runs(hidden.pid(), hidden.startTicks());
    }
  }

  private Hiding hiding(RunnerHome bench) throws IOException {
    Path pid = directory.resolve("pid");
    AttemptId attempt = bench.shell(hides(pid) + "exec sleep 300");
    Hiding hiding = new Hiding(attempt, ProcessTable.stat(pidIn(pid)).orElseThrow());
    bench.news().await(attempt, News.Started.class);
    return hiding;
  }

  @Test
  void aChildThatLeftTheSessionAndWipedItsEnvironmentAndLostItsParentIsEnded() throws Exception {
    try (RunnerHome bench = home()) {
      Hiding hiding = hiding(bench);
      long payload = bench.news().await(hiding.attempt(), News.Started.class).process().pid();
      assertThat(hiding.hidden().session()).isNotEqualTo(payload);
      assertThat(Files.readString(Path.of("/proc/" + hiding.hidden().pid() + "/environ")))
          .doesNotContain("BIDE");

      bench.runner().stop(hiding.attempt(), Duration.ofMillis(200));
      assertThat(bench.end(hiding.attempt()).left()).isEmpty();
      assertThat(hiding.hiddenRuns()).isFalse();
      await().until(() -> groups(base).isEmpty());
    }
  }

  @Test
  void theNextServerFindsItToo() throws Exception {
    try (RunnerHome bench = home()) {
      Hiding hiding = hiding(bench);
      bench.reopen();
      bench.runner().adopt(List.of(bench.open(hiding.attempt())));

      bench.runner().stop(hiding.attempt(), Duration.ofMillis(200));
      assertThat(bench.end(hiding.attempt()).left()).isEmpty();
      assertThat(hiding.hiddenRuns()).isFalse();
    }
  }

  @Test
  void itIsFoundAlsoWhereTheRecordOfTheLauncherIsGone() throws Exception {
    try (RunnerHome bench = home()) {
      Hiding hiding = hiding(bench);
      bench.reopen();
      Files.delete(bench.file(hiding.attempt(), "pid"));
      bench.runner().adopt(List.of(bench.open(hiding.attempt())));

      bench.runner().stop(hiding.attempt(), Duration.ofMillis(200));
      await().until(() -> !hiding.hiddenRuns());
    }
  }

  @Test
  void jobsThatLeaveNothingShareALauncherAndItsGroupOneAfterAnother() throws Exception {
    try (RunnerHome bench = home()) {
      AttemptId first = bench.shell("cat /proc/self/cgroup");
      bench.end(first);
      AttemptId second = bench.shell("cat /proc/self/cgroup");
      bench.end(second);
      assertThat(bench.log(second)).isEqualTo(bench.log(first)).contains("/bide-job-");
      assertThat(launcher(bench, second)).isEqualTo(launcher(bench, first));
    }
    assertThat(groups(base)).isEmpty();
  }

  @Test
  void whatAJobHasLeftIsNoPartOfTheNextOne() throws Exception {
    Path pid = directory.resolve("pid");
    try (RunnerHome bench = home()) {
      AttemptId first = bench.shell(hides(pid) + "until [ -s " + pid + " ]; do sleep 0.01; done");
      bench.end(first);
      long left = pidIn(pid);
      ProcessTable.Stat stat = ProcessTable.stat(left).orElseThrow();

      AttemptId second = bench.shell("exec sleep 300");
      bench.news().await(second, News.Started.class);
      assertThat(launcher(bench, second)).isNotEqualTo(launcher(bench, first));
      bench.runner().stop(second, Duration.ZERO);
      bench.end(second);
      assertThat(ProcessTable.runs(left, stat.startTicks())).isTrue();
    }
  }

  @Test
  void whoLooksForAnAttemptThatIsOverDoesNotFindTheNextOne() throws Exception {
    Cgroups cgroups = Cgroups.below(base(), directory);
    Process process =
        new ProcessBuilder("sh", "-c", "read go; sleep 300 & echo $!; read go; wait").start();
    try (Writer input = process.outputWriter();
        BufferedReader output = process.inputReader()) {
      ProcessIdentity launcher = identity(process.pid());
      Path group = cgroups.admit(process.pid());
      AttemptId first = new AttemptId(1, UUID.randomUUID(), 1);
      AttemptId second = new AttemptId(2, UUID.randomUUID(), 1);
      cgroups.lend(group, first);
      assertThat(cgroups.members(first, launcher, launcher)).isEmpty();
      assertThat(cgroups.takeBack(group, process.pid())).isTrue();

      cgroups.lend(group, second);
      input.write("go\n");
      input.flush();
      long child = Long.parseLong(output.readLine());
      assertThat(cgroups.members(first, launcher, launcher)).isEmpty();
      assertThat(cgroups.members(second, launcher, launcher)).containsExactly(child);
      assertThat(cgroups.members(second, identity(child), null)).contains(child);
      assertThat(cgroups.takeBack(group, process.pid())).isFalse();
      assertThat(cgroups.members(second, launcher, launcher)).containsExactly(child);

      // nor does the next server, nor whoever looks when the launcher has left
      Cgroups next = Cgroups.below(base, directory);
      assertThat(next.members(first, launcher, launcher)).isEmpty();
      assertThat(next.members(second, launcher, launcher)).containsExactly(child);
      process.destroyForcibly().waitFor();
      cgroups.forget(group);
      assertThat(cgroups.members(first, launcher, launcher)).isEmpty();
      assertThat(cgroups.members(second, launcher, launcher)).containsExactly(child);
      ProcessHandle.of(child).orElseThrow().destroyForcibly();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static ProcessIdentity identity(long pid) {
    return new ProcessIdentity(pid, ProcessTable.stat(pid).orElseThrow().startTicks(), "boot");
  }

  private static String launcher(RunnerHome bench, AttemptId attempt) throws IOException {
    return Files.readString(bench.file(attempt, "pid")).split(" ", -1)[2];
  }

  @Test
  void theJobsOfAServerThatACommandStartedAreSpared() throws Exception {
    Path server = directory.resolve("server");
    Path job = directory.resolve("job");
    try (RunnerHome bench = home()) {
      String hidden =
          "(env -i BIDE_HOME=" + directory + " %s setsid sh -c 'echo $$ >%s; exec sleep 300' &) ; ";
      AttemptId attempt =
          bench.shell(
              hidden.formatted("BIDE_IS_SERVER=1", server)
                  + hidden.formatted("BIDE_JOB_ATTEMPT_ID=another/1", job)
                  + "exec sleep 300");
      List<Long> spared = List.of(pidIn(server), pidIn(job));
      bench.runner().stop(attempt, Duration.ZERO);
      bench.end(attempt);
      for (long pid : spared) {
        assertThat(ProcessTable.stat(pid).filter(ProcessTable.Stat::runs)).isPresent();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      }
    }
  }

  private static List<Path> groups(Path base) throws IOException {
    List<Path> groups = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(base, "bide-job-*")) {
      children.forEach(groups::add);
    }
    return groups;
  }

  @Test
  void theGroupOfThisProcessIsFoundWhereverTheFileSystemIsMounted() throws Exception {
    Path group = Files.createDirectories(directory.resolve("cg/user.slice/bide.service"));
    String mountinfo =
        "24 1 0:22 / /proc rw - proc proc rw\n41 31 0:38 / %s/cg rw,relatime shared:4 - cgroup2 none rw\n"
            .formatted(directory);
    assertThat(Cgroups.own(mountinfo, "1:cpu:/x\n0::/user.slice/bide.service\n")).contains(group);
    // as in a container, which sees only a part
    String part =
        mountinfo.replace("0:38 / ", "0:38 /user.slice ").replace("/cg ", "/cg/user.slice ");
    assertThat(Cgroups.own(part, "0::/user.slice/bide.service\n")).contains(group);
    assertThat(Cgroups.own(part, "0::/system.slice\n")).isEmpty();
    assertThat(Cgroups.own(mountinfo, "0::/gone\n")).isEmpty();
    assertThat(Cgroups.own(mountinfo, "1:cpu:/user.slice\n")).isEmpty();
    assertThat(Cgroups.own("", "0::/\n")).isEmpty();
  }

  @Test
  void aServerThatAJobHasStartedPutsItsJobsBesideThatJob() throws Exception {
    Path service = directory.resolve("cg/bide.service");
    Files.createDirectories(service.resolve("bide-job-1f-12-0a0b0c0d-1"));
    String mountinfo = "41 31 0:38 / %s/cg rw - cgroup2 none rw\n".formatted(directory);
    assertThat(Cgroups.own(mountinfo, "0::/bide.service/bide-job-1f-12-0a0b0c0d-1\n"))
        .contains(service);
  }
}
