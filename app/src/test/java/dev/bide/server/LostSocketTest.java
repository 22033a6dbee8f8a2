package dev.bide.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bide.Leftovers;
import dev.bide.Unhurried;
import dev.bide.api.Fields;
import dev.bide.api.HomeFiles;
import dev.bide.api.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server does when somebody removes what it is reached by, or its whole home. */
class LostSocketTest {
  private static final Duration LONGEST = Unhurried.LONG;

  @SuppressWarnings("NullAway.Init")
  private Path directory; // short, since a socket's path is

  @BeforeEach
  void make() throws Exception {
    directory = Files.createTempDirectory("bide-sock");
  }

  @AfterEach
  void endAll() throws Exception {
    Leftovers.end(directory);
    Leftovers.delete(directory);
  }

  private static @Nullable String announcedSocket(HomeFiles files) throws Exception {
    return Fields.of(Json.read(Files.readAllBytes(files.serverJson()))).text("socket");
  }

  @Test
  void aSocketThatWasRemovedIsMadeAnewAndOpenConnectionsGoOn() throws Exception {
    try (RunningServer running = RunningServer.start(directory)) {
      Path sock = running.files().sock();
      Path go = directory.resolve("go");
      long job = running.add("sh", "-c", "until [ -e " + go + " ]; do sleep 0.05; done; exit 7");
      for (int round = 0; round < 2; round++) {
        RawClient client = new RawClient(sock);
        try (SocketChannel open = client.connect()) {
          say(open, "/api/v1/jobs/" + job + "?wait=60");
          assertThat(client.get("/healthz").status()).isEqualTo(200);
          Files.delete(sock);
          await().atMost(LONGEST).until(() -> Files.exists(sock));
          assertThat(client.get("/api/v1/jobs").status()).isEqualTo(200);
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sock)))
              .isEqualTo("rw-------");
          assertThat(announcedSocket(running.files())).isEqualTo(sock.toString());
          if (round == 1) {
            Files.createFile(go);
            assertThat(answer(open)).contains("\"exitCode\":7");
            say(open, "/healthz");
            assertThat(answer(open)).startsWith("HTTP/1.1 200");
          }
        }
      }
    }
    assertThat(directory.resolve("home/sock")).doesNotExist();
  }

  private static void say(SocketChannel channel, String path) throws IOException {
    ByteBuffer out =
        ByteBuffer.wrap(
            ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  /** What comes at once; the answers here are short. */
  private static String answer(SocketChannel channel) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(16 << 10);
    channel.read(in);
    return new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
  }

  @Test
  void aSocketOnWhichSomebodyElseListensIsNotTaken() throws Exception {
    try (RunningServer running = RunningServer.start(directory)) {
      HomeFiles files = running.files();
      Path other = files.home().resolve("other");
      try (ServerSocketChannel foreign = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        foreign.bind(UnixDomainSocketAddress.of(other));
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-------"));
        Files.move(other, files.sock(), StandardCopyOption.ATOMIC_MOVE);
        await().atMost(LONGEST).until(() -> announcedSocket(files) == null);
        try (SocketChannel client = new RawClient(files.sock()).connect();
            SocketChannel ofServer = foreign.accept()) {
          assertThat(ofServer.isOpen() && client.isOpen()).isTrue(); // its question who listens
        }
        assertThat(running.get("jobs").statusCode()).isEqualTo(200);
      }
      await().atMost(LONGEST).until(() -> files.sock().toString().equals(announcedSocket(files)));
      assertThat(new RawClient(files.sock()).get("/api/v1/jobs").status()).isEqualTo(200);
    }
  }

  @Test
  void withoutTheRuntimeDirectoryThereIsTcpUntilItIsBack() throws Exception {
    Path runtime = runtimeDirectory();
    Path home = directory.resolve("h".repeat(100));
    HomeFiles files = new HomeFiles(home);
    ServerSettings settings =
        new ServerSettings(
            home,
            0,
            List.of(),
            Duration.ofSeconds(5),
            false,
            Map.of("PATH", System.getenv("PATH"), "XDG_RUNTIME_DIR", runtime.toString()),
            "/",
            "1");
    try (Server server = Server.start(settings)) {
      Path socket = runtime.resolve("bide-" + files.hash() + ".sock");
      assertThat(announcedSocket(files)).isEqualTo(socket.toString());
      Leftovers.delete(runtime); // as systemd does at the log-out
      await().atMost(LONGEST).until(() -> announcedSocket(files) == null);
      assertThat(new RawClient(server.port()).get("/healthz").status()).isEqualTo(200);
      runtimeDirectory(); // the next log-in
      await().atMost(LONGEST).until(() -> socket.toString().equals(announcedSocket(files)));
      assertThat(new RawClient(socket).get("/api/v1/jobs").status()).isEqualTo(200);
    }
    assertThat(files.serverJson()).doesNotExist();
  }

  private Path runtimeDirectory() throws IOException {
    return Files.createDirectory(
        directory.resolve("run"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @Test
  void anAnnouncementThatWasRemovedIsMadeAnew() throws Exception {
    try (RunningServer running = RunningServer.start(directory)) {
      Files.delete(running.files().serverJson());
      await().atMost(LONGEST).until(() -> Files.exists(running.files().serverJson()));
    }
    assertThat(directory.resolve("home/server.json")).doesNotExist();
  }

  @Test
  void aServerWhoseHomeWasRemovedEndsAndLeavesJobsAndTheNewHomeAlone() throws Exception {
    try (RunningServer running = RunningServer.start(directory)) {
      Path went = directory.resolve("went");
      Path go = directory.resolve("go");
      Path came = directory.resolve("came");
      running.add(
          "sh",
          "-c",
          "touch " + came + "; until [ -e " + go + " ]; do sleep 0.05; done; touch " + went);
      await().until(() -> running.server().running() == 1 && Files.exists(came));
      Files.move(running.files().home(), directory.resolve("lost"));
      Files.createDirectory(running.files().home());
      Files.writeString(running.files().serverJson(), "of another server\n");
      Files.writeString(running.files().sock(), "of another server\n");
      running.server().awaitStop();
      assertThat(running.server().homeless()).isTrue();
      assertThat(running.files().serverJson()).hasContent("of another server");
      assertThat(running.files().sock()).hasContent("of another server");
      Files.createFile(go);
      await().atMost(LONGEST).until(() -> Files.exists(went));
    }
  }

  @Test
  void aHomeThatCannotBeLookedIntoForAWhileIsNotTakenForRemoved() throws Exception {
    Path above = Files.createDirectory(directory.resolve("above"));
    Path real = Files.createDirectory(directory.resolve("real"));
    Files.delete(above);
    Files.createSymbolicLink(above, real);
    try (RunningServer running = RunningServer.start(above)) {
      Files.delete(above);
      Files.createSymbolicLink(above, above); // a loop: an error, and no answer
      await()
          .during(Duration.ofSeconds(6))
          .atMost(LONGEST)
          .until(() -> !running.server().homeless());
      Files.delete(above);
      Files.createSymbolicLink(above, real);
      assertThat(running.get("jobs").statusCode()).isEqualTo(200);
    }
  }
}
