package dev.bide;

import dev.bide.notice.NoticeRule;
import dev.bide.retention.Keep;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an opened queue.
 *
 * @param home the directory that holds the database and what jobs write; made with mode 0700 when
 *     absent
 * @param grace between asking a cancelled job's processes to end and making them; 30 s unless asked
 * @param url what jobs get as the start of {@code BIDE_JOB_URL}, or null for none
 * @param minimumFree bytes that must stay free in the home: below, nothing new starts
 * @param clock tells the time; only tests have another than the system's
 * @param notices who is told what of every job, queue and schedule
 * @param launcherEnvironment the whole environment of the launcher: PATH, where it finds setsid
 * @param keep what is kept of jobs that have ended
 */
public record BideConfig(
    Path home,
    Duration grace,
    @Nullable String url,
    long minimumFree,
    Clock clock,
    List<NoticeRule> notices,
    Map<String, String> launcherEnvironment,
    Keep keep) {

  /** One where nobody is told of everything, and that keeps what is kept where nothing is set. */
  public BideConfig(
      Path home,
      Duration grace,
      @Nullable String url,
      long minimumFree,
      Clock clock,
      Map<String, String> launcherEnvironment) {
    this(home, grace, url, minimumFree, clock, List.of(), launcherEnvironment, Keep.DEFAULT);
  }

  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
  public static final long DEFAULT_MINIMUM_FREE = 64L << 20;

  /** Everything as a person would have it who says only where. */
  public static BideConfig of(Path home) {
    return new BideConfig(
        home,
        DEFAULT_GRACE,
        null,
        DEFAULT_MINIMUM_FREE,
        Clock.systemUTC(),
        List.of(),
        Map.of("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin")),
        Keep.DEFAULT);
  }

  /** The same with another start of {@code BIDE_JOB_URL}. */
  public BideConfig withUrl(String newUrl) {
    return new BideConfig(
        home, grace, newUrl, minimumFree, clock, notices, launcherEnvironment, keep);
  }

  /** The same with another grace. */
  public BideConfig withGrace(Duration newGrace) {
    return new BideConfig(
        home, newGrace, url, minimumFree, clock, notices, launcherEnvironment, keep);
  }

  /**
   * The same with rules of who is told what of everything. What is to be told is kept; {@link
   * Notices#due} hands it to whoever sends it.
   */
  public BideConfig withNotices(List<NoticeRule> rules) {
    return new BideConfig(home, grace, url, minimumFree, clock, rules, launcherEnvironment, keep);
  }

  /** The same that keeps something else of jobs that have ended. */
  public BideConfig withKeep(Keep newKeep) {
    return new BideConfig(
        home, grace, url, minimumFree, clock, notices, launcherEnvironment, newKeep);
  }

  /** The same with another clock. */
  public BideConfig withClock(Clock newClock) {
    return new BideConfig(
        home, grace, url, minimumFree, newClock, notices, launcherEnvironment, keep);
  }
}
