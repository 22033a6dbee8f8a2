package dev.bide.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether a home's server would come back after a reboot.
 *
 * @param by {@code systemd} or {@code cron}, or null when it would not
 * @param message what brings it back; or what is missing, and what to type
 */
record AfterReboot(@Nullable String by, String message) {
  private static final Path SYSTEM_UNIT = Path.of("/etc/systemd/system/bide.service");

  /** Looks, and changes nothing. */
  static AfterReboot look(Call call) throws Trouble {
    Path home = call.settings().home();
    UserUnit unit = new UserUnit(call.caller());
    AfterReboot bySystemd = bySystemd(unit, home);
    if (bySystemd != null && bySystemd.by() != null) {
      return bySystemd;
    }
    if (new Crontab(call.caller(), home).line() != null) {
      return Crontab.isServed()
          ? new AfterReboot("cron", "cron starts the server (crontab -l shows the line)")
          : new AfterReboot(
              null, "the crontab has its line, but no cron was seen running: start the daemon");
    }
    if (Files.exists(SYSTEM_UNIT)) {
      return new AfterReboot("systemd", "systemd starts the server: " + SYSTEM_UNIT);
    }
    if (bySystemd != null) {
      return bySystemd;
    }
    return new AfterReboot(
        null, "no server until the next verb (" + call.name() + " service install)");
  }

  private static @Nullable AfterReboot bySystemd(UserUnit unit, Path home) throws Trouble {
    String text = unit.text();
    if (text == null) {
      return null;
    }
    String other = UserUnit.homeOf(text);
    if (other != null && !other.equals(home.toString())) {
      return new AfterReboot(
          null, unit.file() + " starts the server of another home, " + other + ", not of this one");
    }
    String missing = unit.missing();
    if (missing != null) {
      return new AfterReboot(
          null, "the unit " + unit.file() + " is there, but systemd does not answer: " + missing);
    } else if (!unit.isEnabled()) {
      return new AfterReboot(
          null, unit.file() + " is not enabled: systemctl --user enable bide.service");
    } else if (!unit.lingers()) {
      return new AfterReboot(
          null, "systemd starts the server only when you log in: loginctl enable-linger");
    }
    return new AfterReboot("systemd", "systemd starts the server: " + unit.file());
  }
}
