package dev.bide.cli;

import dev.bide.retention.Keep;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person can set for all verbs.
 *
 * @param home where the queue lives
 * @param port of the page, or null for the usual one
 * @param hostNames by which the page may be called besides localhost
 * @param grace between asking a cancelled job to end and making it
 * @param keep what is kept of jobs that have ended
 */
public record Settings(
    Path home, @Nullable Integer port, List<String> hostNames, Duration grace, Keep keep) {
  public Settings {
    hostNames = List.copyOf(hostNames);
  }

  /** Those that keep what is kept where nothing is set. */
  public Settings(Path home, @Nullable Integer port, List<String> hostNames, Duration grace) {
    this(home, port, hostNames, grace, Keep.DEFAULT);
  }

  /** Where they come from: flag, then environment, then file, then default. */
  public interface Source {
    /**
     * Reads them.
     *
     * @param homeFlag what {@code --home} said, or null
     * @param portFlag what {@code --port} said, or null
     * @throws Trouble when a setting is wrong; all wrong ones are named
     */
    Settings read(Caller caller, @Nullable String homeFlag, @Nullable Integer portFlag)
        throws Trouble;
  }
}
