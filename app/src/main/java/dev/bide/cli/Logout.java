package dev.bide.cli;

import dev.bide.cli.Maintenance.Finding;
import dev.bide.cli.Maintenance.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether jobs outlive the end of the log-in in which the server was started. */
final class Logout {
  private static final Pattern KILLS = Pattern.compile("(?m)^\\s*KillUserProcesses\\s*=\\s*(\\S+)");

  private Logout() {}

  /** Looks at this machine. */
  static Finding look(Call call, @Nullable Long server) {
    String cgroup = server == null ? "" : MachineFile.text(Path.of("/proc/" + server + "/cgroup"));
    return Files.isDirectory(Path.of("/run/systemd/system"))
        ? verdict(cgroup, killsUserProcesses(), new UserUnit(call.caller()).lingers(), call.name())
        : new Finding("logout", Status.OK, "no systemd here that would end jobs with it");
  }

  /**
   * What becomes of jobs under systemd. Pure.
   *
   * @param cgroup where the server is, or nothing when none runs
   * @param kills a session's processes are killed at its end
   * @param lingers the user's own systemd, and what it started, stays when nobody is logged in
   */
  static Finding verdict(String cgroup, boolean kills, boolean lingers, String program) {
    boolean inSession = cgroup.contains("/session-");
    String cure = ": " + program + " service install";
    if (!inSession && cgroup.contains("/user@")) {
      return lingers
          ? new Finding("logout", Status.OK, "jobs outlive it (your systemd lingers)")
          : new Finding(
              "logout",
              Status.WARNING,
              "your systemd ends with your last log-in, and jobs with it" + cure);
    } else if (!inSession && cgroup.contains(".service")) {
      return new Finding("logout", Status.OK, "the server is a service and outlives it");
    } else if (kills) {
      return new Finding(
          "logout",
          Status.WARNING,
          "systemd ends what you started when you log out (KillUserProcesses=yes), jobs as well"
              + cure
              + ", then "
              + program
              + " stop and systemctl --user start bide.service");
    }
    return new Finding("logout", Status.OK, "jobs outlive it (KillUserProcesses is not set)");
  }

  /** The last word on it, in the order in which systemd reads its files. */
  private static boolean killsUserProcesses() {
    List<Path> files = new ArrayList<>(List.of(Path.of("/etc/systemd/logind.conf")));
    for (String root : List.of("/usr/lib", "/run", "/etc")) {
      try (Stream<Path> more = Files.list(Path.of(root, "systemd/logind.conf.d"))) {
        more.filter(file -> file.toString().endsWith(".conf")).sorted().forEach(files::add);
      } catch (IOException e) {
        // mostly: there is none
      }
    }
    boolean kills = false;
    for (Path file : files) {
      Matcher setting = KILLS.matcher(MachineFile.text(file));
      while (setting.find()) {
        kills = List.of("yes", "true", "on", "1").contains(setting.group(1));
      }
    }
    return kills;
  }
}
