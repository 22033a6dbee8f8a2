package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.bide.Leftovers;
import dev.bide.Ports;
import dev.bide.api.Fields;
import dev.bide.api.HomeFiles;
import dev.bide.api.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, stopping, and why it may not start. */
class ServerStartTest {
  @TempDir Path directory;

  @AfterEach
  void endAll() {
    Leftovers.end(directory);
  }

  private ServerSettings settings(@Nullable Integer port) {
    return new ServerSettings(
        directory.resolve("home"),
        port,
        List.of(),
        Duration.ofSeconds(5),
        false,
        Map.of("PATH", System.getenv("PATH")),
        directory.toString(),
        "1.2.3");
  }

  private HomeFiles files() {
    return new HomeFiles(directory.resolve("home"));
  }

  @Test
  void aReadyServerSaysWhereItIsAndAStoppedOneSaysNothing() throws Exception {
    try (Server server = Server.start(settings(0))) {
      Fields self = Fields.of(Json.read(Files.readAllBytes(files().serverJson())));
      assertThat(self.number("v")).isEqualTo(1);
      assertThat(self.number("pid")).isEqualTo(ProcessHandle.current().pid());
      assertThat(self.number("port")).isEqualTo(server.port());
      assertThat(self.text("url")).isEqualTo(server.url());
      assertThat(self.text("socket")).isEqualTo(files().sock().toString());
      assertThat(self.text("version")).isEqualTo("1.2.3");
      assertThat(self.number("startTicks")).isPositive();
      assertThat(self.needed("bootId")).hasSize(36);
      assertThat(self.neededInstant("startedAt")).isNotNull();
    }
    assertThat(files().serverJson()).doesNotExist();
    assertThat(files().sock()).doesNotExist();
  }

  @Test
  void aSecondServerOnTheSameHomeSaysWhoHoldsIt() throws Exception {
    try (Server server = Server.start(settings(0))) {
      assertThatThrownBy(() -> Server.start(settings(0)))
          .isInstanceOf(ServerTrouble.class)
          .hasMessageContaining(directory.resolve("home").toString())
          .message()
          .doesNotContain("\n");
      assertThat(new RawClient(server.port()).get("/healthz").status()).isEqualTo(200);
      assertThat(files().serverJson()).exists();
      assertThat(files().sock()).exists();
    }
  }

  @Test
  void aTakenPortIsNamedWhenItWasAskedForAndPassedOverWhenNot() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> Server.start(settings(port)))
          .isInstanceOf(ServerTrouble.class)
          .hasMessageContaining("port " + port + " is taken");
      Files.createDirectories(
          files().home(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.writeString(files().port(), port + "\n");
      Files.setPosixFilePermissions(files().port(), PosixFilePermissions.fromString("rw-------"));
      try (Server server = Server.start(settings(null))) {
        assertThat(server.port()).isNotEqualTo(port);
      }
    }
    assertThatThrownBy(() -> Server.start(settings(70_000)))
        .isInstanceOf(ServerTrouble.class)
        .hasMessageContaining("no port 70000");
  }

  @Test
  void thePortIsRememberedAndSoIsTheToken() throws Exception {
    int port;
    String token;
    try (Server server = Server.start(settings(Ports.free()))) {
      port = server.port();
      token = Files.readString(files().token());
    }
    try (Server server = Server.start(settings(null))) {
      assertThat(server.port()).isEqualTo(port);
      assertThat(Files.readString(files().token())).isEqualTo(token);
    }
  }

  @Test
  void aTokenThatIsEmptyOrOpenToOthersStartsNothing() throws Exception {
    Server.start(settings(0)).close();
    Path token = files().token();
    String good = Files.readString(token);
    for (String bad :
        List.of("", "\n", "short", "two words of a token that is long enough to be")) {
      Files.writeString(token, bad);
      assertThatThrownBy(() -> Server.start(settings(0)))
          .isInstanceOf(ServerTrouble.class)
          .hasMessageContaining(token.toString());
    }
    Files.writeString(token, good);
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx")) {
      Files.setPosixFilePermissions(token, PosixFilePermissions.fromString(mode));
      assertThatThrownBy(() -> Server.start(settings(0)))
          .isInstanceOf(ServerTrouble.class)
          .hasMessageContaining("chmod 600");
    }
    Files.delete(token);
    Files.createSymbolicLink(token, Path.of("/etc/hostname"));
    assertThatThrownBy(() -> Server.start(settings(0)))
        .isInstanceOf(ServerTrouble.class)
        .hasMessageContaining(token.toString());
    Files.delete(token);
    Server.start(settings(0)).close();
    assertThat(Files.readString(token)).hasSize(44).isNotEqualTo(good);
  }

  @Test
  void aStoppedServerLeavesJobsRunningAndTheNextOneFindsThem() throws Exception {
    try (RunningServer first = RunningServer.start(directory)) {
      long goesOn = first.add("sleep", "100");
      Path gate = directory.resolve("gate");
      long ends = first.add("sh", "-c", "while [ ! -e " + gate + " ]; do sleep 0.05; done; exit 9");
      await()
          .until(
              () ->
                  RunningServer.fields(first.get("jobs/" + ends)).longOrNull("pid") != null
                      && RunningServer.fields(first.get("jobs/" + goesOn)).longOrNull("pid")
                          != null);
      assertThat(first.post("server/stop", null).statusCode()).isEqualTo(202);
      first.server().awaitStop();
      Files.createFile(gate);
      try (RunningServer second = first.again()) {
        assertThat(second.end(ends).integer("exitCode")).isEqualTo(9);
        assertThat(RunningServer.fields(second.get("jobs/" + goesOn)).text("state"))
            .isEqualTo("RUNNING");
        assertThat(second.post("server/stop", Map.of("killJobs", true)).statusCode())
            .isEqualTo(202);
        second.server().awaitStop();
        try (RunningServer third = second.again()) {
          Fields killed = RunningServer.fields(third.get("jobs/" + goesOn));
          assertThat(killed.text("state")).isEqualTo("CANCELLED");
          assertThat(killed.text("reason")).isEqualTo("SERVER_STOP");
        }
      }
    }
  }

  @Test
  void aServiceHandsOnOnlyWhatIsOnItsList() {
    Map<String, String> caller =
        Map.of("PATH", "p", "LC_ALL", "C", "SECRET", "s", "BIDE_HOME", "h", "TZ", "UTC");
    assertThat(BaseEnvironment.of(caller, true).variables())
        .containsOnly(Map.entry("PATH", "p"), Map.entry("LC_ALL", "C"), Map.entry("TZ", "UTC"));
    assertThat(BaseEnvironment.of(caller, false).variables())
        .containsOnlyKeys("PATH", "LC_ALL", "SECRET", "TZ");
  }

  @Test
  void itListensOnLoopbackOnly() throws Exception {
    try (Server server = Server.start(settings(0))) {
      String port = String.format(":%04X", server.port());
      List<String> addresses = new ArrayList<>();
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
        for (String line :
            Files.exists(Path.of(table)) ? Files.readAllLines(Path.of(table)) : List.<String>of()) {
          String[] fields = line.strip().split("\\s+", -1);
          if (fields[1].endsWith(port) && fields[3].equals("0A")) {
            addresses.add(fields[1].substring(0, fields[1].indexOf(':')));
          }
        }
      }
      assertThat(addresses)
          .isNotEmpty()
          .isSubsetOf(
              "0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");
    }
  }

  @Test
  void whatIsInTheHomeIsForItsOwnerOnlyWhateverTheUmaskIs() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "umask 000; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Tour.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("tour.out").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(directory.resolve("tour.out"))).isZero();
    List<String> wide = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory.resolve("home"))) {
      for (Path path : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        if (!mode.endsWith("------")) {
          wide.add(path + " " + mode);
        }
      }
    }
    assertThat(wide).isEmpty();
    assertThat(Files.readString(directory.resolve("tour.out")))
        .contains("sock rw-------")
        .contains("server.json rw-------")
        .contains("token rw-------")
        .contains("environment rw-------");
  }

  /** Starts a server, runs a job, and prints the modes that are gone once it has stopped. */
  static final class Tour {
    private Tour() {}

    public static void main(String[] arguments) throws Exception {
      Path home = Path.of(arguments[0], "home");
      ServerSettings settings =
          new ServerSettings(
              home,
              0,
              List.of(),
              Duration.ofSeconds(5),
              false,
              Map.of("PATH", System.getenv("PATH")),
              "/",
              "1");
      try (Server server = Server.start(settings)) {
        new RawClient(new HomeFiles(home).sock())
            .send(
                "POST",
                "/api/v1/jobs",
                "{\"shell\":\"echo x\"}",
                "Host: localhost",
                "Content-Type: application/json");
        RawClient.Answer end =
            new RawClient(new HomeFiles(home).sock())
                .request("GET", "/api/v1/jobs/1?wait=30", "Host: localhost");
        if (!end.body().contains("COMPLETED") || server.port() == 0) {
          throw new IllegalStateException(end.body());
        }
        for (String name : List.of("sock", "server.json", "token", "environment", "bide.db")) {
          System.out.println(name + " " + mode(home.resolve(name)));
        }
      }
    }

    private static String mode(Path path) throws IOException {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
  }
}
