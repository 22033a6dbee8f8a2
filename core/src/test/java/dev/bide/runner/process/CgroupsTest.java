package dev.bide.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.Needed;
import dev.bide.job.AttemptId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in an attempt's control group belongs to it, whatever it has done to hide. */
class CgroupsTest {
  @TempDir Path directory;

  /** The mount of version 2, or null. */
  private static Path mount() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (line.contains(" - cgroup2 ")) {
        return Path.of(line.split(" ", -1)[4]);
      }
    }
    return Path.of("/nowhere");
  }

  @Test
  void aChildThatLeftTheSessionAndWipedItsEnvironmentAndLostItsParentIsEnded() throws Exception {
    Path base = mount().resolve("bide-test-" + System.nanoTime());
    Needed.check(
        Needed.succeeds("mkdir", base.toString()),
        "no control groups (version 2) can be made here");
    Path pid = directory.resolve("pid");
    try (RunnerHome bench =
        new RunnerHome(directory, List.of("/bin/sh"), Cgroups.below(base, directory))) {
      AttemptId attempt =
          bench.shell(
              "env -i setsid sh -c '(sh -c \"trap : TERM; echo \\$\\$ >"
                  + pid
                  + "; while :; do sleep 1; done\" &)'; exec sleep 300");
      await().until(() -> Files.exists(pid) && Files.readString(pid).endsWith("\n"));
      long hidden = Long.parseLong(Files.readString(pid).strip());
      ProcessTable.Stat stat = ProcessTable.stat(hidden).orElseThrow();
      long payload = bench.news().await(attempt, News.Started.class).process().pid();
      assertThat(stat.session()).isNotEqualTo(payload);
      assertThat(Files.readString(Path.of("/proc/" + hidden + "/environ"))).doesNotContain("BIDE");

      bench.runner().stop(attempt, Duration.ofMillis(200));
      assertThat(bench.end(attempt).left()).isEmpty();
      assertThat(ProcessTable.runs(hidden, stat.startTicks())).isFalse();
      await().until(() -> groups(base).isEmpty());
    } finally {
      groups(base).forEach(group -> assertThat(group.toFile().delete()).isTrue());
      assertThat(base.toFile().delete()).isTrue();
    }
  }

  @Test
  void theJobsOfAServerThatACommandStartedAreSpared() throws Exception {
    Path base = mount().resolve("bide-test-" + System.nanoTime());
    Needed.check(
        Needed.succeeds("mkdir", base.toString()),
        "no control groups (version 2) can be made here");
    Path server = directory.resolve("server");
    Path job = directory.resolve("job");
    try (RunnerHome bench =
        new RunnerHome(directory, List.of("/bin/sh"), Cgroups.below(base, directory))) {
      String hidden =
          "(env -i BIDE_HOME=" + directory + " %s setsid sh -c 'echo $$ >%s; exec sleep 300' &) ; ";
      AttemptId attempt =
          bench.shell(
              hidden.formatted("BIDE_IS_SERVER=1", server)
                  + hidden.formatted("BIDE_JOB_ATTEMPT_ID=another/1", job)
                  + "exec sleep 300");
      await()
          .until(
              () ->
                  Files.exists(server)
                      && Files.readString(server).endsWith("\n")
                      && Files.exists(job)
                      && Files.readString(job).endsWith("\n"));
      bench.runner().stop(attempt, Duration.ZERO);
      bench.end(attempt);
      for (Path file : List.of(server, job)) {
        long pid = Long.parseLong(Files.readString(file).strip());
        assertThat(ProcessTable.stat(pid).filter(ProcessTable.Stat::runs))
            .as("%s", file)
            .isPresent();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      }
    } finally {
      await()
          .ignoreExceptions()
          .until(() -> groups(base).stream().allMatch(g -> g.toFile().delete()));
      assertThat(base.toFile().delete()).isTrue();
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
