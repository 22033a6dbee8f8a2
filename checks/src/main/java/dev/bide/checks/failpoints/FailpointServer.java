package dev.bide.checks.failpoints;

import dev.bide.Bide;
import dev.bide.cli.Interrupts;
import dev.bide.server.Server;
import dev.bide.server.ServerSettings;
import dev.bide.server.ServerTrouble;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The server that {@code bide serve} starts, on the home in {@code BIDE_HOME}, which can be told to
 * die at a {@link Step}. Arguments: the file that arms it, then {@code serve --port N}.
 */
final class FailpointServer {
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
            "failpoints");
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
