package dev.bide.cli;

import dev.bide.api.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code service}: has the machine start the server when it starts itself. */
final class ServiceVerb implements Verb {
  private static final List<String> ACTIONS = List.of("install", "remove", "status");
  private static final int NOT_INSTALLED = 3;

  @Override
  public Grammar grammar() {
    return Grammar.of(
            "service install | remove | status",
            "Has the server come back after a reboot, so that waiting jobs go on.")
        .withDetails(
            "By a unit of your own systemd, which needs no root; where that is missing, by one"
                + " @reboot line in your crontab. A server that runs is left alone. status exits 0"
                + " when the server would come back and 3 when not.");
  }

  @Override
  public int run(Call call) throws Trouble {
    List<String> words =
        call.neededWords("which? " + call.name() + " service install, remove or status");
    if (!ACTIONS.contains(words.get(0))) {
      throw Trouble.usage(
          "service knows install, remove and status, not "
              + Text.quoted(words.get(0))
              + Suggestion.hint(words.get(0), ACTIONS));
    }
    if (words.size() > 1) {
      throw Trouble.usage("unexpected " + Text.quoted(words.get(1)));
    }
    call.arguments().put("no-start", "");
    return switch (words.get(0)) {
      case "install" -> install(call);
      case "remove" -> remove(call);
      default -> status(call);
    };
  }

  private static void say(Call call, String sentence) throws Trouble {
    if (call.format() == Call.Format.UNSAID || call.format() == Call.Format.TABLE) {
      call.console().line(Text.visible(sentence));
    }
  }

  private static int status(Call call) throws Trouble {
    AfterReboot after = AfterReboot.look(call);
    say(call, "after a reboot: " + after.message());
    return json(call, after);
  }

  /** The answer for programs; what is said to people stands elsewhere. */
  private static int json(Call call, AfterReboot after) throws Trouble {
    if (call.inJson()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      map.put("installed", after.by() != null);
      map.put("by", after.by());
      map.put("message", after.message());
      call.console().line(Json.write(map));
    }
    return after.by() == null ? NOT_INSTALLED : 0;
  }

  // ---- install

  private static int install(Call call) throws Trouble {
    BootCommand command = BootCommand.of(call);
    UserUnit unit = new UserUnit(call.caller());
    String noSystemd = unit.missing();
    if (noSystemd == null) {
      refuseAnother(call, unit, command.home());
      boolean lingered = unit.lingers();
      String refused = lingered ? null : unit.linger();
      if (refused == null) {
        bySystemd(call, unit, command, lingered);
        return 0;
      }
      noSystemd = "lingering was refused (" + refused + ")";
    }
    byCron(call, command, noSystemd);
    return 0;
  }

  private static void refuseAnother(Call call, UserUnit unit, Path home) throws Trouble {
    String text = unit.text();
    if (text == null) {
      return;
    }
    String other = UserUnit.homeOf(text);
    if (other == null) {
      throw new Trouble(unit.file() + " was made by somebody else and stays: move it away first");
    } else if (!other.equals(home.toString())) {
      throw new Trouble(
          unit.file()
              + " starts the server of another home: "
              + call.name()
              + " service remove --home "
              + dev.bide.job.CommandLine.join(List.of(other)));
    }
  }

  private static void bySystemd(Call call, UserUnit unit, BootCommand command, boolean lingered)
      throws Trouble {
    String before = unit.text();
    boolean written = !command.unit().equals(before);
    if (!written && unit.isEnabled()) {
      say(call, "nothing to change: " + unit.file() + " is installed");
    } else {
      unit.enable(command.unit());
      say(call, (before == null ? "installed " : "renewed ") + unit.file());
    }
    say(
        call,
        lingered
            ? "lingering was on already: your systemd starts with the machine"
            : "turned lingering on: your systemd starts with the machine, not at log-in");
    say(call, "after a reboot the server comes back, and waiting jobs go on");
    json(call, AfterReboot.look(call));
    boolean runs = running(call);
    call.console()
        .hint(
            runs
                ? "to have systemd watch it: "
                    + call.name()
                    + " stop; systemctl --user start bide.service"
                : "to start it now: systemctl --user start bide.service");
  }

  private static void byCron(Call call, BootCommand command, String noSystemd) throws Trouble {
    Crontab crontab = new Crontab(call.caller(), command.home());
    String noCron = crontab.missing();
    if (noCron != null) {
      throw new Trouble(
          "nothing here can start the server after a reboot: "
              + noSystemd
              + "; "
              + noCron
              + ". Install cron, or have the machine run this as you when it starts: "
              + command.line());
    }
    String line = command.cronLine();
    String before = crontab.line();
    if (line.equals(before)) {
      say(call, "nothing to change: your crontab has the line (crontab -l)");
    } else {
      crontab.put(line);
      say(call, (before == null ? "added" : "renewed") + " one @reboot line of your crontab");
      say(call, "not systemd, since " + noSystemd);
    }
    if (Crontab.isServed()) {
      say(call, "after a reboot the server comes back, and waiting jobs go on");
    } else {
      call.console()
          .message(
              "bide: no cron was seen running: the line counts once its daemon starts at boot");
    }
    json(call, AfterReboot.look(call));
    if (!running(call)) {
      call.console().hint("until then the next verb that needs a server starts it");
    }
  }

  /** Says so when a server runs. */
  private static boolean running(Call call) throws Trouble {
    if (call.server().find() == null) {
      return false;
    }
    say(call, "the server that runs (process " + call.server().pid() + ") is left alone");
    return true;
  }

  // ---- remove

  private static int remove(Call call) throws Trouble {
    Path home = call.settings().home();
    boolean found = false;
    UserUnit unit = new UserUnit(call.caller());
    String text = unit.text();
    if (text != null && home.toString().equals(UserUnit.homeOf(text))) {
      unit.remove();
      found = true;
      say(call, "removed " + unit.file());
      // turned off, it would end all that runs of who is not logged in, jobs as well
      say(call, "lingering stays as it is: other services may need it, and jobs");
    }
    Crontab crontab = new Crontab(call.caller(), home);
    if (crontab.line() != null) {
      crontab.remove();
      found = true;
      say(call, "removed the @reboot line from your crontab");
    }
    if (!found) {
      say(call, "nothing to remove: no service is installed for " + home);
    }
    json(call, AfterReboot.look(call));
    running(call);
    return 0;
  }
}
