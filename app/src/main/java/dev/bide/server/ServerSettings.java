package dev.bide.server;

import dev.bide.notice.NoticeSettings;
import dev.bide.retention.Keep;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a server is to be.
 *
 * @param home the directory of everything it keeps
 * @param port the TCP port that it must have, or null: the one it had last, else 2433, else the
 *     next that is free
 * @param hostNames names it may be called by, besides localhost, 127.0.0.1 and [::1]
 * @param grace between asking a cancelled job's processes to end and making them
 * @param service true: jobs that bring no environment get only the allow-list of a service
 * @param callerEnvironment the environment of the process that started it
 * @param startDirectory where it was started: the directory of jobs that name none
 * @param notices who is told of everything, and how
 * @param version as {@code bide version} prints it
 * @param keep what is kept of jobs that have ended
 */
public record ServerSettings(
    Path home,
    @Nullable Integer port,
    List<String> hostNames,
    Duration grace,
    boolean service,
    Map<String, String> callerEnvironment,
    String startDirectory,
    NoticeSettings notices,
    String version,
    Keep keep) {
  /** B-I-D-E on a telephone. */
  public static final int DEFAULT_PORT = 2433;

  public ServerSettings {
    hostNames = List.copyOf(hostNames);
    callerEnvironment = Map.copyOf(callerEnvironment);
  }

  /** One that tells nobody of everything, and keeps what is kept where nothing is set. */
  public ServerSettings(
      Path home,
      @Nullable Integer port,
      List<String> hostNames,
      Duration grace,
      boolean service,
      Map<String, String> callerEnvironment,
      String startDirectory,
      String version) {
    this(
        home,
        port,
        hostNames,
        grace,
        service,
        callerEnvironment,
        startDirectory,
        NoticeSettings.NONE,
        version,
        Keep.DEFAULT);
  }
}
