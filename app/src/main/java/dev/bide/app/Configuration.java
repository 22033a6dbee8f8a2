package dev.bide.app;

import dev.bide.cli.Caller;
import dev.bide.cli.Settings;
import dev.bide.cli.Trouble;
import dev.bide.job.WrittenDuration;
import dev.bide.notice.NoticeSettings;
import dev.bide.retention.Keep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/**
 * Settings: a flag wins over the environment ({@code BIDE_HOME}, {@code BIDE_PORT}, {@code
 * BIDE_HOST_NAMES}, {@code BIDE_GRACE}), that over the file {@code bide.toml}, that over the
 * default. The file's parser is loaded only when there is a file.
 */
public final class Configuration implements Settings.Source {
  private static final List<String> KEYS =
      Stream.concat(
              Stream.of("home", "port", "host-names", "grace", "keep"),
              NoticeConfiguration.KEYS.stream())
          .toList();

  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
  private static final Duration LONGEST_GRACE = Duration.ofDays(7);

  @Override
  public Settings read(Caller caller, @Nullable String homeFlag, @Nullable Integer portFlag)
      throws Trouble {
    FromFile file = new FromFile(null, null, null, null, NoticeSettings.NONE, Keep.DEFAULT);
    Path path = directory(caller, "XDG_CONFIG_HOME", ".config");
    if (path != null) {
      Path toml = path.resolve("bide").resolve("bide.toml");
      if (Files.exists(toml)) {
        file = readFile(toml, caller);
      }
    }
    return new Settings(
        home(caller, homeFlag, file),
        portFlag != null ? portFlag : port(caller, file),
        hostNames(caller, file),
        grace(caller, file),
        file.notices(),
        file.keep());
  }

  private record FromFile(
      @Nullable String home,
      @Nullable Integer port,
      @Nullable List<String> hostNames,
      @Nullable Duration grace,
      NoticeSettings notices,
      Keep keep) {}

  private static Path home(Caller caller, @Nullable String flag, FromFile file) throws Trouble {
    if (flag != null) {
      if (flag.isEmpty()) {
        throw Trouble.usage("--home wants a directory");
      }
      return path("--home", flag, caller);
    }
    String variable = caller.variable("BIDE_HOME");
    if (variable != null) {
      return path("BIDE_HOME", variable, caller);
    }
    if (file.home() != null) {
      String home = file.home();
      String user = caller.variable("HOME");
      return path(
          "home in bide.toml",
          home.startsWith("~/") && user != null ? user + home.substring(1) : home,
          caller);
    }
    Path data = directory(caller, "XDG_DATA_HOME", ".local/share");
    if (data == null) {
      throw Trouble.usage("where is the home? Neither HOME nor BIDE_HOME is set: say --home DIR");
    }
    return data.resolve("bide");
  }

  private static Path path(String what, String text, Caller caller) throws Trouble {
    try {
      return Path.of(caller.physicalDirectory()).resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw Trouble.usage(what + " is no path: " + e.getReason());
    }
  }

  /** An XDG base directory; a relative one is to be ignored, says the specification. */
  private static @Nullable Path directory(Caller caller, String variable, String otherwise) {
    String value = caller.variable(variable);
    if (value != null && value.startsWith("/")) {
      return Path.of(value);
    }
    String home = caller.variable("HOME");
    return home != null && home.startsWith("/") ? Path.of(home, otherwise) : null;
  }

  private static @Nullable Integer port(Caller caller, FromFile file) throws Trouble {
    String variable = caller.variable("BIDE_PORT");
    if (variable == null) {
      return file.port();
    }
    Integer port = port(variable);
    if (port == null) {
      throw Trouble.usage("BIDE_PORT wants a port from 1 to 65535, not \"" + variable + "\"");
    }
    return port;
  }

  private static @Nullable Integer port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port >= 1 && port <= 65535 ? port : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static List<String> hostNames(Caller caller, FromFile file) {
    String variable = caller.variable("BIDE_HOST_NAMES");
    if (variable != null) {
      return List.of(variable.strip().split("[,\\s]+", -1));
    }
    return file.hostNames() == null ? List.of() : file.hostNames();
  }

  private static Duration grace(Caller caller, FromFile file) throws Trouble {
    String variable = caller.variable("BIDE_GRACE");
    if (variable == null) {
      return file.grace() == null ? DEFAULT_GRACE : file.grace();
    }
    Duration grace = duration(variable);
    if (grace == null) {
      throw Trouble.usage(
          "BIDE_GRACE wants a duration such as 30s, 5m or 1h, not \"" + variable + "\"");
    }
    return grace;
  }

  private static @Nullable Duration duration(String text) {
    return WrittenDuration.parseOrSeconds(text)
        .filter(duration -> duration.compareTo(LONGEST_GRACE) <= 0)
        .orElse(null);
  }

  private static FromFile readFile(Path path, Caller caller) throws Trouble {
    TomlParseResult toml;
    try {
      toml = Toml.parse(path);
    } catch (IOException e) {
      throw new Trouble(path + " cannot be read: " + e.getMessage(), e);
    }
    SettingsTable file = SettingsTable.of(toml);
    file.onlyKeys(KEYS);
    FromFile read = values(file, caller);
    List<String> faults = file.faults();
    if (!faults.isEmpty()) {
      throw Trouble.usage(path + ": " + String.join("\n  ", faults));
    }
    return read;
  }

  private static FromFile values(SettingsTable file, Caller caller) {
    String home = null;
    Object value = file.value("home");
    if (value instanceof String text && (text.startsWith("/") || text.startsWith("~/"))) {
      home = text;
    } else if (value != null) {
      file.wants("home", "an absolute path in quotes");
    }
    Integer port = null;
    value = file.value("port");
    if (value != null) {
      port = value instanceof Long number ? port(number.toString()) : null;
      if (port == null) {
        file.wants("port", "a whole number from 1 to 65535");
      }
    }
    Duration grace = null;
    value = file.value("grace");
    if (value != null) {
      grace = value instanceof Boolean ? null : duration(value.toString());
      if (grace == null) {
        file.wants("grace", "a duration such as \"30s\" or \"5m\"");
      }
    }
    return new FromFile(
        home,
        port,
        file.texts("host-names", "a list such as [\"box.example\"]"),
        grace,
        NoticeConfiguration.read(file, caller),
        KeepSettings.read(file));
  }
}
