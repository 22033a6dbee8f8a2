package dev.bide.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The environment of jobs that bring none of their own: that of whoever started the server, or the
 * few names that a service hands on. Never a {@code BIDE_*}: those belong to one attempt.
 */
public final class BaseEnvironment {
  private static final String OWN_PREFIX = "BIDE_";
  private static final Set<String> OF_A_SERVICE =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR");

  private final Map<String, String> variables;

  private BaseEnvironment(Map<String, String> variables) {
    this.variables = Collections.unmodifiableMap(variables);
  }

  /** What of the caller's environment jobs get. */
  static BaseEnvironment of(Map<String, String> caller, boolean service) {
    Map<String, String> variables = new TreeMap<>();
    caller.forEach(
        (name, value) -> {
          boolean handedOn = !service || OF_A_SERVICE.contains(name) || name.startsWith("LC_");
          if (handedOn && !name.startsWith(OWN_PREFIX) && !name.isEmpty()) {
            variables.put(name, value);
          }
        });
    return new BaseEnvironment(variables);
  }

  /** Writes it down for people, each entry ended by a NUL. */
  void save(Path file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    variables.forEach(
        (name, value) -> {
          byte[] entry = (name + "=" + value).getBytes(StandardCharsets.UTF_8);
          out.write(entry, 0, entry.length);
          out.write(0);
        });
    SecretFiles.replace(file, out.toByteArray());
  }

  /** All of it, by name. */
  public Map<String, String> variables() {
    return variables;
  }

  /**
   * What a job gets.
   *
   * @param own what the request says, laid over the base; null for nothing
   * @param inherit false: the base is left out
   */
  Map<String, String> with(@Nullable Map<String, String> own, boolean inherit) {
    Map<String, String> all = new TreeMap<>();
    if (inherit) {
      all.putAll(variables);
    }
    if (own != null) {
      all.putAll(own);
    }
    all.keySet().removeIf(name -> name.startsWith(OWN_PREFIX));
    return all;
  }
}
