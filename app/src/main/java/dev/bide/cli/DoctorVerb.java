package dev.bide.cli;

import dev.bide.api.Fields;
import dev.bide.api.Json;
import dev.bide.cli.Maintenance.Finding;
import dev.bide.cli.Maintenance.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code doctor}: looks at what Bide rests on. Starts no server and changes nothing. */
final class DoctorVerb implements Verb {
  private static final int TRIAL_CODE = 7;
  private static final long FEW_INODES = 10_000;
  private static final String OWN_SESSION =
      "$SIG{$_}='DEFAULT' for keys %SIG; setsid; exec {$ARGV[0]} @ARGV; exit 127";

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "doctor",
            "Looks for what is wrong, and says what to do next.",
            Option.flag("integrity", null, "read the whole database, which takes time"))
        .withDetails(
            "Changes nothing and starts no server. Exit code 1 when there is a problem; warnings"
                + " are none.");
  }

  @Override
  public int run(Call call) throws Trouble {
    call.noWords();
    call.arguments().put("no-start", "");
    List<Finding> found = new ArrayList<>();
    Fields server = server(call, found);
    Path home = call.settings().home();
    found.addAll(
        0,
        call.program()
            .maintenance()
            .examine(home, call.arguments().has("integrity"), server != null));
    String path = call.caller().variables().getOrDefault("PATH", "/usr/bin:/bin");
    inodes(home, path, found);
    launcher(path, found);
    found.add(Logout.look(call, server == null ? null : server.longOrNull("pid")));
    found.add(reboot(call));
    print(call, found);
    return found.stream().anyMatch(one -> one.status() == Status.PROBLEM) ? 1 : 0;
  }

  private static void print(Call call, List<Finding> found) throws Trouble {
    StringBuilder out = new StringBuilder();
    List<Object> maps = new ArrayList<>();
    for (Finding one : found) {
      String status = one.status().name().toLowerCase(Locale.ROOT);
      String message = Text.visible(one.message());
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      map.put("check", one.check());
      map.put("status", status);
      map.put("message", one.message());
      maps.add(map);
      switch (call.format()) {
        case JSON -> {}
        case JSONL -> out.append(Json.write(map)).append('\n');
        default -> {
          if (call.forPeople()) {
            out.append(Text.pad(status, 8)).append(Text.pad(one.check(), 13)).append(message);
          } else {
            out.append(one.check()).append('\t').append(status).append('\t').append(message);
          }
          out.append('\n');
        }
      }
    }
    if (call.format() == Call.Format.JSON) {
      out.append(Json.write(maps)).append('\n');
    }
    call.console().text(out.toString());
  }

  // ---- the server

  private static @Nullable Fields server(Call call, List<Finding> found) {
    try {
      if (call.server().find() == null) {
        found.add(new Finding("server", Status.OK, "none runs; a verb that needs one starts it"));
        return null;
      }
      Fields server = call.api().object(call.api().serverFacts());
      String down = server.text("down");
      String version = server.text("version");
      found.add(
          down == null
              ? new Finding("server", Status.OK, "it runs, process " + server.text("pid"))
              : new Finding("server", Status.PROBLEM, "nothing can be added or changed: " + down));
      found.add(
          call.program().version().equals(version)
              ? new Finding("version", Status.OK, version + ", as the server's")
              : new Finding(
                  "version",
                  Status.WARNING,
                  "the server is of version "
                      + version
                      + " and this program of "
                      + call.program().version()
                      + ": "
                      + call.name()
                      + " stop, and the next verb starts the new one; jobs go on"));
      if (server.flag("draining")) {
        found.add(
            new Finding(
                "drain",
                Status.WARNING,
                "the server was told to start nothing more: a restart undoes it ("
                    + call.name()
                    + " stop)"));
      }
      return server;
    } catch (Trouble e) {
      found.add(new Finding("server", Status.PROBLEM, e.line()));
      return null;
    }
  }

  // ---- the machine

  private static void inodes(Path home, String path, List<Finding> found) {
    Path there = home;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    String[] lines =
        Programs.run(path, List.of("df", "-iP", there.toString())).out().strip().split("\n", -1);
    String[] columns = lines[lines.length - 1].split("\\s+", -1);
    if (columns.length < 4 || !columns[1].matches("[1-9][0-9]*") || !columns[3].matches("[0-9]+")) {
      return; // a file system that has no such limit
    }
    String message = "room for " + columns[3] + " more files";
    long free = Long.parseLong(columns[3]);
    found.add(
        free == 0
            ? new Finding("files", Status.PROBLEM, "no room for more files: nothing new starts")
            : new Finding("files", free < FEW_INODES ? Status.WARNING : Status.OK, message));
  }

  /** As the server starts its launchers. */
  private static void launcher(String path, List<Finding> found) {
    List<String> trial = List.of("/bin/sh", "-c", "exit " + TRIAL_CODE);
    boolean setsid = Programs.find("setsid", path) != null;
    if (setsid && works(path, List.of("env", "--default-signal", "setsid"), trial)) {
      found.add(new Finding("launcher", Status.OK, "jobs can be started (env and setsid)"));
    } else if (works(path, List.of("perl", "-MPOSIX=setsid", "-e", OWN_SESSION), trial)) {
      found.add(new Finding("launcher", Status.OK, "jobs can be started (perl)"));
    } else if (setsid && works(path, List.of("setsid"), trial)) {
      found.add(
          new Finding(
              "launcher",
              Status.WARNING,
              "jobs will ignore the signals that the server ignores: install GNU coreutils 8.31 or"
                  + " later, or perl"));
    } else {
      found.add(
          new Finding(
              "launcher",
              Status.PROBLEM,
              "no job can be started: neither setsid (util-linux) nor perl works on the PATH "
                  + path));
    }
  }

  private static boolean works(String path, List<String> prefix, List<String> trial) {
    return Programs.run(path, Stream.concat(prefix.stream(), trial.stream()).toList()).code()
        == TRIAL_CODE;
  }

  private static Finding reboot(Call call) {
    try {
      AfterReboot after = AfterReboot.look(call);
      return new Finding(
          "reboot", after.by() == null ? Status.WARNING : Status.OK, after.message());
    } catch (Trouble e) {
      return new Finding("reboot", Status.WARNING, e.line());
    }
  }
}
