package dev.bide.checks.failpoints;

import dev.bide.Bide;
import dev.bide.cli.Interrupts;
import dev.bide.job.State;
import dev.bide.notice.NoticeSettings;
import dev.bide.retention.Keep;
import dev.bide.retention.Limits;
import dev.bide.retention.LogLimit;
import dev.bide.server.Server;
import dev.bide.server.ServerSettings;
import dev.bide.server.ServerTrouble;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The server that {@code bide serve} starts, on the home in {@code BIDE_HOME}, which can be told to
 * die at a {@link Step}. Arguments: the file that arms it, then {@code serve --port N}.
 */
final class FailpointServer {
  /** What was cancelled goes at once, everything else stays; logs are cut as early as can be. */
  private static final Keep KEEP =
      new Keep(
          new Limits(Limits.FOREVER, Map.of(State.CANCELLED, Duration.ZERO), null, LogLimit.NONE),
          Map.of(),
          Keep.LEAST_LONGEST_LOG);

  private FailpointServer() {}

  /** Serves until it dies or is told to end. */
  public static void main(String[] words) throws InterruptedException {
    // as the product does it, since its jobs would otherwise ignore signals that they should not
    System.setProperty(
        "jdk.lang.Process.launchMechanism", Runtime.version().feature() < 25 ? "VFORK" : "FORK");
    Failpoints failpoints = new Failpoints(Path.of(words[0]));
    Path home = Path.of(System.getenv().getOrDefault("BIDE_HOME", ""));
    FileWatch files = new FileWatch(failpoints, home);
    ServerSettings settings =
        new ServerSettings(
            home,
            Integer.valueOf(words[3]),
            List.of(),
            Duration.ofSeconds(30),
            false,
            System.getenv(),
            "/",
            NoticeSettings.NONE,
            "failpoints",
            KEEP);
    try (Server server =
        Server.start(
            settings,
            config -> {
              Bide bide =
                  Bide.open(
                      config,
                      store -> new MortalStore(store, failpoints),
                      runner -> new MortalRunner(runner, failpoints, files));
              var unused = bide.listen(event -> failpoints.pass(Step.ANSWERED));
              return bide;
            })) {
      Interrupts.onTermination(server::close);
      server.awaitStop();
    } catch (ServerTrouble e) {
      System.err.println("bide: " + e.getMessage());
      System.exit(1);
    }
  }
}
