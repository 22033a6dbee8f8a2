package dev.bide.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The caller's own systemd: its unit of Bide, and whether it is there without a log-in. */
final class UserUnit {
  /** The first line of a unit that {@code service install} made. */
  static final String MARK = "# Made by 'service install' of Bide; 'service remove' takes it away.";

  /** Begins the line that says whose server the unit starts. */
  static final String HOME = "# Home: ";

  private static final String NAME = "bide.service";

  private final Map<String, String> environment;
  private final @Nullable Path file;

  UserUnit(Caller caller) {
    environment = new LinkedHashMap<>(caller.variables());
    environment.put("LC_ALL", "C");
    Path runtime = Path.of("/run/user", uid());
    if (caller.variable("XDG_RUNTIME_DIR") == null && Files.isDirectory(runtime)) {
      environment.put("XDG_RUNTIME_DIR", runtime.toString()); // as after su, which does not set it
    }
    String config = caller.variable("XDG_CONFIG_HOME");
    String home = caller.variable("HOME");
    Path directory =
        config != null && config.startsWith("/")
            ? Path.of(config)
            : home != null && home.startsWith("/") ? Path.of(home, ".config") : null;
    file = directory == null ? null : directory.resolve("systemd/user").resolve(NAME);
  }

  private static String uid() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "unknown";
    }
  }

  /** Why there can be no unit, or null when the caller's systemd answers. */
  @Nullable String missing() {
    if (file == null) {
      return "HOME is not set";
    }
    Programs.Answer answer = systemctl("show", "--property=Version");
    return answer.code() == 0
        ? null
        : answer.code() == 127 ? "there is no systemctl" : "systemctl --user: " + answer.why();
  }

  /** Where the unit is or would be. */
  Path file() {
    if (file == null) {
      throw new IllegalStateException("asked without HOME");
    }
    return file;
  }

  /** What the unit's file says, or null when there is none. */
  @Nullable String text() throws Trouble {
    try {
      return file == null || !Files.exists(file) ? null : Files.readString(file);
    } catch (IOException e) {
      throw new Trouble("the unit " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The home whose server the unit starts, or null when a person wrote it. */
  static @Nullable String homeOf(String text) {
    if (!text.startsWith(MARK)) {
      return null;
    }
    return text.lines()
        .filter(line -> line.startsWith(HOME))
        .map(line -> line.substring(HOME.length()))
        .findFirst()
        .orElse(null);
  }

  /** True when the caller's systemd starts it. */
  boolean isEnabled() {
    return systemctl("is-enabled", NAME).out().strip().equals("enabled");
  }

  /** True when the caller's systemd runs without a log-in, from boot on. */
  boolean lingers() {
    return loginctl("show-user", uid(), "--property=Linger").out().strip().equals("Linger=yes");
  }

  /** Has it run from boot on; answers why that was refused, or null. */
  @Nullable String linger() {
    Programs.Answer answer = loginctl("--no-ask-password", "enable-linger");
    if (answer.code() == 127) {
      return "there is no loginctl";
    }
    return answer.code() != 0 ? answer.why() : lingers() ? null : "it is off after enable-linger";
  }

  /** Writes the unit, and has systemd start it from now on. */
  void enable(String text) throws Trouble {
    try {
      Files.createDirectories(file().getParent());
      Path unfinished = file().resolveSibling("." + NAME + ".new");
      Files.writeString(unfinished, text);
      Files.move(unfinished, file(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new Trouble("the unit " + file + " cannot be written: " + e, e);
    }
    must("daemon-reload");
    must("enable", NAME);
  }

  /** Takes the unit away; what it started goes on. */
  void remove() throws Trouble {
    boolean answers = missing() == null;
    if (answers) {
      must("disable", NAME);
    }
    try {
      Path link = file().resolveSibling("default.target.wants").resolve(NAME);
      if (Files.isSymbolicLink(link)) {
        Files.delete(link);
      }
      if (Files.exists(file(), LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(file());
      }
    } catch (IOException e) {
      throw new Trouble("the unit " + file + " cannot be deleted: " + e, e);
    }
    if (answers) {
      must("daemon-reload");
    }
  }

  private void must(String... words) throws Trouble {
    Programs.Answer answer = systemctl(words);
    if (answer.code() != 0) {
      throw new Trouble("systemctl --user " + String.join(" ", words) + " failed: " + answer.why());
    }
  }

  private Programs.Answer systemctl(String... words) {
    List<String> line = new ArrayList<>(List.of("systemctl", "--user"));
    line.addAll(List.of(words));
    return Programs.ask(environment, line, new byte[0]);
  }

  private Programs.Answer loginctl(String... words) {
    List<String> line = new ArrayList<>(List.of("loginctl"));
    line.addAll(List.of(words));
    return Programs.ask(environment, line, new byte[0]);
  }
}
