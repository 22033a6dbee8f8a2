package dev.bide.cli;

import dev.bide.notice.NoticeSettings;
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
 * @param notices who is told of everything, and how
 * @param keep what is kept of jobs that have ended
 */
public record Settings(
    Path home,
    @Nullable Integer port,
    List<String> hostNames,
    Duration grace,
    NoticeSettings notices,
    Keep keep) {
  public Settings {
    hostNames = List.copyOf(hostNames);
  }

  /**
   * Those by which nobody is told of everything, and that keep what is kept where nothing is set.
   */
  public Settings(Path home, @Nullable Integer port, List<String> hostNames, Duration grace) {
    this(home, port, hostNames, grace, NoticeSettings.NONE, Keep.DEFAULT);
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
